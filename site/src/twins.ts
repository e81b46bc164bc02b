import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { groups, home, type Page, subordinate } from "./pages.ts";
import { pagesFolder } from "./write-pages.ts";

function markdown(path: string): string {
  return readFileSync(join(pagesFolder, path), "utf8");
}

/** The first paragraph of a Markdown text, as plain text on one line; `""` if it has none. */
export function firstParagraph(text: string): string {
  const blocks = text.replaceAll(/<!--[\s\S]*?-->/g, "").split(/\n{2,}/);
  const paragraph = blocks.map((block) => block.trim()).find((block) => /^[A-Z`"'[]/i.test(block)) ?? "";
  return paragraph
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/[`*]/g, "")
    .replaceAll(/\s+/g, " ");
}

/** The first sentence of a text. */
export function firstSentence(text: string): string {
  return /^.*?[.:](?=\s|$)/.exec(text)?.[0].replace(/:$/, ".") ?? text;
}

function entry({ name, path }: Page): string {
  const about = firstSentence(firstParagraph(markdown(path)));
  return `- [${name}](/${path})${about === "" ? "" : `: ${about}`}`;
}

function index(): string {
  const sections = groups.map(({ name, pages }) => `## ${name}\n\n${pages.map(entry).join("\n")}`);
  const others = [
    "- [API reference](/api/index.md): every export, from the doc comments.",
    ...subordinate.flatMap(({ pages }) => pages.map(entry)),
  ];
  return [
    "# pageturn",
    `> ${firstParagraph(markdown(home.path))}`,
    "Every page of this site is also a Markdown file: replace `.html` with `.md`. All guides in one file: [llms-full.txt](/llms-full.txt).",
    ...sections,
    `## Optional\n\n${others.join("\n")}`,
  ].join("\n\n");
}

/** All pages of the navigation, each below a comment with its path. */
function full(): string {
  const pages = [home, ...groups.flatMap(({ pages }) => pages)];
  return pages.map(({ path }) => `<!-- /${path} -->\n\n${markdown(path).trim()}`).join("\n\n---\n\n");
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
