import { once } from "node:events";

/** How much text is written at once. */
const CHUNK = 65_536;

/** The data of the command. */
export interface Output {
  readonly isTerminal: boolean;
  /** The columns of the terminal; of a wide one if there is none. */
  readonly width: number;
  /** Writes the parts, and waits while the reader is slower than this program. */
  write(parts: Iterable<string>): Promise<void>;
}

/** Writes the last text of the program to stdout, and ends it. guard-streams.ts decides what happens if that fails. */
export function endAfter(text: string): Promise<never> {
  return new Promise(() => {
    process.stdout.write(text, (error) => {
      if (!error) process.exit();
    });
  });
}

/** stdout. */
export function openOutput(): Output {
  const { stdout } = process;
  const flush = async (text: string) => {
    if (!stdout.write(text)) await once(stdout, "drain");
  };
  return {
    isTerminal: stdout.isTTY === true,
    width: stdout.columns || 120,
    write: async (parts) => {
      let text = "";
      for (const part of parts) {
        text += part;
        if (text.length < CHUNK) continue;
        await flush(text);
        text = "";
      }
      if (text !== "") await flush(text);
    },
  };
}
