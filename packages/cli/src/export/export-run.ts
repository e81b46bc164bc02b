import {
  type Checkpoint,
  CheckpointError,
  IncompleteListError,
  type PageResponse,
  PaginationCycleError,
  PaginationError,
} from "pageturn";
import { checkpointProblem } from "../command-words.ts";
import { CommandError, EXIT } from "../failure.ts";
import type { StopRequest, StopSignal } from "../stop-request.ts";
import { DistinctKeys } from "./distinct-keys.ts";
import { damaged, type ExportOutcome, type ExportState } from "./export-state.ts";
import { idOf } from "./item-id.ts";
import { PageRepeats } from "./page-repeats.ts";
import type { Sink, SinkMode } from "./sink.ts";

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
  readonly response: Pick<PageResponse, "requestId" | "header">;
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
  /** The organization whose list the export has begun with, where the state does not know it; `undefined` if it is not known. */
  readonly organization?: string | null | undefined;
  /** Called before the first file is changed, which waits for the first answer then. */
  readonly beforeChange?: (() => Promise<void>) | undefined;
  /** Whether an item is one of the export; the others are left out. */
  readonly keeps: ((item: unknown) => boolean) | undefined;
  openWalk(request: WalkRequest): ExportWalk;
}

/** The least time between two commits in milliseconds. */
const COMMIT_EVERY = 1000;

/** Thrown when a signal has ended an export, after its commit. */
export class Stopped extends Error {
  override name = "Stopped";
  readonly signal: StopSignal;

  constructor(signal: StopSignal) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

/** Thrown before a row is written: this command cannot go on with what was begun. A repetition of it would fail as well. */
export class RefusedResume extends CommandError {
  override name = "RefusedResume";
}

type Progress = Pick<
  ExportState,
  "rows" | "pages" | "repeats" | "firstId" | "lastId" | "firstCursor" | "lastCursor" | "lastRequestId"
>;

/** One run of an export: from its begin or its last commit to the end of the list. */
export class ExportRun {
  readonly #sink: Sink;
  readonly #options: ExportOptions;
  readonly #now: { -readonly [N in keyof Progress]: Progress[N] };
  #walk: ExportWalk;
  readonly #distinct: DistinctKeys | null;
  /** `null` where keys tell repeats, and in slices, whose pages arrive in no order. */
  readonly #pageRepeats: PageRepeats | null;
  #lastOfPage: unknown;
  /** Whether all items of the page have been returned. */
  #isPageDone = true;
  /** The organization of all rows; `null` while no response has named it. */
  #organization: string | null;
  readonly #hasOrganizationBefore: boolean;
  /** The organization of a response that is another one. */
  #otherOrganization: string | null = null;
  #hasPage = false;
  #committedAt = performance.now();

  constructor(sink: Sink, options: ExportOptions) {
    const { state } = sink;
    const { rows, pages, repeats, firstId, lastId, firstCursor, lastCursor, lastRequestId } = state;
    const { distinctBy } = state.identity;
    this.#sink = sink;
    this.#options = options;
    this.#now = { rows, pages, repeats, firstId, lastId, firstCursor, lastCursor, lastRequestId };
    this.#distinct = distinctBy === null ? null : new DistinctKeys(distinctBy, state.keys);
    const isOther = distinctBy !== null || options.range !== null;
    this.#pageRepeats = isOther ? null : new PageRepeats(state.keys);
    this.#organization = state.identity.organization ?? options.organization ?? null;
    this.#hasOrganizationBefore = this.#organization !== null;
    try {
      this.#walk = this.#open(walkFrom(state, options.maxItems));
    } catch (error) {
      throw refusedCheckpoint(error, sink.stateName);
    }
  }

  /** Adds all items. Returns the error of a list that is not complete. */
  async walk(): Promise<Error | null> {
    const { stop } = this.#options;
    try {
      for (;;) {
        if (stop.asked !== null && this.#isBetweenPages) throw new Stopped(stop.asked);
        const next = await stop.whileWaiting(this.#walk.next()).catch((error: unknown) => {
          const refused = this.#hasPage ? error : refusedCheckpoint(error, this.#sink.stateName);
          throw refused instanceof RefusedResume ? refused : new WalkFailure(error);
        });
        if (this.#otherOrganization !== null) throw this.#mixed(this.#otherOrganization);
        if (next.done) {
          const { outcome } = this.#walk;
          if (outcome?.reason !== "maxItems" || outcome.complete || this.#isFull) break;
          // Some of its items were no rows.
          this.#walk = this.#open({
            resumeFrom: this.#walk.checkpoint,
            maxItems: undefined,
            range: this.#options.range,
          });
          continue;
        }
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
    return this.#isPageDone || this.#options.range !== null;
  }

  /** Whether something has arrived since the last commit. */
  get #hasNews(): boolean {
    const { pages, rows, repeats } = this.#sink.state;
    const now = this.#now;
    return now.pages !== pages || now.rows !== rows || now.repeats !== repeats;
  }

  get #isFull(): boolean {
    const { maxItems } = this.#options;
    return maxItems !== undefined && this.#now.rows >= maxItems;
  }

  #open(from: Omit<WalkRequest, "signal" | "onPage">): ExportWalk {
    const { openWalk, stop } = this.#options;
    return openWalk({ ...from, signal: stop.signal, onPage: (page) => this.#page(page) });
  }

  #page({ data, request, response }: ExportPage): void {
    const cursor = cursorOf(request.query);
    if (this.#now.pages === 0) this.#now.firstCursor = cursor;
    this.#hasPage = true;
    const organization = response.header?.("anthropic-organization-id") ?? null;
    this.#organization ??= organization;
    if (organization !== null && organization !== this.#organization) this.#otherOrganization = organization;
    this.#now.pages += 1;
    this.#now.lastCursor = cursor;
    this.#now.lastRequestId = response.requestId;
    this.#lastOfPage = data.at(-1);
    this.#isPageDone = data.length === 0;
    this.#pageRepeats?.page(data, { isShortened: this.#options.maxItems !== undefined });
    this.#options.progress.page();
  }

  async #add(item: unknown): Promise<void> {
    const { keeps, progress } = this.#options;
    if (item === this.#lastOfPage) this.#isPageDone = true;
    if (keeps !== undefined && !keeps(item)) return;
    if (this.#distinct?.isRepeat(item) ?? this.#pageRepeats?.isRepeat) {
      this.#now.repeats += 1;
      return;
    }
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
      identity: { ...this.#sink.state.identity, organization: this.#organization },
      checkpoint: this.#walk.checkpoint,
      keys: this.#distinct?.keys ?? this.#pageRepeats?.idsBefore({ isPageDone: this.#isPageDone }) ?? [],
      outcome,
    });
    this.#committedAt = performance.now();
  }

  #mixed(organization: string): CommandError {
    const { file } = this.#sink.state;
    if (this.#hasOrganizationBefore)
      return new RefusedResume(
        `Cannot resume ${file} because it was begun with a key of another organization: it has rows of ` +
          `${this.#organization}, and the key is of ${organization}. Use a key of the first one, or export to another file`,
        EXIT.usage,
      );
    return new CommandError(
      `Cannot go on with ${file} because the server answers for two organizations: its rows are of ${this.#organization}, and the ` +
        `next page is of ${organization}`,
      EXIT.incomplete,
    );
  }

  /** Keeps what is there, and throws, unless the list itself has ended. */
  async #failed(error: unknown): Promise<Error> {
    // A file that failed once is left as it was at the last commit.
    if (!(error instanceof Stopped) && !(error instanceof WalkFailure)) throw error;
    const cause = error instanceof WalkFailure ? error.cause : error;
    // Without a row, only these two say something of the list.
    const saysMore = cause instanceof IncompleteListError || cause instanceof PaginationCycleError;
    if (saysMore || (cause instanceof PaginationError && this.#now.rows > 0)) {
      // Of a page that the walk refuses, it has shown none.
      if (cause instanceof IncompleteListError) this.#now.lastRequestId = cause.requestId;
      await this.#end("error");
      return cause;
    }
    if (this.#hasNews) await this.#commit();
    if (this.#options.stop.asked !== null) throw new Stopped(this.#options.stop.asked);
    throw cause;
  }

  /** `otherwise` is the reason where the walk has none. */
  async #end(otherwise = "maxItems"): Promise<void> {
    const { outcome } = this.#walk;
    const ended = outcome ?? { complete: false, reason: otherwise, incompleteBecause: null };
    const { complete, reason, incompleteBecause } = ended;
    await this.#commit({ complete, reason, incompleteBecause });
  }
}

/** The error for a checkpoint that a walk refuses before it requests a page: it is damaged. Other errors are returned as they are. */
export function refusedCheckpoint(error: unknown, stateName: string): unknown {
  if (!(error instanceof CheckpointError)) return error;
  const problem = `its checkpoint cannot be resumed, as ${checkpointProblem(error.message)}`;
  const message = damaged(stateName, { problem });
  return new RefusedResume(message, EXIT.error, { cause: error });
}

/** How to go on with the walk of an export. */
export function walkFrom(
  { checkpoint, identity, range, rows }: ExportState,
  maxItems: number | undefined,
): Omit<WalkRequest, "signal" | "onPage"> {
  return {
    resumeFrom: checkpoint ?? undefined,
    // With repeats, more items are needed than the file may have.
    maxItems: maxItems === undefined || identity.distinctBy !== null ? undefined : maxItems - rows,
    range,
  };
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
