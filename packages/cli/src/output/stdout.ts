import { once } from "node:events";
import { EXIT } from "../failure.ts";
import { messages } from "../messages.ts";

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

/** stdout. If its reader has ended (`| head -1`), so does the program: silently, with the code 141. */
export function openOutput(): Output {
  const { stdout } = process;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.closedPipe);
    messages({}).error(`Cannot write the output: ${error.message}`);
    process.exit(EXIT.error);
  });
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
