import stringWidth from "string-width";

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The columns that a text takes in a terminal: two for wide characters and emoji. */
export function textWidth(text: string): number {
  return stringWidth(text);
}

/** The text, cut to these columns and filled up to them. What the eye takes for one character stays whole. */
export function fitted(
  text: string,
  { width, align = "left" }: { readonly width: number; readonly align?: "left" | "right" },
): string {
  const shown = cut(text, width);
  const space = " ".repeat(Math.max(0, width - textWidth(shown)));
  return align === "left" ? shown + space : space + shown;
}

function cut(text: string, width: number): string {
  // Measuring a very long text takes long, and only its begin is shown.
  const begin = text.slice(0, width * 20);
  if (begin.length === text.length && textWidth(text) <= width) return text;
  let shown = "";
  let used = 0;
  for (const { segment } of segmenter.segment(begin)) {
    const next = textWidth(segment);
    if (used + next > width - 1) break;
    shown += segment;
    used += next;
  }
  return `${shown}…`;
}
