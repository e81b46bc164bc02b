import { allPages, apiReference } from "./pages.ts";

const described = new Map([...allPages(), apiReference].map(({ path, description }) => [path, description]));

/** Longer descriptions are cut by search engines. */
const LONGEST = 160;

/** Plain text on one line, of Markdown without links to pictures. */
function plain(markdown: string): string {
  return markdown
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/\\(?=[^\w\s])|[`*]/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST).replace(/\s+\S*$/, "")} …`;
}

/** What a page of the API reference is, and the beginning of its doc comment. */
function aboutExport(path: string, markdown: string): string {
  const [, title = "", text = ""] = /^# (.+)\n([\s\S]*?)(?=^#|$(?![\s\S]))/m.exec(markdown) ?? [];
  const paragraphs = text.replaceAll(/^```[\s\S]*?^```$/gm, "").split(/\n{2,}/);
  const comment = paragraphs.map(plain).find((paragraph) => /^\w/.test(paragraph));
  const [, entry = ""] = /^api\/([\w-]+)\//.exec(path) ?? [];
  const from = entry === "pageturn" ? entry : `pageturn/${entry}`;
  // "Class: Page"; the page of an entry point has its name alone.
  const [, kind, name] = /^([\w ]+): (.+)$/.exec(plain(title)) ?? [];
  const what = kind === undefined ? from : `${kind} ${name} of ${from}`;
  return shortened(comment === undefined ? `${what}.` : `${what}: ${comment}`);
}

/** The description of a page: one or a few sentences of plain text. */
export function aboutPage(path: string, markdown: string): string {
  const description = described.get(path);
  if (description !== undefined) return description;
  if (path.startsWith("source/"))
    return `The file ${path.replace(/^source\/|\.md$/g, "")} in the repository of pageturn.`;
  return aboutExport(path, markdown);
}
