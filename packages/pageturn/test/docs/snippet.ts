/** A code block of a document or of a doc comment. */
export interface Snippet {
  /** The file it stands in, from the root of the repository. */
  readonly file: string;
  /** The line of its first line of code. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

/** The fences of a text, indented or not. The closing one is as long as the opening one. */
const FENCE = /^([ \t]*)(`{3,})([^\n`]*)\n(?:([\s\S]*?)\n)?\1\2[ \t]*$/gm;

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/** All code blocks of a Markdown text. */
export function markdownSnippets(file: string, text: string): Snippet[] {
  return Array.from(text.matchAll(FENCE), ({ 1: indent = "", 3: language = "", 4: code = "", index }) => ({
    file,
    line: lineAt(text, index) + 1,
    language: language.trim(),
    code: code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
}

/** All code blocks in the doc comments of a TypeScript source. */
export function docCommentSnippets(file: string, source: string): Snippet[] {
  return Array.from(source.matchAll(/\/\*\*[\s\S]*?\*\//g)).flatMap(({ 0: comment, index }) => {
    const above = lineAt(source, index) - 1;
    const text = comment.replaceAll(/^[ \t]*(?:\/\*\*|\*\/|\*) ?/gm, "");
    return markdownSnippets(file, text).map((snippet) => ({ ...snippet, line: snippet.line + above }));
  });
}

/**
 * What a snippet says that it prints: the comments behind its `console.log(…)`, in order. The docs check holds
 * them against what it does print.
 */
export function claimedOutput(code: string): string[] {
  return Array.from(code.matchAll(/console\.log\(.*\);?[ \t]*\/\/ (.+)$/gm), ({ 1: claim = "" }) =>
    claim.trim(),
  );
}
