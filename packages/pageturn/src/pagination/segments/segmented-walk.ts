import type { Checkpoint } from "../../errors/checkpoint.ts";
import { hasId, itemKey } from "../checkpoint/item-key.ts";
import type { BasePage } from "../page/base-page.ts";
import { type PageRequest, placeKey } from "../request/page-request.ts";
import { type AsyncItemWalk, BaseAsyncWalk } from "../walk/base-async-walk.ts";
import { count } from "../walk/check-option.ts";
import { type Outcome, sumOf, type Tally } from "../walk/outcome.ts";
import type { ResumableWalkOptions } from "../walk/walk-options.ts";

/** Stands between a walk and its list: asks for a page by `fetch`, or gives null where it is not to be asked for. */
export type Border = <P extends BasePage<unknown>>(
  request: PageRequest,
  fetch: () => Promise<P>,
) => Promise<P | null>;

/** Makes the walk of a part of the list. */
export type OpenSegment<V> = (options: ResumableWalkOptions<V>, border: Border) => AsyncItemWalk<V>;

/** A part of a list, from its place on. */
export interface Segment<V> {
  readonly walk: AsyncItemWalk<V>;
  /** Where on its page it begins. */
  readonly from: Pick<Checkpoint, "offset" | "last" | "reversed">;
  /** The key of the page it begins on; empty until that is asked for. */
  place: string;
  /** Settled when that page has come, or failed; undefined until it is asked for. */
  first: Promise<void> | undefined;
  /** The later one that begins with the page that this one would ask for next. */
  next: Segment<V> | undefined;
  /** The last page received holds an item that a later one begins with: no more is to be fetched ahead. */
  isAtEnd: boolean;
}

/** What `splitAt()` may be told. */
export interface SegmentOptions {
  /** How many pages of each segment to hold ahead of the consumer. Default 100, which is also the most. */
  readonly prefetch?: number | undefined;
  /** How many segments are fetched at a time. Default: all. */
  readonly concurrency?: number | undefined;
}

/** How a segmented walk ended. */
export interface SegmentedOutcome extends Outcome {
  /** How many of the places were met, and how many were not: there the segment before them was walked on. */
  readonly segments: { readonly met: number; readonly dropped: number };
}

/**
 * One traversal of a list, fetched from several places at once.
 *
 * A segment hands out its items until its next one is the first of a later segment, which then goes on. That is so
 * where both would ask for the same page, or both have the item on hand, known by its id and the one before; so the
 * items are those of a plain walk. A segment that meets no other goes on to the end of the list.
 */
export class SegmentedWalk<V> extends BaseAsyncWalk<V> {
  readonly #concurrency: number;
  readonly #places: number;
  /** The items that segments begin with, by their ids; those without one, as they stand on a page. */
  readonly #starts = new Map<unknown, Segment<V>>();
  #current: Segment<V>;
  /** The segments behind the current one, without those whose beginning could not be fetched. */
  #later: Segment<V>[];
  #begun: Promise<unknown> | null = null;
  #met = 0;
  #tally = sumOf([]);

  /** Throws `ConfigurationError` or `CheckpointError`, before any request. */
  constructor(open: OpenSegment<V>, checkpoints: readonly Checkpoint[], options: SegmentOptions = {}) {
    super();
    const { prefetch = 100, concurrency = Number.POSITIVE_INFINITY } = options;
    this.#concurrency = count("concurrency", concurrency, 1);
    this.#places = checkpoints.length;
    // The client's defaults are meant for a walk, not for each of its parts.
    const bounds = {
      maxItems: Number.POSITIVE_INFINITY,
      maxPages: Number.POSITIVE_INFINITY,
      distinctBy: () => undefined,
    };
    const segment = (from: Segment<V>["from"], resumeFrom?: Checkpoint): Segment<V> => {
      const walk = open({ ...bounds, prefetch, resumeFrom }, (request, fetch) =>
        this.#border(made, request, fetch),
      );
      const made: Segment<V> = { walk, from, place: "", first: undefined, next: undefined, isAtEnd: false };
      return made;
    };
    this.#current = segment({ offset: 0, last: null });
    this.#later = checkpoints.map((from) => segment(from, from));
  }

  override get checkpoint(): Checkpoint {
    return this.#current.walk.checkpoint;
  }

  override get outcome(): SegmentedOutcome | null {
    const { outcome } = this.#current.walk;
    const segments = { met: this.#met, dropped: this.#places - this.#met };
    return outcome && { ...outcome, ...this.#sum(), segments };
  }

  /** @internal */
  override get ready(): boolean {
    const { walk } = this.#current;
    return walk.ready && this.#metBy(this.#current) === undefined;
  }

  /** @internal */
  override take(): V {
    return this.#current.walk.take();
  }

  /** @internal */
  override async fill(): Promise<boolean> {
    this.#start();
    // Once all have a page, it is known where each begins.
    this.#begun ??= Promise.all(this.#later.map(({ first }) => first));
    for (;;) {
      const here = this.#current;
      const { walk } = here;
      await walk.arrive();
      await this.#begun;
      const next = walk.ready ? this.#metBy(here) : here.next;
      if (next !== undefined && this.#later.includes(next)) this.#goOn(next);
      else if (walk.ready) return true;
      else if (walk.ended) {
        this.#drop(Number.POSITIVE_INFINITY);
        return false;
      } else {
        // It was held back for a segment that could not be begun, or that it did not meet.
        here.isAtEnd = false;
      }
    }
  }

  override return(): Promise<IteratorResult<V, undefined>> {
    this.#drop(Number.POSITIVE_INFINITY);
    return this.#current.walk.return();
  }

  #sum(): Tally {
    return sumOf([this.#tally, this.#current.walk.tally]);
  }

  #goOn(next: Segment<V>): void {
    this.#tally = this.#sum();
    this.#met += 1;
    void this.#current.walk.return();
    this.#drop(this.#later.indexOf(next));
    this.#later.shift();
    this.#current = next;
    this.#start();
  }

  /** Ends the first `count` of the segments behind the current one. */
  #drop(count: number): void {
    for (const { walk } of this.#later.splice(0, count)) void walk.return();
  }

  /** Starts the segments behind the current one, as many as may run. */
  #start(): void {
    for (const segment of this.#later.slice(0, this.#concurrency - 1)) {
      segment.first ??= segment.walk.arrive().then(
        () => this.#note(segment.walk.peek(), segment),
        () => {
          this.#later = this.#later.filter((each) => each !== segment);
        },
      );
    }
  }

  #note(item: unknown, segment: Segment<V>): void {
    const key = this.#key(item);
    if (this.#isBehind(segment, this.#starts.get(key))) this.#starts.set(key, segment);
  }

  /** The segment behind `here` that begins with `item`. */
  #startingWith(item: unknown, here: Segment<V>): Segment<V> | undefined {
    const found = this.#starts.get(this.#key(item));
    return found !== undefined && this.#isBehind(found, here) ? found : undefined;
  }

  /**
   * The segment that goes on from the item on hand. An id may stand twice in a list: so the item before has to be the
   * same, or where that is not known, those behind it, as far as they are on hand.
   */
  #metBy(here: Segment<V>): Segment<V> | undefined {
    const found = this.#startingWith(here.walk.peek(), here);
    if (found === undefined) return undefined;
    const { last } = here.walk.checkpoint;
    if (last !== null && found.from.last !== null) return last === found.from.last ? found : undefined;
    for (let offset = 1; ; offset++) {
      const item = here.walk.peek(offset);
      const other = found.walk.peek(offset);
      if (!hasId(item) || !hasId(other)) return found;
      if (item.id !== other.id) return undefined;
    }
  }

  /** Whether `one` is still to come behind `other`, which may be the current segment, or none. */
  #isBehind(one: Segment<V>, other: Segment<V> | undefined): boolean {
    const later: readonly (Segment<V> | undefined)[] = this.#later;
    return later.indexOf(one) > later.indexOf(other);
  }

  /** Lets a segment fetch up to where a later one begins, and notes what it learns of that place. */
  async #border<P extends BasePage<unknown>>(
    segment: Segment<V>,
    request: PageRequest,
    fetch: () => Promise<P>,
  ): Promise<P | null> {
    const place = placeKey(request);
    segment.place ||= place;
    const here = this.#later.filter((each) => each.place === place && this.#isBehind(each, segment));
    segment.next = here.findLast(({ from }) => from.offset === 0);
    if (segment.next !== undefined || segment.isAtEnd) return null;
    const page = await fetch();
    // In the API's order, a walk backward jumps at each page: no place in it is behind another for sure.
    if (page.strategy.goesBackward?.(request)) this.#drop(Number.POSITIVE_INFINITY);
    const items = page.getPaginatedItems();
    for (const each of here) {
      const { offset, last, reversed } = each.from;
      if (!reversed && itemKey(items[offset - 1]) === last) this.#note(items[offset], each);
    }
    segment.isAtEnd = items.some((item) => this.#startingWith(item, segment) !== undefined);
    return page;
  }

  /** What an item is known by on two pages: its id. One without is only itself, and a bare value nothing at all. */
  #key(item: unknown): unknown {
    if (typeof item !== "object" || item === null) return Symbol();
    return hasId(item) ? item.id : item;
  }
}
