import { refused } from "../checkpoint/resume.ts";
import type { BaseAsyncPage } from "../list/async-paginator.ts";
import { BaseAsyncWalk, loopTurn } from "../walk/base-async-walk.ts";
import {
  eitherMissing,
  failureReason,
  type Missing,
  missingOf,
  type Outcome,
  type OutcomeReason,
  sumOf,
  type WalkState,
  withCheckpoint,
} from "../walk/outcome.ts";
import { Permits } from "./permits.ts";
import { type SliceCheckpoint, sliceCheckpoint } from "./slice-checkpoint.ts";
import { type SliceableList, type SliceByTimeOptions, type SlicePlan, slicePlan } from "./slice-plan.ts";
import { type SliceGate, TimeSlice } from "./time-slice.ts";

/** How a walk in slices ended. */
export interface SliceOutcome extends Outcome {
  /** How many slices were walked, and how many of them were split off others. */
  readonly slices: { readonly walked: number; readonly split: number };
}

/**
 * One traversal of a list whose range of time is divided into slices, several of which are fetched at a time.
 *
 * A slice that fails does so when its turn comes. Then no more is requested until `next()` is called again.
 */
export class SliceWalk<P extends BaseAsyncPage<V>, V> extends BaseAsyncWalk<V> {
  /** @internal */
  static override readonly pageturnClass: string = "SliceWalk";

  readonly #plan: SlicePlan<P, V>;
  readonly #permits: Permits;
  readonly #gate: SliceGate<P, V> = (slice, fetch) => this.#fetch(slice, fetch);
  /** The slices that have not ended, in the order of the list. The first is the one that is consumed. */
  readonly #slices: TimeSlice<P, V>[] = [];
  /** The borders of the slices that have no object yet, in the order of the list. */
  readonly #waiting: { readonly from: number; readonly to: number }[];
  #isScheduled = false;
  #isOver = false;
  #reason: OutcomeReason | null = null;
  #counts = sumOf([]);
  #items = 0;
  #walked = 0;
  #split = 0;
  /** What the slices that have ended are missing. */
  #missing: Missing;

  /** Throws `ConfigurationError` or `CheckpointError`, before any request. */
  constructor(list: SliceableList<V, P>, options: SliceByTimeOptions<V>) {
    super();
    const { resumeFrom } = options;
    const resumed = resumeFrom && sliceCheckpoint(resumeFrom);
    this.#missing = resumed?.incomplete;
    this.#plan = slicePlan(list, options, resumed?.to);
    this.#permits = new Permits(this.#plan.concurrency);
    const borders = resumed?.borders ?? this.#plan.borders;
    const spans = borders.slice(1).map((to, index) => ({ from: Number(borders[index]), to }));
    this.#waiting = this.#plan.isDescending ? spans.reverse() : spans;
    if (resumed !== undefined) this.#resume(resumed);
  }

  /** The position after the last item returned: plain JSON. It covers all slices that have not ended. */
  override get checkpoint(): SliceCheckpoint {
    const { from, to, isDescending } = this.#plan;
    const head = this.#head;
    const spans = [...this.#slices, ...this.#waiting];
    const [first] = spans;
    const borders =
      first === undefined
        ? []
        : isDescending
          ? [...spans.map((span) => span.from).reverse(), first.to]
          : [first.from, ...spans.map((span) => span.to)];
    return {
      v: 2,
      from,
      to,
      order: isDescending ? "desc" : "asc",
      borders,
      head: head === undefined ? null : { range: head.range, at: head.walk.checkpoint },
      ...(this.#missing !== undefined && { incomplete: this.#missing }),
    };
  }

  override get outcome(): SliceOutcome | null {
    const reason = this.#reason;
    if (reason === null) return null;
    const complete = reason === "exhausted" && this.#missing === undefined;
    const head = this.#slices[0]?.walk.core.outcome?.incompleteBecause ?? null;
    return {
      reason,
      complete,
      incompleteBecause: this.#missing ?? head,
      ...sumOf([this.#counts, ...this.#slices.map(({ walk }) => walk.core.counts)]),
      items: this.#items,
      slices: { walked: this.#walked, split: this.#split },
    };
  }

  /** @internal */
  override get core(): WalkState {
    return this;
  }

  /** @internal */
  override get hasBuffered(): boolean {
    return this.#slices[0]?.hasItem === true;
  }

  /** @internal */
  override get isFetchingAhead(): boolean {
    return this.#permits.held > 0;
  }

  /** @internal */
  override shift(): V {
    this.#items += 1;
    // The cast: where `hasBuffered` is true, there is a slice with an item.
    return this.#slices[0]?.walk.shift() as V;
  }

  /** @internal */
  override async fillBuffer(): Promise<boolean> {
    if (!this.#isOver) this.#reason = null;
    try {
      while (!this.#isOver) {
        const head = this.#head;
        if (head === undefined) {
          this.#end("exhausted");
          break;
        }
        this.#start(head);
        // Pages were consumed since, and another slice may have become the first: those who wait are asked again.
        this.#permits.resume();
        this.#schedule();
        const { first } = head;
        head.first = undefined;
        const hasMore = await (first ?? head.walk.fillInTurn());
        if (this.#isOver) break;
        // The signal fired meanwhile where there is an item that is not buffered: the next call throws.
        const isInside = head.skipForeign();
        if (isInside && head.walk.hasBuffered) return true;
        if (!isInside || !hasMore) this.#finish(head);
      }
      return false;
    } catch (error) {
      this.#permits.pause();
      this.#reason = failureReason(error);
      throw withCheckpoint(error, this);
    }
  }

  override return(): Promise<IteratorResult<V, undefined>> {
    if (!this.#isOver) this.#end("returned");
    return Promise.resolve({ value: undefined, done: true });
  }

  /** The slice that is consumed, made where there is none yet. */
  get #head(): TimeSlice<P, V> | undefined {
    return this.#slices[0] ?? this.#add();
  }

  /** Makes the next slice. */
  #add(): TimeSlice<P, V> | undefined {
    const [span] = this.#waiting;
    if (span === undefined) return undefined;
    const slice = new TimeSlice<P, V>(this.#plan, span, { gate: this.#gate });
    this.#waiting.shift();
    this.#slices.push(slice);
    return slice;
  }

  /** Takes the first slice from a checkpoint. */
  #resume({ from, to, order, head }: SliceCheckpoint): void {
    const plan = this.#plan;
    const isSame = from === plan.from && to === plan.to && order === (plan.isDescending ? "desc" : "asc");
    if (!isSame) throw refused("it belongs to another range of time, or another order");
    const span = this.#waiting.shift();
    if (span === undefined || head === null) return;
    const { range, at } = head;
    this.#slices.push(new TimeSlice<P, V>(plan, span, { gate: this.#gate, range, resumeFrom: at }));
  }

  #start(slice: TimeSlice<P, V>): void {
    if (slice.isStarted) return;
    slice.isStarted = true;
    this.#walked += 1;
    slice.first = slice.walk.fillInTurn();
    // Its error is thrown when its turn comes.
    slice.first.catch(() => undefined);
  }

  /**
   * Starts slices while fewer requests are sent than may be, and divides dense ones where none is left to start.
   *
   * Not at once: a slice whose page has arrived requests the next one in the same turn of the event loop.
   */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    void loopTurn().then(() => {
      this.#isScheduled = false;
      try {
        this.#startMore();
      } catch {
        // The caller's function failed to make the list of a slice: it is called again when the turn of that slice comes.
      }
    });
  }

  #startMore(): void {
    while (this.#permits.isIdle && this.#hasRoom) {
      const slice = this.#add() ?? this.#divide();
      if (slice === undefined) break;
      this.#start(slice);
    }
  }

  /** Whether another page may be held ahead of the consumer. */
  get #hasRoom(): boolean {
    const held = this.#slices.reduce((sum, { pagesHeld }) => sum + pagesHeld, 0);
    return held + this.#permits.held < this.#plan.prefetch;
  }

  /** Divides the dense slice that is nearest to the consumer. */
  #divide(): TimeSlice<P, V> | undefined {
    if (!this.#plan.adaptive) return undefined;
    for (const [index, slice] of this.#slices.entries()) {
      const part = slice.divide(this.#gate);
      if (part === null) continue;
      this.#slices.splice(index + 1, 0, part);
      this.#split += 1;
      return part;
    }
    return undefined;
  }

  /** Fetches a page of a slice, when a request may be sent; `null` where none is to be sent. */
  async #fetch(slice: TimeSlice<P, V>, fetch: () => Promise<P>): Promise<P | null> {
    if (slice.isAtEnd) return null;
    const rank = () => this.#slices.indexOf(slice);
    // The consumer waits for the first slice.
    const isReady = () => rank() === 0 || this.#hasRoom;
    if (!(await this.#permits.acquire({ rank, isReady }))) return null;
    try {
      const page = await fetch();
      slice.note(page);
      return page;
    } finally {
      this.#permits.release();
      this.#schedule();
    }
  }

  #finish(slice: TimeSlice<P, V>): void {
    const { core } = slice.walk;
    const { outcome, position } = core;
    this.#slices.shift();
    void slice.walk.return();
    this.#counts = sumOf([this.#counts, core.counts]);
    // A walk that was stopped at the border of its slice has no outcome: what follows belongs to other slices.
    this.#missing = eitherMissing(this.#missing, missingOf(outcome, position.lacksItems));
  }

  #end(reason: OutcomeReason): void {
    this.#isOver = true;
    this.#reason = reason;
    this.#permits.end();
    for (const { walk } of this.#slices) void walk.return();
  }
}

/**
 * Walks a list in slices of its range of time, several at a time, and returns its items in the order of the list: those
 * that one walk of the range returns.
 *
 * `list` is a list of the client whose time range the catalog knows, or a function that returns the list of a range:
 * `({ from, to }) => client.list("/notes", { query: { since: from.toISOString(), until: to.toISOString() } })`. The
 * range of a slice includes `from` and not `to`; where `bounds` says otherwise, the ends of the whole range are as it says.
 * The slices share the rate limit of their client. Pass the checkpoint of the walk as
 * `resumeFrom`: the slices that have ended are not requested again.
 *
 * Throws `ConfigurationError` or `CheckpointError`, before any request. The walk throws `PaginationError` where the server
 * does not apply the range or the items are in another order, as far as `timeOf` tells.
 *
 * @example
 * ```ts
 * const { sessions } = new AsyncAnthropic().beta;
 * const year = { from: "2025-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z" };
 * const walk = sliceByTime(sessions.list({ limit: 100 }), year);
 * const copy = async () => {
 *   for await (const session of walk) console.log(session.id);
 * };
 * ```
 */
export function sliceByTime<T, P extends BaseAsyncPage<T>>(
  list: SliceableList<T, P>,
  options?: SliceByTimeOptions<T>,
): SliceWalk<P, T> {
  return new SliceWalk<P, T>(list, options ?? {});
}
