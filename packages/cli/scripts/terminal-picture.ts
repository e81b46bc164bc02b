import type { Piece } from "./screen-lines.ts";

const SIZE = 14;
/** The width of a character of a monospaced font, relative to its size. */
const CHARACTER = 0.6;
const LINE = 20;
const PADDING = 20;
/** Red, green, yellow, blue, magenta and cyan, readable on the background. */
const COLORS = ["#6e7681", "#ff7b72", "#7ee787", "#e3b341", "#79c0ff", "#d2a8ff", "#76e3ea", "#e6edf3"];

/** The lines of a terminal as an SVG. */
export function terminalPicture(lines: readonly (readonly Piece[])[], columns: number): string {
  const width = Math.ceil(columns * SIZE * CHARACTER + 2 * PADDING);
  const height = lines.length * LINE + 2 * PADDING;
  const rows = lines.map((pieces, row) => {
    const y = PADDING + row * LINE + SIZE;
    return `<text x="${PADDING}" y="${y}">${pieces.map(pieceText).join("").trimEnd()}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>pageturn in a terminal</title>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${SIZE}" fill="#e6edf3">
${rows.join("\n")}
</g>
</svg>
`;
}

function pieceText({ text, isBold, isDim, color }: Piece): string {
  // Viewers collapse spaces, with xml:space as well.
  const escaped = text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(" ", "\u00a0");
  const styles = [
    isBold ? ' font-weight="bold"' : "",
    isDim ? ' opacity="0.6"' : "",
    color === null ? "" : ` fill="${COLORS[color % COLORS.length]}"`,
  ].join("");
  return styles === "" ? escaped : `<tspan${styles}>${escaped}</tspan>`;
}
