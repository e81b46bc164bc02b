import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { docCommentSnippets, markdownSnippets, type Snippet } from "./snippet.ts";

/** The root of the repository. */
export const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** The documents that are for people, from the root. */
export const documents: readonly string[] = files([
  "README.md",
  "CONTRIBUTING.md",
  "ARCHITECTURE.md",
  "CHANGELOG.md",
  "contributing/*.md",
  "docs/**/*.md",
  "decisions/**/*.md",
  "packages/{cli,postgres}/README.md",
]);

function files(patterns: readonly string[]): string[] {
  return globSync(patterns, { cwd: root })
    .map((file) => file.replaceAll("\\", "/"))
    .sort();
}

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** Every code block of the documents and of the library's doc comments. */
export function allSnippets(): Snippet[] {
  return [
    ...documents.flatMap((file) => markdownSnippets(file, read(file))),
    ...files(["packages/pageturn/src/**/*.ts"]).flatMap((file) => docCommentSnippets(file, read(file))),
  ];
}
