import stringWidth from "string-width";

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The columns that a text takes in a terminal: two for wide characters and emoji. */
export function textWidth(text: string): number {
  return stringWidth(text);
}

/** How a text is brought to a width. */
interface FitOptions {
  readonly width: number;
  readonly align?: "left" | "right";
  /** Whether a longer text is left as it is. Default: `false`. */
  readonly isWhole?: boolean;
}

/** The text, cut to these columns and filled up to them. What the eye takes for one character stays whole. */
export function fitted(text: string, { width, align = "left", isWhole = false }: FitOptions): string {
  const shown = isWhole ? text : cut(text, width);
  const space = " ".repeat(Math.max(0, width - textWidth(begin(shown, width))));
  return align === "left" ? shown + space : space + shown;
}

/** Measuring a very long text takes long: as much of it as matters for these columns. */
function begin(text: string, width: number): string {
  return text.slice(0, width * 20);
}

function cut(text: string, width: number): string {
  const measured = begin(text, width);
  if (measured.length === text.length && textWidth(text) <= width) return text;
  let shown = "";
  let used = 0;
  for (const { segment } of segmenter.segment(measured)) {
    const next = textWidth(segment);
    if (used + next > width - 1) break;
    shown += segment;
    used += next;
  }
  return `${shown}…`;
}
