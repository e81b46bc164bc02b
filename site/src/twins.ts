import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { apiReference, groups, home, type Page, subordinate } from "./pages.ts";
import { replaceLinks } from "./rewrite-links.ts";
import { pagesFolder } from "./write-pages.ts";

function markdown(path: string): string {
  return readFileSync(join(pagesFolder, path), "utf8");
}

function entry({ name, path, description }: Omit<Page, "source">): string {
  return `- [${name}](/${path}): ${description}`;
}

function index(): string {
  const sections = groups.map(({ name, pages }) => `## ${name}\n\n${pages.map(entry).join("\n")}`);
  const others = [apiReference, ...subordinate.flatMap(({ pages }) => pages)];
  return [
    "# pageturn",
    `> ${home.description}`,
    "Every page of this site is also a Markdown file: replace `.html` with `.md`. All guides in one file: [llms-full.txt](/llms-full.txt).",
    ...sections,
    `## Optional\n\n${others.map(entry).join("\n")}`,
  ].join("\n\n");
}

/** The text of a page with links that lead to the same places from every file of the site. */
function withAbsoluteLinks(path: string): string {
  const to = (target: string): string => {
    if (/^(?:[a-z]+:|\/)/.test(target)) return target;
    return target.startsWith("#") ? `/${path}${target}` : posix.join("/", posix.dirname(path), target);
  };
  return replaceLinks(markdown(path), (_, label, target) => `${label}(${to(target)})`);
}

/** All pages of the navigation, each below a comment with its path. */
function full(): string {
  const pages = [home, ...groups.flatMap(({ pages }) => pages)];
  return pages
    .map(({ path }) => `<!-- /${path} -->\n\n${withAbsoluteLinks(path).trim()}`)
    .join("\n\n---\n\n");
}

/** Writes what programs read into the built site: a Markdown twin of each page, `llms.txt` and `llms-full.txt`. */
export function writeTwins(site: string): void {
  for (const path of globSync("**/*.md", { cwd: pagesFolder })) {
    const file = join(site, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, markdown(path));
  }
  writeFileSync(join(site, "llms.txt"), `${index()}\n`);
  writeFileSync(join(site, "llms-full.txt"), `${full()}\n`);
}
