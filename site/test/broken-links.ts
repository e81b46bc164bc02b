import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { built, builtFiles, dist } from "./built-site.ts";

const LINK = /<(?:a|link|img|script)\b[^>]*?\s(?:href|src)="([^"]*)"/g;
const ID = /\sid="([^"]*)"/g;

/** The links and pictures of all built pages that lead nowhere, each as `page -> target`. Links to other hosts are not followed. */
export function brokenLinks(): string[] {
  const pages = builtFiles(".html");
  const htmlOf = new Map(pages.map((page) => [page, built(page)]));
  const idsOf = new Map<string, ReadonlySet<string>>();
  const ids = (page: string): ReadonlySet<string> => {
    const known =
      idsOf.get(page) ?? new Set(Array.from(htmlOf.get(page)?.matchAll(ID) ?? [], ([, id = ""]) => id));
    idsOf.set(page, known);
    return known;
  };

  return pages.flatMap((page) =>
    Array.from(htmlOf.get(page)?.matchAll(LINK) ?? [], ([, link = ""]) => link.replaceAll("&amp;", "&"))
      .filter((link) => !isThere(link, page, ids))
      .map((link) => `${page} -> ${link}`),
  );
}

function isThere(link: string, page: string, ids: (page: string) => ReadonlySet<string>): boolean {
  const url = new URL(link, `http://site/${page}`);
  if (url.host !== "site") return true;
  const path = decodeURIComponent(url.pathname).slice(1);
  const file = path === "" || path.endsWith("/") ? `${path}index.html` : path;
  if (!existsSync(join(dist, file)) || statSync(join(dist, file)).isDirectory()) return false;
  const anchor = decodeURIComponent(url.hash.slice(1));
  return anchor === "" || !file.endsWith(".html") || ids(file).has(anchor);
}
