import xterm from "@xterm/headless";

/** A piece of a line in one style. */
export interface Piece {
  readonly text: string;
  readonly isBold: boolean;
  readonly isDim: boolean;
  /** The number of a color of the terminal; `null` for the usual one. */
  readonly color: number | null;
}

/** What a terminal shows after it has received this, line by line, without empty lines at the end. */
export async function screenLines(received: string, columns: number): Promise<readonly (readonly Piece[])[]> {
  const terminal = new xterm.Terminal({ cols: columns, rows: 100, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(received, resolve));
  const lines: Piece[][] = [];
  for (let row = 0; row < terminal.buffer.active.length; row += 1) {
    const line = terminal.buffer.active.getLine(row);
    const pieces: Piece[] = [];
    for (let column = 0; column < columns; column += 1) {
      const cell = line?.getCell(column);
      if (cell === undefined) continue;
      add(pieces, {
        text: cell.getWidth() === 0 ? "" : cell.getChars() || " ",
        isBold: cell.isBold() !== 0,
        isDim: cell.isDim() !== 0,
        color: cell.isFgDefault() ? null : cell.getFgColor(),
      });
    }
    lines.push(pieces);
  }
  while (lines.at(-1)?.every(({ text }) => text.trim() === "")) lines.pop();
  return lines;
}

/** Adds a cell to the piece before it, if it has the same style. */
function add(pieces: Piece[], cell: Piece): void {
  const last = pieces.at(-1);
  const isSame = last?.isBold === cell.isBold && last.isDim === cell.isDim && last.color === cell.color;
  if (last !== undefined && isSame) pieces[pieces.length - 1] = { ...last, text: last.text + cell.text };
  else pieces.push(cell);
}
