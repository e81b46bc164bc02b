/**
 * The README of the package, made from the one of the repository: it leaves out what needs the repository or is not published, and the
 * links to files that are not in the package become plain text, those to a test their text alone. The guides are in it.
 */
export function packageReadme(readme: string): string {
  return readme
    .replaceAll(/<!-- (?:repository only|until published) -->\n[\s\S]*?<!-- end -->\n\n?/g, "")
    .replaceAll(/\[([^\]]+)\]\([^)#]+#L\d+\)/g, "$1")
    .replaceAll(/\[([^\]]+)\]\((?!https?:|#|docs\/)[^)]+\)/g, "`$1` in the repository");
}
