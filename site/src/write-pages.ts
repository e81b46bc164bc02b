import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { allPages, type Page, root } from "./pages.ts";
import { picturePath, rewriteLinks, sourcePath } from "./rewrite-links.ts";

/** The pages as VitePress reads them. Written by the build, ignored by git. */
export const pagesFolder = join(import.meta.dirname, "../pages");

/** The part of a README that is about the repository, not for readers of the site. */
const REPOSITORY_ONLY = /<!-- repository only -->\n[\s\S]*?<!-- end -->\n\n?/g;

/** What holds until the packages are on npm: for readers of the repository and of the site, not of the package. */
const UNTIL_PUBLISHED = /<!-- until published -->\n([\s\S]*?)<!-- end -->\n/g;

function write(path: string, text: string): void {
  const file = join(pagesFolder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function sourcePage(file: string): string {
  const code = readFileSync(join(root, file), "utf8").trimEnd();
  const fence = "`".repeat(4);
  return `# ${file}\n\n${fence}${extname(file).slice(1) || "text"} numbered\n${code}\n${fence}\n`;
}

/** Writes one page, and the pictures and sources that it links to. */
export function writePage(page: Page): void {
  const original = readFileSync(join(root, page.source), "utf8")
    .replaceAll(REPOSITORY_ONLY, "")
    .replaceAll(UNTIL_PUBLISHED, "$1");
  const { text, pictures, files } = rewriteLinks(page, original, allPages());
  write(page.path, text);
  for (const picture of pictures)
    cpSync(join(root, picture), join(pagesFolder, "public", picturePath(picture)));
  for (const file of files) write(sourcePath(file), sourcePage(file));
}

/** Writes all pages that are made from Markdown of the repository, and the playground, into an empty folder. */
export function writePages(): void {
  rmSync(pagesFolder, { recursive: true, force: true });
  cpSync(join(import.meta.dirname, "../icon.svg"), join(pagesFolder, "public/icon.svg"));
  cpSync(join(root, "playground/dist"), join(pagesFolder, "public/playground"), { recursive: true });
  for (const page of allPages()) writePage(page);
}
