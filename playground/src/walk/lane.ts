import type { Recorder, RequestRecord } from "./recorder.ts";

/** How a lane ended. */
export type Ending =
  /** It says that it is complete or not; a plain loop says nothing (`null`). */
  | { readonly how: "ended"; readonly complete: boolean | null; readonly because: string | null }
  | { readonly how: "failed"; readonly name: string; readonly message: string }
  | { readonly how: "stopped" }
  /** The page ended it, because it would not end. */
  | { readonly how: "cut"; readonly why: "requests" | "silence" };

/** One of the two ways through a list, while it runs and after it. */
export class Lane {
  readonly recorder: Recorder;
  /** The keys of the items that the program received, in order, those before a checkpoint included. */
  readonly received: string[];
  /** How many of them were received before the checkpoint. */
  readonly earlier: number;
  ending: Ending | null = null;
  /** Whether the browser keeps the newest checkpoint. */
  isKept = true;

  constructor(recorder: Recorder, earlier: readonly string[] = []) {
    this.recorder = recorder;
    this.received = [...earlier];
    this.earlier = earlier.length;
  }

  get records(): readonly RequestRecord[] {
    return this.recorder.records;
  }

  /** How many answers are pages without a field for items. */
  get blanks(): number {
    return this.records.filter(
      ({ status, items, endedAt, failure }) =>
        status === 200 && items === null && endedAt !== null && failure === null,
    ).length;
  }

  /** When something last arrived, in milliseconds since the lane began. */
  get lastNews(): number {
    return Math.max(
      0,
      ...this.records.flatMap(({ startedAt, headersAt, endedAt, usedTo }) => [
        startedAt,
        headersAt ?? 0,
        endedAt ?? 0,
        usedTo ?? 0,
      ]),
    );
  }

  /** When the last request of the lane ended, in milliseconds since it began. */
  get lastAt(): number {
    const ends = this.records.map(({ startedAt, endedAt, usedTo }) =>
      Math.max(endedAt ?? (this.ending === null ? this.recorder.now() : startedAt), usedTo ?? 0),
    );
    return Math.max(0, ...ends);
  }
}
