import type { SingleBar } from "cli-progress";
import { showOnStderr } from "../messages.ts";
import { movesCursor } from "../output/terminal.ts";
import type { ExportProgress } from "./export-run.ts";
import type { FractionOf } from "./progress-fraction.ts";
import { progressText } from "./progress-text.ts";
import type { Retry } from "./request-watch.ts";

/** How often a line is written where stderr is not a terminal, in milliseconds. */
const LINE_EVERY = 5000;

/**
 * How much of a range of time has to be done before it says how long the rest takes. Whether there are items in the rest is not known:
 * with this share, the time left is at most nine times the time that has passed.
 */
const LEAST_SHARE = 0.1;

/** How to show progress. */
export interface MeterOptions {
  readonly quiet: boolean;
}

/** Shows the progress of an export on stderr: a bar on a terminal, else a line every few seconds. */
export class ProgressMeter implements ExportProgress {
  readonly #quiet: boolean;
  /** Of a terminal. */
  readonly #Bar: typeof SingleBar | undefined;
  /** How much is done after an item of the file that is written. */
  fractionOf: FractionOf = () => undefined;
  readonly #startedAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #bar: SingleBar | undefined;
  #rows = 0;
  #before = 0;
  #pages = 0;
  #retries = 0;
  #waits = 0;
  #waitMs = 0;
  #fraction: number | undefined;
  #firstFraction: number | undefined;

  private constructor({ quiet }: MeterOptions, Bar: typeof SingleBar | undefined) {
    this.#quiet = quiet;
    this.#Bar = Bar;
    this.#show();
  }

  /** Begins to show progress. */
  static async start(options: MeterOptions): Promise<ProgressMeter> {
    const hasBar = !options.quiet && movesCursor(process.stderr);
    return new ProgressMeter(options, hasBar ? (await import("cli-progress")).SingleBar : undefined);
  }

  begin(rows: number): void {
    this.#show();
    this.#rows += rows;
    this.#before += rows;
  }

  page(): void {
    this.#pages += 1;
    this.#bar?.update((this.#fraction ?? 0) * 100);
  }

  row(item: unknown): void {
    this.#rows += 1;
    // The time of an item is text: it is not read for each of them.
    if (this.#rows % 64 !== 0) return;
    this.#fraction = this.fractionOf(item, this.#rows);
    this.#firstFraction ??= this.#fraction;
  }

  /** A request was sent again. */
  retry({ waitMs, isRateLimit }: Retry): void {
    this.#retries += 1;
    if (!isRateLimit) return;
    this.#waits += 1;
    this.#waitMs += waitMs;
  }

  /** Removes the bar, so that other text can be written. The next file shows it again. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#bar === undefined) return;
    this.#bar.stop();
    this.#bar = undefined;
    showOnStderr(null);
    process.off("exit", this.#leave);
  }

  /** A process that ends at once leaves a terminal that shows its cursor and wraps its lines. */
  readonly #leave = () => this.stop();

  #show(): void {
    if (this.#quiet || this.#bar !== undefined || this.#timer !== undefined) return;
    if (this.#Bar !== undefined) this.#showBar(this.#Bar);
    else this.#timer = setInterval(() => process.stderr.write(`${this.#text}\n`), LINE_EVERY).unref();
  }

  get #text(): string {
    const elapsed = performance.now() - this.#startedAt;
    const rate = elapsed === 0 ? 0 : (this.#rows - this.#before) / (elapsed / 1000);
    return progressText({
      rows: this.#rows,
      pages: this.#pages,
      retries: this.#retries,
      waits: this.#waits,
      waitMs: this.#waitMs,
      rate,
      leftMs: this.#leftMs(elapsed),
    });
  }

  #leftMs(elapsed: number): number | undefined {
    if (this.#fraction === undefined || this.#firstFraction === undefined) return undefined;
    const done = this.#fraction - this.#firstFraction;
    const least = this.fractionOf.isEven ? 0 : LEAST_SHARE;
    return done <= least ? undefined : (elapsed * Math.max(0, 1 - this.#fraction)) / done;
  }

  #showBar(Bar: typeof SingleBar): void {
    const bar = this.#newBar(Bar);
    this.#bar = bar;
    const start = () => bar.start(100, (this.#fraction ?? 0) * 100);
    start();
    showOnStderr((write) => {
      bar.stop();
      write();
      start();
    });
    process.once("exit", this.#leave);
  }

  #newBar(Bar: typeof SingleBar): SingleBar {
    return new Bar({
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
      // Ctrl-C is handled by the export.
      gracefulExit: false,
      format: (options, { progress }) => {
        if (this.#fraction === undefined) return this.#text;
        const size = options.barsize ?? 40;
        const done = Math.round(Math.min(1, Math.max(0, progress)) * size);
        return `[${"#".repeat(done)}${"-".repeat(size - done)}] ${Math.floor(progress * 100)} % ${this.#text}`;
      },
      barsize: 24,
    });
  }
}
