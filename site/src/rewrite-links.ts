import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { type Page, root } from "./pages.ts";

/** A text whose links lead to pages of the site, and the files that it needs beside them. */
export interface RewrittenText {
  readonly text: string;
  /** Pictures, from the root of the repository. */
  readonly pictures: readonly string[];
  /** Files of the repository that are no pages, from its root. They are shown as source. */
  readonly files: readonly string[];
}

const FENCED = /^([ \t]*)(`{3,})[^\n]*\n[\s\S]*?^\1\2[ \t]*$/gm;
const LINK = /(!?\[(?:[^[\]]|\[[^\]]*\])*\])\(([^)\s]+)\)/g;
/** A link that is named after its file: the site names it after its page. */
const FILE_NAME = /^\[[\w/-]+\.md\]$/;
const PICTURE = /\.(?:svg|png)$/;

/** A package of the repository on npm, which has a page of its own on the site. */
const PACKAGE = /^https:\/\/www\.npmjs\.com\/package\/(?:@pageturn\/([\w-]+)|pageturn)(#.*)?$/;

/** Where the site has a picture of the repository. */
export function picturePath(file: string): string {
  return `/pictures/${file.replaceAll("/", "-")}`;
}

/** Where the site shows a file of the repository that is no page. */
export function sourcePath(file: string): string {
  return `source/${file}.md`;
}

/** The text with each link and picture replaced, in Markdown. Links in code stay as they are. */
export function replaceLinks(
  text: string,
  replaced: (link: string, label: string, target: string) => string,
): string {
  let at = 0;
  let result = "";
  for (const fence of text.matchAll(FENCED)) {
    result += text.slice(at, fence.index).replaceAll(LINK, replaced) + fence[0];
    at = fence.index + fence[0].length;
  }
  return result + text.slice(at).replaceAll(LINK, replaced);
}

/** The README of a package, from the page of the package, where the target is one of a package of the repository on npm. */
function readmeOf(page: Page, target: string): string {
  const [link, name, anchor = ""] = PACKAGE.exec(target) ?? [];
  if (link === undefined) return target;
  const readme = name === undefined ? "README.md" : `packages/${name}/README.md`;
  return posix.relative(posix.dirname(page.source), readme) + anchor;
}

/**
 * The text of a page with the links of the repository changed to those of the site, also those to its packages on npm.
 * Throws if a link leads to no file.
 */
export function rewriteLinks(page: Page, text: string, pages: readonly Page[]): RewrittenText {
  const bySource = new Map(pages.map((each) => [each.source, each]));
  const pictures = new Set<string>();
  const files = new Set<string>();

  const rewritten = (all: string, label: string, link: string): string => {
    const target = readmeOf(page, link);
    if (/^(?:[a-z]+:|#|\/)/.test(target)) return all;
    const [path = "", anchor] = target.split("#");
    const file = posix.join(posix.dirname(page.source), path);
    if (!existsSync(join(root, file)))
      throw new Error(
        `Cannot link to ${target} in ${page.source} because the file does not exist: correct the link`,
      );
    if (PICTURE.test(file)) {
      pictures.add(file);
      return `${label}(${picturePath(file)})`;
    }
    const known = bySource.get(file);
    if (known === undefined) files.add(file);
    const to = posix.relative(posix.dirname(page.path), known?.path ?? sourcePath(file));
    const text = known !== undefined && FILE_NAME.test(label) ? `[${known.name}]` : label;
    return `${text}(${to.startsWith(".") ? to : `./${to}`}${anchor === undefined ? "" : `#${anchor}`})`;
  };

  return { text: replaceLinks(text, rewritten), pictures: [...pictures], files: [...files] };
}
