import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { built, builtFiles, dist } from "./built-site.ts";

const LINK = /<(?:a|link|img|script)\b[^>]*?\s(?:href|src)="([^"]*)"/g;
const ID = /\sid="([^"]*)"/g;

const FENCED = /^([ \t]*)(`{3,})[^\n]*\n[\s\S]*?^\1\2[ \t]*$/gm;
const INLINE_CODE = /(`+)(?!`).*?[^`]\1(?!`)/g;
const MARKDOWN_LINK = /\]\(([^)\s]+)\)/g;

function links(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), ([, link = ""]) => link.replaceAll("&amp;", "&"));
}

/** Whether a link in a built file leads somewhere, with its anchor. Those to other hosts are not followed. */
function finder(): (link: string, file: string) => boolean {
  const idsOf = new Map<string, ReadonlySet<string>>();
  const ids = (page: string): ReadonlySet<string> => {
    const known = idsOf.get(page) ?? new Set(links(built(page), ID));
    idsOf.set(page, known);
    return known;
  };
  return (link, from) => {
    const url = new URL(link, `http://site/${from}`);
    if (url.host !== "site") return true;
    const path = decodeURIComponent(url.pathname).slice(1);
    const file = path === "" || path.endsWith("/") ? `${path}index.html` : path;
    if (!existsSync(join(dist, file)) || statSync(join(dist, file)).isDirectory()) return false;
    const anchor = decodeURIComponent(url.hash.slice(1));
    // The anchors of a twin are those of its page.
    return anchor === "" || !/\.(?:html|md)$/.test(file) || ids(file.replace(/\.md$/, ".html")).has(anchor);
  };
}

/** The links and pictures of all built pages that lead nowhere, each as `page -> target`. */
export function brokenLinks(): string[] {
  const isThere = finder();
  return builtFiles(".html").flatMap((page) =>
    links(built(page), LINK)
      .filter((link) => !isThere(link, page))
      .map((link) => `${page} -> ${link}`),
  );
}

/** The links of the Markdown twins, `llms.txt` and `llms-full.txt` that lead nowhere, each as `file -> target`. */
export function brokenMarkdownLinks(): string[] {
  const isThere = finder();
  return [...builtFiles(".md"), "llms.txt", "llms-full.txt"].flatMap((file) =>
    links(built(file).replaceAll(FENCED, "").replaceAll(INLINE_CODE, ""), MARKDOWN_LINK)
      .filter((link) => !isThere(link, file))
      .map((link) => `${file} -> ${link}`),
  );
}
