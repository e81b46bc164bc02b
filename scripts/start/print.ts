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
