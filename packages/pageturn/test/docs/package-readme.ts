/**
 * The README of the package, made from the one of the repository: it leaves out what needs the repository, and the
 * links to files that are not in the package become plain text. The guides are in it.
 */
export function packageReadme(readme: string): string {
  return readme
    .replaceAll(/<!-- repository only -->\n[\s\S]*?<!-- end -->\n\n?/g, "")
    .replaceAll(/\[([^\]]+)\]\((?!https?:|#|docs\/)[^)]+\)/g, "`$1` in the repository");
}
