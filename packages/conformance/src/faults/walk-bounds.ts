import { mostMs, mostRequests, type WalkEnd } from "./walked.ts";

/** Ends a walk that would not end by itself. */
export class WalkBounds {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #requests = 0;
  #cut: "requests" | "time" | null = null;

  constructor() {
    this.#timer = setTimeout(() => this.#end("time"), mostMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** To be called for each request. */
  count(): void {
    this.#requests += 1;
    // On a slow machine, a walk that goes on takes as long as it takes.
    this.#timer.refresh();
    if (this.#requests > mostRequests) this.#end("requests");
  }

  /** How the walk ended, or that it had to be cut, whether it takes notice of the signal or not. */
  async settle(walk: Promise<WalkEnd>): Promise<WalkEnd> {
    const cut = new Promise<null>((resolve) => this.signal.addEventListener("abort", () => resolve(null)));
    try {
      const end = await Promise.race([walk, cut]);
      if (end !== null && this.#cut === null) return end;
      return { kind: "cut", by: this.#cut ?? "time" };
    } finally {
      clearTimeout(this.#timer);
    }
  }

  #end(by: "requests" | "time"): void {
    this.#cut ??= by;
    this.#controller.abort();
  }
}
