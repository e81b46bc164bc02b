import { type Checkpoint, ConfigurationError } from "../../errors/pageturn-error.ts";
import { hasId, itemKey } from "../checkpoint/checkpoint.ts";
import { type ListStart, resumeAt } from "../checkpoint/resume.ts";
import { AsyncPaginator, type BaseAsyncPage } from "../list/async-paginator.ts";
import { count, refuseUnknown } from "../request/check-option.ts";
import type { PageRequest } from "../request/page-request.ts";
import { positionKey } from "../request/strategy.ts";
import type { AsyncWalk } from "../walk/async-walk.ts";
import { BaseAsyncWalk } from "../walk/base-async-walk.ts";
import { type Outcome, sumOf, type WalkCounts } from "../walk/outcome.ts";
import type { WalkCore } from "../walk/walk-core.ts";
import { type ResumableWalkOptions, UNBOUNDED } from "../walk/walk-options.ts";

/** Options of `splitAt()`. */
export interface SegmentOptions extends Pick<ResumableWalkOptions, "onIncomplete"> {
  /** How many pages of each segment to hold ahead of the consumer. Default 100, which is also the maximum. */
  readonly prefetch?: number | undefined;
  /** How many segments are fetched at a time. Default: all. */
  readonly concurrency?: number | undefined;
}

/** How a segmented walk ended. */
export interface SegmentedOutcome extends Outcome {
  /** How many segments were joined by the one before them, and how many were skipped: that one went on alone. */
  readonly segments: { readonly joined: number; readonly skipped: number };
}

/** A part of a list that starts at one checkpoint. */
interface Segment<P extends BaseAsyncPage<V>, V> {
  readonly walk: AsyncWalk<P, V>;
  readonly start: ListStart;
  /** The key of the request for the page that it starts on. */
  readonly place: string;
  /** Settled when that page has arrived, or failed; undefined until it is requested. */
  first: Promise<void> | undefined;
  /** The later segment that starts with the page that this one would request next. */
  next: Segment<P, V> | undefined;
  /** Whether the last page received has an item that a later segment starts with: no more is fetched ahead. */
  isAtEnd: boolean;
}

/**
 * One traversal of a list that is fetched from several positions at once.
 *
 * A segment returns its items until its next item is the first of a later segment, which continues from there. That is
 * so where both would request the same page, or both have the item buffered, recognised by its id and the item before
 * it. So the items are those of a plain walk. A segment that meets no other goes on to the end of the list.
 */
export class SegmentedWalk<P extends BaseAsyncPage<V>, V> extends BaseAsyncWalk<V> {
  /** @internal */
  static override readonly pageturnClass: string = "SegmentedWalk";

  readonly #list: AsyncPaginator<V, P>;
  readonly #concurrency: number;
  readonly #places: number;
  /** The segments by the ids of the items that they start with; without an id, by the item itself. */
  readonly #starts = new Map<unknown, Segment<P, V>>();
  #current: Segment<P, V>;
  /** The segments after the current one, without those whose first page failed. */
  #later: Segment<P, V>[];
  #started: Promise<unknown> | null = null;
  #joined = 0;
  #counts = sumOf([]);

  /** Throws `ConfigurationError` or `CheckpointError`, before any request. */
  constructor(list: AsyncPaginator<V, P>, checkpoints: readonly Checkpoint[], options: SegmentOptions) {
    super();
    refuseUnknown("splitAt", options, ["prefetch", "concurrency", "onIncomplete"]);
    this.#list = list;
    this.#concurrency = count("concurrency", options.concurrency ?? Number.POSITIVE_INFINITY, 1);
    this.#places = checkpoints.length;
    this.#current = this.#segment(options);
    this.#later = checkpoints.map((checkpoint) => this.#segment(options, checkpoint));
  }

  /** @internal */
  override get core(): WalkCore<P, V> {
    return this.#current.walk.core;
  }

  override get outcome(): SegmentedOutcome | null {
    const { outcome } = this.core;
    const segments = { joined: this.#joined, skipped: this.#places - this.#joined };
    return outcome && { ...outcome, ...this.#sum(), segments };
  }

  /** @internal */
  override get hasBuffered(): boolean {
    return this.#current.walk.hasBuffered && this.#joining(this.#current) === undefined;
  }

  /** @internal */
  override shift(): V {
    return this.#current.walk.shift();
  }

  /** @internal */
  override async fillBuffer(): Promise<boolean> {
    this.#start();
    // When all of them have a page, it is known where each starts.
    this.#started ??= Promise.all(this.#later.map(({ first }) => first));
    for (;;) {
      const here = this.#current;
      const { walk } = here;
      const hasItem = await walk.fillInTurn();
      await this.#started;
      // The signal fired meanwhile: the next call throws.
      if (hasItem && !walk.hasBuffered) continue;
      const next = walk.hasBuffered ? this.#joining(here) : here.next;
      if (next !== undefined && this.#later.includes(next)) this.#join(next);
      else if (walk.hasBuffered) return true;
      else if (walk.core.planner.end !== null) {
        this.#skip(Number.POSITIVE_INFINITY);
        return false;
      } else {
        // It was held back for a segment whose first page failed, or that it did not meet.
        here.isAtEnd = false;
      }
    }
  }

  override return(): Promise<IteratorResult<V, undefined>> {
    this.#skip(Number.POSITIVE_INFINITY);
    return this.#current.walk.return();
  }

  #segment({ prefetch = 100, onIncomplete }: SegmentOptions, resumeFrom?: Checkpoint): Segment<P, V> {
    const { source, strategy } = this.#list;
    const { request } = source;
    const start =
      resumeFrom === undefined ? (source.start ?? { request }) : resumeAt(request, resumeFrom, strategy);
    const segment: Segment<P, V> = {
      walk: this.#list.gatedItems(({ request }, fetch) => this.#gate(segment, request, fetch), {
        ...UNBOUNDED,
        distinctBy: null,
        prefetch,
        onIncomplete,
        // What was in front of it then says nothing about the list as it is now.
        resumeFrom:
          resumeFrom && Object.assign({}, resumeFrom, { counted: undefined, lacksItems: undefined }),
      }),
      start,
      place: positionKey(strategy, start.request),
      first: undefined,
      next: undefined,
      isAtEnd: false,
    };
    return segment;
  }

  #sum(): WalkCounts {
    return sumOf([this.#counts, this.core.counts]);
  }

  #join(next: Segment<P, V>): void {
    this.#counts = this.#sum();
    this.#joined += 1;
    if (this.core.position.lacksItems) next.walk.core.inheritLack();
    void this.#current.walk.return();
    this.#skip(this.#later.indexOf(next));
    this.#later.shift();
    this.#current = next;
    this.#start();
  }

  /** Ends the first `count` of the segments after the current one. */
  #skip(count: number): void {
    for (const { walk } of this.#later.splice(0, count)) void walk.return();
  }

  /** Starts the segments after the current one, up to `concurrency`. */
  #start(): void {
    for (const segment of this.#later.slice(0, this.#concurrency - 1)) {
      segment.first ??= segment.walk.fillInTurn().then(
        () => this.#noteStart(segment.walk.core.peek(), segment),
        () => {
          this.#later = this.#later.filter((each) => each !== segment);
        },
      );
    }
  }

  #noteStart(item: unknown, segment: Segment<P, V>): void {
    const key = this.#keyOf(item);
    if (this.#isAfter(segment, this.#starts.get(key))) this.#starts.set(key, segment);
  }

  /** The segment after `here` that starts with `item`. */
  #startingWith(item: unknown, here: Segment<P, V>): Segment<P, V> | undefined {
    const found = this.#starts.get(this.#keyOf(item));
    return found !== undefined && this.#isAfter(found, here) ? found : undefined;
  }

  /** The segment that continues from the next item. An id may be in a list twice: so the item before must be the same. */
  #joining(here: Segment<P, V>): Segment<P, V> | undefined {
    const found = this.#startingWith(here.walk.core.peek(), here);
    if (found === undefined) return undefined;
    return here.walk.core.position.last === found.start.last ? found : undefined;
  }

  /** Whether `one` is still to come after `other`, which may be the current segment, or none. */
  #isAfter(one: Segment<P, V>, other: Segment<P, V> | undefined): boolean {
    const later: readonly (Segment<P, V> | undefined)[] = this.#later;
    return later.indexOf(one) > later.indexOf(other);
  }

  /** Lets a segment fetch up to where a later one starts, and notes what it learns about that position. */
  async #gate(segment: Segment<P, V>, request: PageRequest, fetch: () => Promise<P>): Promise<P | null> {
    const place = positionKey(this.#list.strategy, request);
    const here = this.#later.filter((each) => each.place === place && this.#isAfter(each, segment));
    segment.next = here.findLast(({ start }) => start.resumption === undefined);
    if (segment.next !== undefined || segment.isAtEnd) return null;
    const page = await fetch();
    // In the API's order, a backward walk jumps with each page: no position in it is after another for sure.
    if (page.strategy.isBackward?.(request)) this.#skip(Number.POSITIVE_INFINITY);
    const items = page.walkItems;
    for (const each of here) {
      const at = each.start.resumption;
      if (at !== undefined && !at.reversed && itemKey(page.sentItems[at.offset - 1]) === at.last)
        this.#noteStart(items[at.offset], each);
    }
    segment.isAtEnd = items.some((item) => this.#startingWith(item, segment) !== undefined);
    return page;
  }

  /** What an item is recognised by on two pages: its id. Without one it is only itself, and a bare value nothing. */
  #keyOf(item: unknown): unknown {
    if (typeof item !== "object" || item === null) return Symbol();
    return hasId(item) ? itemKey(item) : item;
  }
}

/**
 * Walks a whole list in its order, and fetches from its start and from all of these checkpoints at once.
 *
 * The checkpoints come from earlier walks of this list, in its order. The list may have changed since: the items, and
 * their order, are those that a plain walk would return now. A position that is no longer met is skipped, as are
 * positions that are out of order or repeat. Throws `CheckpointError` for a checkpoint of another list.
 *
 * Items are recognised by their ids; items without one join where the pages are the same. The `maxItems`, `maxPages`
 * and `distinctBy` of the client's `walk` option are not used. A list that is requested backward (`before_id`) is
 * walked from its start alone. Only the async client has this: a call that blocks fetches one page at a time.
 *
 * @example
 * ```ts
 * const { models } = new AsyncAnthropic();
 * const first = models.list({ limit: 10 }).pages();
 * const places: Checkpoint[] = [];
 * for await (const _ of first) places.push(first.checkpoint);
 * for await (const model of splitAt(models.list({ limit: 10 }), places)) console.log(model.id);
 * ```
 */
export function splitAt<T, P extends BaseAsyncPage<T>>(
  list: AsyncPaginator<T, P>,
  checkpoints: readonly Checkpoint[],
  options?: SegmentOptions,
): SegmentedWalk<P, T> {
  if (!(list instanceof AsyncPaginator) || !Array.isArray(checkpoints))
    throw new ConfigurationError(
      "Cannot use splitAt() with these arguments: they must be a list of the asynchronous client and an array of checkpoints",
    );
  return new SegmentedWalk<P, T>(list, checkpoints, options ?? {});
}
