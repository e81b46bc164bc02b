import { styleText } from "node:util";
import { withoutSecrets } from "./output/redacted.ts";
import { visible } from "./output/visible.ts";

/** Which messages are wanted. */
export interface MessageOptions {
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
}

/** Messages for the user, on stderr. stdout carries data only. */
export interface Messages {
  /** What happened; not with `--quiet`. */
  info(text: string): void;
  /** What may be wrong; not with `--quiet`. */
  warn(text: string): void;
  /** What happens in between; with `--verbose` alone. */
  detail(text: string): void;
  /** Why the command fails; always. Keys and passwords in it, which may have been typed, are not printed. */
  error(text: string): void;
}

/** Writes what a function writes on stderr, beside something that is shown there. */
export type WriteBeside = (write: () => void) => void;

const atOnce: WriteBeside = (write) => write();
let writeBeside = atOnce;

/** Leaves each message to something that is shown on stderr, such as a bar, until it is gone: `null`. */
export function showOnStderr(shown: WriteBeside | null): void {
  writeBeside = shown ?? atOnce;
}

/** Writes a line on stderr, beside what is shown there. */
export function writeLine(text: string): void {
  writeBeside(() => process.stderr.write(`${text}\n`));
}

/** The messages that these options want. Control characters in them, which a server may have sent, are made visible. */
export function messages({ quiet = false, verbose = false }: MessageOptions): Messages {
  const label = (word: string, color: "red" | "yellow") =>
    styleText(color, `${word}:`, { stream: process.stderr });
  return {
    info: (text) => quiet || writeLine(visible(text)),
    warn: (text) => quiet || writeLine(`${label("warning", "yellow")} ${visible(withoutSecrets(text))}`),
    detail: (text) => verbose && writeLine(styleText("dim", visible(text), { stream: process.stderr })),
    error: (text) => writeLine(`${label("error", "red")} ${visible(withoutSecrets(text))}`),
  };
}
