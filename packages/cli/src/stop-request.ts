import { EXIT } from "./failure.ts";
import { writeLine } from "./messages.ts";
import { movesCursor } from "./output/terminal.ts";

/** The signals that ask an export to stop. */
export type StopSignal = "SIGINT" | "SIGTERM";

/** The exit code of a program that a signal has stopped. */
export function exitCodeOfSignal(signal: StopSignal): number {
  return signal === "SIGINT" ? EXIT.interrupted : EXIT.terminated;
}

/**
 * Listens for Ctrl-C and SIGTERM while an export runs. The first asks it to stop at the end of the page, and ends a request that
 * is under way; the second ends the process at once.
 */
export class StopRequest {
  readonly #aborts = new AbortController();
  readonly #listeners = new Map<StopSignal, () => void>();
  readonly #onAsk: (signal: StopSignal) => void;
  #asked: StopSignal | null = null;
  #isIdle = false;

  /** Calls `onAsk` for the first signal. */
  constructor(onAsk: (signal: StopSignal) => void) {
    this.#onAsk = onAsk;
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      const listener = () => this.#stop(signal);
      this.#listeners.set(signal, listener);
      process.on(signal, listener);
    }
  }

  /** The signal that asked to stop; `null` if none did. */
  get asked(): StopSignal | null {
    return this.#asked;
  }

  /** Ends the requests. */
  get signal(): AbortSignal {
    return this.#aborts.signal;
  }

  /** Waits for something that may be ended at once, such as a request. */
  async whileWaiting<T>(wait: Promise<T>): Promise<T> {
    this.#isIdle = true;
    try {
      return await wait;
    } finally {
      this.#isIdle = false;
    }
  }

  /** Leaves the signals to others. */
  dispose(): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener);
  }

  #stop(signal: StopSignal): void {
    if (this.#asked !== null) {
      // The terminal shows ^C where the cursor is.
      if (movesCursor(process.stderr)) writeLine("");
      process.exit(exitCodeOfSignal(signal));
    }
    this.#asked = signal;
    this.#onAsk(signal);
    if (this.#isIdle) this.#aborts.abort();
  }
}
