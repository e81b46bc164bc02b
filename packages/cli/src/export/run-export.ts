import { rm } from "node:fs/promises";
import { type Checkpoint, IncompleteListError, PaginationCycleError } from "pageturn";
import type { ExportJob } from "./export-job.ts";
import type { ExportOutcome, ExportState } from "./export-state.ts";
import { refuseOther } from "./export-state.ts";
import { fileProblem } from "./file-problem.ts";
import { exists, stateFileOf } from "./file-sink.ts";
import { type Manifest, manifestFileOf, readManifest, writeManifest } from "./manifest.ts";
import { openSink } from "./open-sink.ts";
import { stagedFileOf } from "./parquet-sink.ts";
import type { Sink, SinkMode } from "./sink.ts";
import type { StopRequest, StopSignal } from "./stop-request.ts";

/** What an export shows of its progress. */
export interface ExportProgress {
  /** How many rows were there when the export began or was resumed. */
  begin(rows: number): void;
  /** A row was added. */
  row(item: unknown): void;
  page(): void;
}

/** A page, as far as an export reads it. */
export interface ExportPage {
  readonly data: readonly unknown[];
  readonly request: { readonly query?: Readonly<Record<string, unknown>> | undefined };
  readonly response: { readonly requestId: string | null };
}

/** A walk, as far as an export uses it. */
export interface ExportWalk {
  readonly checkpoint: Checkpoint;
  readonly outcome: ExportOutcome | null;
  next(): Promise<IteratorResult<unknown, undefined>>;
  return(): Promise<unknown>;
}

/** How to begin the walk of an export. */
export interface WalkRequest {
  readonly resumeFrom: Checkpoint | undefined;
  readonly maxItems: number | undefined;
  readonly range: ExportState["range"];
  readonly signal: AbortSignal;
  onPage(page: ExportPage): void;
}

/** How to run an export. */
export interface ExportOptions {
  readonly mode: SinkMode;
  readonly range: ExportState["range"];
  /** The number of rows that the file has at the end, at most. */
  readonly maxItems: number | undefined;
  readonly progress: ExportProgress;
  readonly stop: StopRequest;
  /** Whether an item is one of the export; the others are left out. */
  readonly keeps: ((item: unknown) => boolean) | undefined;
  /** Requests the first page: called before a file is replaced. */
  requestFirst(): Promise<unknown>;
  openWalk(request: WalkRequest): ExportWalk;
}

/** How an export ended, if no error was thrown. */
export type ExportResult =
  /** It had ended before. */
  | { readonly kind: "finished"; readonly manifest: Manifest }
  /** The list has ended. `error` says why it is not complete. */
  | { readonly kind: "ended"; readonly manifest: Manifest; readonly error: Error | null }
  | { readonly kind: "stopped"; readonly signal: StopSignal; readonly rows: number }
  /** Something failed. The rows so far are kept. */
  | { readonly kind: "failed"; readonly error: unknown; readonly rows: number };

/** The least time between two commits in milliseconds. */
const COMMIT_EVERY = 1000;

/** Exports a list to a file, and writes its manifest. Throws if the export cannot begin. */
export async function runExport(job: ExportJob, options: ExportOptions): Promise<ExportResult> {
  const { file } = job;
  if (options.mode.resume) {
    const finished = await finishedBefore(job);
    if (finished !== undefined) return { kind: "finished", manifest: finished };
  }
  if (options.mode.overwrite) {
    // A list that cannot be had replaces nothing.
    try {
      await options.stop.whileWaiting(options.requestFirst());
    } catch (error) {
      if (options.stop.asked === null) throw error;
      return { kind: "stopped", signal: options.stop.asked, rows: 0 };
    }
    await rm(manifestFileOf(file), { force: true });
  } else if (!(await exists(file))) {
    // The manifest of a file that is gone must not be taken for that of the new one.
    await rm(manifestFileOf(file), { force: true }).catch(() => {});
  }
  const sink = await openSink(job, options).catch((error: unknown) => {
    throw fileProblem(error, file);
  });
  const isNew = sink.state.checkpoint === null;
  let isEmpty = false;
  try {
    if (options.mode.resume) await rm(manifestFileOf(file), { force: true });
    const { outcome, rows } = sink.state;
    options.progress.begin(rows);
    const isEnough = options.maxItems !== undefined && rows >= options.maxItems;
    const error = outcome?.complete || isEnough ? null : await new Run(sink, options).walk();
    if (sink.state.outcome === null) {
      await sink.commit({
        ...sink.state,
        outcome: { complete: false, reason: "maxItems", incompleteBecause: null },
      });
    }
    await sink.finish();
    if (job.format === "sqlite") await sink.close();
    const manifest = await writeManifest(job, sink.state);
    await sink.clean();
    return { kind: "ended", manifest, error };
  } catch (error) {
    const { rows } = sink.state;
    isEmpty = isNew && rows === 0;
    if (error instanceof Stopped) return { kind: "stopped", signal: error.signal, rows };
    return { kind: "failed", error: fileProblem(error, file), rows };
  } finally {
    await sink.close().catch(() => {});
    if (isEmpty) await removeAll(file);
  }
}

/** Removes an export that has no row. */
async function removeAll(file: string): Promise<void> {
  for (const name of [file, stagedFileOf(file), stateFileOf(file)]) await rm(name, { force: true });
}

/** The manifest of an export that is complete. What it leaves if it is killed at its very end is removed. */
async function finishedBefore(job: ExportJob): Promise<Manifest | undefined> {
  const manifest = (await exists(job.file)) ? await readManifest(job.file) : undefined;
  if (manifest === undefined || !manifest.outcome.complete) return undefined;
  const { limit: _, ...parameters } = manifest.parameters;
  const { format, endpoint, path, typed, fields, csvSafe, parallel } = manifest;
  const identity = { format, endpoint, path, parameters, typed, fields, csvSafe, parallel };
  refuseOther({ identity }, job);
  for (const name of [stagedFileOf(job.file), stateFileOf(job.file)]) await rm(name, { force: true });
  return manifest;
}

/** Thrown when a signal has ended an export, after its commit. */
class Stopped extends Error {
  override name = "Stopped";
  readonly signal: StopSignal;

  constructor(signal: StopSignal) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

type Progress = Pick<
  ExportState,
  "rows" | "pages" | "firstId" | "lastId" | "firstCursor" | "lastCursor" | "lastRequestId"
>;

/** One run of an export: from its begin or its last commit to the end of the list. */
class Run {
  readonly #sink: Sink;
  readonly #options: ExportOptions;
  readonly #now: { -readonly [N in keyof Progress]: Progress[N] };
  readonly #walk: ExportWalk;
  /** How many items of the page have not been returned. */
  #left = 0;
  #committedAt = performance.now();

  constructor(sink: Sink, options: ExportOptions) {
    const { state } = sink;
    const { rows, pages, firstId, lastId, firstCursor, lastCursor, lastRequestId } = state;
    this.#sink = sink;
    this.#options = options;
    this.#now = { rows, pages, firstId, lastId, firstCursor, lastCursor, lastRequestId };
    this.#walk = options.openWalk({
      resumeFrom: state.checkpoint ?? undefined,
      maxItems: options.maxItems === undefined ? undefined : options.maxItems - rows,
      range: state.range,
      signal: options.stop.signal,
      onPage: (page) => this.#page(page),
    });
  }

  /** Adds all items. Returns the error of a list that is not complete. */
  async walk(): Promise<Error | null> {
    const { stop } = this.#options;
    try {
      for (;;) {
        if (stop.asked !== null && this.#isBetweenPages) throw new Stopped(stop.asked);
        const next = await stop.whileWaiting(this.#walk.next()).catch((error: unknown) => {
          throw new WalkFailure(error);
        });
        if (next.done) break;
        await this.#add(next.value);
        if (this.#isBetweenPages && performance.now() - this.#committedAt >= COMMIT_EVERY)
          await this.#commit();
        if (this.#isFull) break;
      }
      await this.#end();
      return null;
    } catch (error) {
      return await this.#failed(error);
    } finally {
      // Ends the requests that were sent ahead.
      await this.#walk.return().catch(() => {});
    }
  }

  /** In slices, pages arrive in no order: there, every item is a place to stop. */
  get #isBetweenPages(): boolean {
    return this.#left <= 0 || this.#options.range !== null;
  }

  get #isFull(): boolean {
    const { maxItems } = this.#options;
    return maxItems !== undefined && this.#now.rows >= maxItems;
  }

  #page({ data, request, response }: ExportPage): void {
    const cursor = cursorOf(request.query);
    if (this.#now.pages === 0) this.#now.firstCursor = cursor;
    this.#now.pages += 1;
    this.#now.lastCursor = cursor;
    this.#now.lastRequestId = response.requestId;
    this.#left = data.length;
    this.#options.progress.page();
  }

  async #add(item: unknown): Promise<void> {
    const { keeps, progress } = this.#options;
    this.#left -= 1;
    if (keeps !== undefined && !keeps(item)) return;
    const id = idOf(item);
    if (this.#now.rows === 0) this.#now.firstId = id;
    this.#now.rows += 1;
    this.#now.lastId = id;
    // Not awaited where there is nothing to wait for: it costs a turn for each item.
    const written = this.#sink.add(item);
    if (written !== undefined) await written;
    progress.row(item);
  }

  async #commit(outcome: ExportOutcome | null = null): Promise<void> {
    await this.#sink.commit({
      ...this.#sink.state,
      ...this.#now,
      checkpoint: this.#walk.checkpoint,
      outcome,
    });
    this.#committedAt = performance.now();
  }

  /** Keeps what is there, and throws, unless the list itself has ended. */
  async #failed(error: unknown): Promise<Error> {
    // A file that failed once is left as it was at the last commit.
    if (!(error instanceof Stopped) && !(error instanceof WalkFailure)) throw error;
    const cause = error instanceof WalkFailure ? error.cause : error;
    if (cause instanceof IncompleteListError || cause instanceof PaginationCycleError) {
      await this.#end();
      return cause;
    }
    await this.#commit();
    if (this.#options.stop.asked !== null) throw new Stopped(this.#options.stop.asked);
    throw cause;
  }

  async #end(): Promise<void> {
    const { outcome } = this.#walk;
    const ended = outcome ?? { complete: false, reason: "maxItems", incompleteBecause: null };
    const { complete, reason, incompleteBecause } = ended;
    await this.#commit({ complete, reason, incompleteBecause });
  }
}

/** Tells an error of the list from one of the file. */
class WalkFailure extends Error {
  override name = "WalkFailure";

  constructor(cause: unknown) {
    super("the walk failed", { cause });
  }
}

function cursorOf(query: Readonly<Record<string, unknown>> = {}): string | null {
  const names = ["after_id", "before_id", "page", "page_token", "next_page"];
  const value = names.map((name) => query[name]).find((each) => each !== undefined && each !== null);
  return value === undefined ? null : String(value);
}

/** The id of an item as text; `null` if it has none. */
export function idOf(item: unknown): string | null {
  if (typeof item !== "object" || item === null || !("id" in item)) return null;
  return typeof item.id === "string" || typeof item.id === "number" ? String(item.id) : null;
}
