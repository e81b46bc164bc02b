import ts from "typescript";

/** Leaves out the comments of a program, apart from those that bundlers read, and the lines that held nothing else. */
export function withoutComments(code: string): string {
  const file = ts.createSourceFile("code.js", code, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  const found = new Map<number, number>();
  const note = (ranges: readonly ts.CommentRange[] | undefined) => {
    for (const { pos, end } of ranges ?? []) found.set(pos, end);
  };
  const visit = (node: ts.Node) => {
    const parts = node.getChildren(file);
    // Comments stand around tokens.
    if (parts.length === 0 && node.end > node.pos) {
      note(ts.getLeadingCommentRanges(code, node.pos));
      note(ts.getTrailingCommentRanges(code, node.end));
    }
    for (const part of parts) visit(part);
  };
  visit(file);
  let kept = "";
  let from = 0;
  for (const [pos, end] of [...found].sort(([a], [b]) => a - b)) {
    if (pos < from || /@__PURE__|webpackIgnore|@vite-ignore/.test(code.slice(pos, end))) continue;
    kept += code.slice(from, pos);
    from = end;
    const line = kept.slice(kept.lastIndexOf("\n") + 1);
    if (line.trim() !== "" || code[end] !== "\n") continue;
    // The comment had the line for itself.
    kept = kept.slice(0, kept.length - line.length);
    from += 1;
  }
  return kept + code.slice(from);
}
