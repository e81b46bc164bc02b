import { styleText } from "node:util";

/** The reader may have ended (`| head`): then the output is not needed. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

export function print(line = ""): void {
  process.stdout.write(`${line}\n`);
}

export function printError(message: string): void {
  process.stderr.write(`${styleText("red", "error:", { stream: process.stderr })} ${message}\n`);
}

export function title(text: string): string {
  return styleText("bold", text);
}

export function code(text: string): string {
  return styleText("cyan", text);
}

export function dim(text: string): string {
  return styleText("dim", text);
}

/** The text, cut to the width of the terminal. */
export function fitted(text: string, indent = 0): string {
  const width = Math.max(40, process.stdout.columns || 110) - indent;
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

/** An item on one line: its id and its other short fields. */
export function itemLine(item: unknown, indent: number): string {
  if (typeof item !== "object" || item === null) return fitted(JSON.stringify(item) ?? "", indent);
  const { id, ...others } = Object.fromEntries(Object.entries(item));
  const shown = Object.entries(others).filter(([, value]) => value !== null && typeof value !== "object");
  const fields = shown.map(([name, value]) => `${name}=${String(value)}`);
  if (typeof id !== "string") return fitted(fields.join("  "), indent);
  return `${id}  ${dim(fitted(fields.join("  "), indent + id.length + 2))}`;
}

/** The words, wrapped to lines. */
export function wrapped(words: readonly string[]): string {
  const lines = [""];
  for (const word of words) {
    const line = lines.at(-1) ?? "";
    if (line.length + word.length > 100) lines.push(`  ${word}`);
    else lines[lines.length - 1] = `${line}  ${word}`;
  }
  return lines.join("\n");
}
