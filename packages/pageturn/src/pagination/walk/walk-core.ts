import type { Checkpoint } from "../../errors/checkpoint.ts";
import { checkpointOf } from "../checkpoint/checkpoint.ts";
import { resumeAt } from "../checkpoint/resume.ts";
import type { BasePage } from "../page/base-page.ts";
import type { PageRequest } from "../request/page-request.ts";
import type { PaginationStrategy } from "../request/strategy.ts";
import { RecentKeys } from "./cycle-guard.ts";
import type { ListSource } from "./list-source.ts";
import { failureReason, type Outcome, type OutcomeReason, type Tally, withCheckpoint } from "./outcome.ts";
import { type Batch, batchOf, usedUp, type WalkUnit } from "./page-slice.ts";
import { RequestPlanner } from "./request-planner.ts";
import { type CheckedWalkOptions, checkedWalkOptions, type ResumableWalkOptions } from "./walk-options.ts";

/** What a walk goes through. */
export interface WalkSetup<P> {
  readonly source: ListSource;
  readonly strategy: PaginationStrategy;
  /** The page to begin on; absent where the first page is still to be asked for. */
  readonly page?: P | undefined;
  readonly unit: WalkUnit;
  readonly options: ResumableWalkOptions | undefined;
}

/**
 * The whole logic of a walk, without a single request: what to ask for next, what is on hand, how it ends.
 *
 * The drivers, one sync and one async, fetch what {@link plan} says and give it to {@link receive}. Received pages
 * wait in a queue until the consumer {@link open}s them, so that fetching can run ahead of consuming.
 */
export class WalkCore<P extends BasePage<unknown>, V> {
  readonly options: CheckedWalkOptions;
  readonly #setup: WalkSetup<P>;
  readonly #planner: RequestPlanner;
  readonly #recent = new RecentKeys();
  readonly #startedAt = performance.now();
  readonly #queue: Batch<P>[] = [];
  /** What `onPage` returned for the page on hand. */
  told: unknown;
  #requests = 0;
  #batch: Batch<P> | null = null;
  /** The last item of the pages before it. */
  #before: unknown;
  #values: readonly unknown[] = [];
  #taken = 0;
  #pages = 0;
  /** Items handed out from the pages before the one on hand. */
  #itemsBefore = 0;
  #itemsSeen = 0;
  #duplicates = 0;
  #outcome: Outcome | null = null;

  constructor(setup: WalkSetup<P>) {
    this.#setup = setup;
    this.options = checkedWalkOptions(setup.options, setup.source.walk);
    this.#planner = new RequestPlanner(setup, this.options);
    if (!this.#planner.atBound() && setup.page !== undefined) this.receive(setup.page);
  }

  /** Whether a value is on hand. */
  get ready(): boolean {
    return this.#taken < this.#values.length;
  }

  /** How many received pages the consumer has not come to yet. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Whether the walk was left, or nothing more is to be asked for. */
  get ended(): boolean {
    return this.#planner.end !== null;
  }

  /** How the walk ended; null while it goes on. */
  get outcome(): Outcome | null {
    return this.#outcome;
  }

  /** Hands out the value on hand; to be called only where {@link ready}. */
  take(): V {
    // The cast: `batchOf` made the values from the unit that V stands for.
    return this.#values[this.#taken++] as V;
  }

  /** The value on hand, not handed out, or the one so far behind it; undefined where there is none. */
  peek(offset = 0): unknown {
    return this.#values[this.#taken + offset];
  }

  /** How far the walk has come. */
  get tally(): Tally {
    const items = this.#itemsBefore + this.#itemsHandedOut();
    return { pages: this.#pages, items, duplicates: this.#duplicates };
  }

  /** Goes on to the next page that was received; false where none is waiting. */
  open(): boolean {
    const batch = this.#queue.shift();
    if (batch === undefined) return false;
    this.#itemsBefore += this.#itemsHandedOut();
    this.#before = this.#batch?.items.at(-1) ?? this.#before;
    this.#batch = batch;
    this.#values = batch.values;
    this.#taken = 0;
    this.#pages += 1;
    this.#itemsSeen += batch.count;
    this.#duplicates += batch.duplicates;
    this.told = this.options.onPage?.(batch.page, {
      pages: this.#pages,
      items: this.#itemsSeen,
      requests: this.#requests,
      elapsedMs: performance.now() - this.#startedAt,
    });
    return true;
  }

  /** See {@link RequestPlanner.plan}. */
  plan(): PageRequest | null {
    return this.#planner.plan();
  }

  /** Takes the page that answers what {@link plan} said, or the one that the walk begins on. */
  receive(page: P): void {
    const { unit } = this.#setup;
    const { options } = this;
    const batch = batchOf(page, { unit, options, room: this.#planner.room, recent: this.#recent });
    this.#planner.received(batch);
    this.#requests += 1;
    this.#queue.push(batch);
    this.#outcome = null;
  }

  /** Notes how the walk ended; to be called when nothing is on hand and {@link plan} gave null. */
  close(): void {
    const end = this.#planner.end;
    if (end !== null && this.#outcome?.reason !== "returned")
      this.#outcome = this.#outcomeFor(end.reason, end.complete);
  }

  /** Leaves the walk where it stands: nothing more is asked for or handed out. */
  leave(): void {
    const isUsedUp = !this.ready && this.#queue.length === 0;
    if (isUsedUp && this.#planner.end !== null && this.#outcome !== null) return;
    this.#planner.stop("returned");
    const sawAll = isUsedUp && this.#batch !== null && this.#planner.end?.complete === true;
    this.#outcome = this.#outcomeFor("returned", sawAll);
    this.#queue.length = 0;
    this.#values = this.#values.slice(0, this.#taken);
  }

  /** Notes a failure and gives back the error, which now carries the checkpoint. {@link plan} stays as it is. */
  failed(error: unknown): unknown {
    if (this.#planner.isAsking) this.#requests += 1;
    this.#outcome = this.#outcomeFor(failureReason(error), false);
    return withCheckpoint(error, this.checkpoint);
  }

  /** The position after the last value handed out. */
  get checkpoint(): Checkpoint {
    const { source, page } = this.#setup;
    const batch = this.#batch;
    const list = source.request;
    if (batch === null) {
      const at = page?.request ?? source.start?.request ?? list;
      const resumption = page === undefined ? source.start?.resumption : page.resumption;
      return { ...checkpointOf(list, { at, offset: 0, reversed: false }), ...resumption };
    }
    const { page: open, items, reversed } = batch;
    const offset = usedUp(batch, this.#taken);
    const behind = offset === items.length ? this.#behind(open) : null;
    const at = behind ?? open.request;
    return checkpointOf(list, {
      at,
      offset: behind === null ? offset : 0,
      after: items[offset - 1] ?? this.#before,
      reversed,
    });
  }

  /** Where a page points to what cannot be asked for, the walk stands at its end. */
  #behind(page: P): PageRequest | null {
    try {
      return this.#planner.resumeBehind(page);
    } catch {
      return null;
    }
  }

  #itemsHandedOut(): number {
    return this.#setup.unit === "items" ? this.#taken : this.#taken * (this.#batch?.count ?? 0);
  }

  #outcomeFor(reason: OutcomeReason, complete: boolean): Outcome {
    return { reason, complete, ...this.tally };
  }
}

/** The setup of a walk that begins where its options say; the page on hand is then not the one to begin on. */
export function resumed<S extends WalkSetup<unknown>>(setup: S): S {
  const { source, strategy, options } = setup;
  if (options?.resumeFrom === undefined) return setup;
  const start = resumeAt(source.request, options.resumeFrom, strategy);
  return { ...setup, source: { ...source, start }, page: undefined };
}
