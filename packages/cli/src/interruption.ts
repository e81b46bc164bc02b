import { EXIT } from "./failure.ts";
import type { Messages } from "./messages.ts";

/** What the user wants to end. */
export interface Interruption {
  /** Whether Ctrl-C was pressed: end after the page at hand, with the code 130. */
  readonly isRequested: boolean;
}

/**
 * Watches Ctrl-C: the first one is only noted, so that a command can end after the page at hand, and the second one ends the program at
 * once. SIGTERM ends it at once, with the code 143.
 */
export function watchInterruption({ info }: Pick<Messages, "info">): Interruption {
  let isRequested = false;
  process.on("SIGINT", () => {
    if (isRequested) process.exit(EXIT.interrupted);
    isRequested = true;
    info("Ending after this page. Press Ctrl-C again to end at once.");
  });
  process.on("SIGTERM", () => process.exit(EXIT.terminated));
  return {
    get isRequested() {
      return isRequested;
    },
  };
}
