import { styleText } from "node:util";
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
  /** Why the command fails; always. */
  error(text: string): void;
}

/** The messages that these options want. Control characters in them, which a server may have sent, are made visible. */
export function messages({ quiet = false, verbose = false }: MessageOptions): Messages {
  const write = (text: string) => {
    process.stderr.write(`${text}\n`);
  };
  const label = (word: string, color: "red" | "yellow") =>
    styleText(color, `${word}:`, { stream: process.stderr });
  return {
    info: (text) => quiet || write(visible(text)),
    warn: (text) => quiet || write(`${label("warning", "yellow")} ${visible(text)}`),
    detail: (text) => verbose && write(styleText("dim", visible(text), { stream: process.stderr })),
    error: (text) => write(`${label("error", "red")} ${visible(text)}`),
  };
}
