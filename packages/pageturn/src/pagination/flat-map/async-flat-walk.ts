import type { BasePage } from "../page/base-page.ts";
import { count, oneOf, refuseUnknown } from "../request/check-option.ts";
import type { AsyncItems, AsyncWalk } from "../walk/async-walk.ts";
import { BaseAsyncWalk } from "../walk/base-async-walk.ts";
import {
  type AsyncFlatMapOptions,
  FLAT_MAP_OPTIONS,
  type FlatChild,
  FlatCore,
  type FlatLists,
} from "./flat-core.ts";

type ItemWalk = AsyncWalk<BasePage<unknown>, unknown>;

/** Handles an arrival or an error, when the turn of its list comes. */
type Step = () => void;

/**
 * One traversal of the lists that belong to the items of another list, several at a time.
 *
 * The error of a list is thrown when its turn comes. The next `next()` requests the same page. In order, an error of the
 * parent list is thrown when the lists that were started before are used up.
 */
export class AsyncFlatWalk<V> extends BaseAsyncWalk<V> {
  /** @internal */
  static override readonly pageturnClass: string = "AsyncFlatWalk";

  readonly #core: FlatCore<ItemWalk>;
  readonly #concurrency: number;
  readonly #isOrdered: boolean;
  /** The lists whose next page was requested. Its arrival, or its error, is handled when the list's turn comes. */
  readonly #requested = new Map<FlatChild<ItemWalk>, Promise<Step>>();
  /** The list whose page is consumed. */
  #current: ItemWalk | null = null;
  #starting: Promise<Step> | null = null;
  #parentEnded = false;

  /** Throws `ConfigurationError` or `CheckpointError`, before any request. */
  constructor(lists: FlatLists<AsyncItems<unknown>>, options?: AsyncFlatMapOptions | null) {
    super();
    refuseUnknown("flatMap", options, FLAT_MAP_OPTIONS);
    const { onIncomplete, resumeFrom } = options ?? {};
    this.#concurrency = count("concurrency", options?.concurrency ?? 8, 1);
    this.#isOrdered = oneOf("order", options?.order ?? "ordered", ["ordered", "unordered"]) === "ordered";
    const prefetch = count("prefetch", options?.prefetch ?? 4);
    this.#core = new FlatCore(lists, {
      name: "flatMap",
      listPrefetch: 1,
      prefetch,
      onIncomplete,
      resumeFrom,
    });
  }

  /** @internal */
  override get core(): FlatCore<ItemWalk> {
    return this.#core;
  }

  /** @internal */
  override get hasBuffered(): boolean {
    return this.#current?.hasBuffered === true;
  }

  /** @internal */
  override shift(): V {
    // The cast: where `hasBuffered` is true, there is a list with an item.
    return this.#current?.shift() as V;
  }

  /** @internal */
  override async fillBuffer(): Promise<boolean> {
    const core = this.#core;
    if (!core.isOver) core.outcome = null;
    try {
      while (!core.isOver && !this.hasBuffered) await this.#step();
      return this.hasBuffered;
    } catch (error) {
      throw core.failed(error);
    }
  }

  override return(): Promise<IteratorResult<V, undefined>> {
    this.#core.leave();
    return Promise.resolve({ value: undefined, done: true });
  }

  async #step(): Promise<void> {
    const { children } = this.#core;
    const [head] = children;
    this.#current = null;
    for (const child of children) if (!this.#requested.has(child)) this.#request(child);
    this.#start();
    const steps = [...this.#requested.values()];
    if (this.#starting !== null) steps.push(this.#starting);
    if (steps.length === 0) return this.#core.close();
    const step = await (this.#isOrdered && head !== undefined
      ? this.#requested.get(head)
      : Promise.race(steps));
    step?.();
  }

  /** Requests the next page of a list. Its arrival, or its error, is handled when the list's turn comes. */
  #request(child: FlatChild<ItemWalk>): void {
    const { walk } = child;
    const answered = (hasItem: boolean) => () => {
      this.#requested.delete(child);
      // A list whose signal fired meanwhile has an item that it no longer returns: it is requested again, and throws.
      if (walk.hasBuffered) {
        child.isFresh = false;
        this.#current = walk;
      } else if (!hasItem && !this.#core.isOver) this.#core.remove(child);
    };
    const failed = (error: unknown) => () => {
      this.#requested.delete(child);
      throw error;
    };
    const step = walk.fillInTurn().then(answered, failed);
    this.#requested.set(child, step);
  }

  /** Starts lists, one after the other, up to `concurrency`. */
  #start(): void {
    const { isOver, children } = this.#core;
    const isFull = children.length >= this.#concurrency;
    if (this.#starting !== null || this.#parentEnded || isOver || isFull) return;
    const started = () => {
      this.#starting = null;
      this.#start();
      return () => {};
    };
    const failed = (error: unknown) => () => {
      this.#starting = null;
      throw error;
    };
    this.#starting = this.#startNext().then(started, failed);
  }

  async #startNext(): Promise<void> {
    const core = this.#core;
    const has = await core.aim().fillInTurn();
    if (core.isOver) return;
    if (has) this.#request(core.start());
    else this.#parentEnded = true;
  }
}

/**
 * Walks the lists that belong to the items of `list`, several at a time, and returns their items.
 *
 * `each` returns the list of an item. Lists are fetched while the lists before them are consumed, each no further
 * ahead than `prefetch` pages. The checkpoint of the walk covers both levels: pass it as `resumeFrom`. Throws
 * `ConfigurationError` or `CheckpointError`, before any request. Its twin is {@link flatMapSync}.
 *
 * @example
 * ```ts
 * const client = new AsyncAnthropic();
 * const versions = flatMap(client.skills.list(), (skill) => client.skills.versions.list(skill.id));
 * for await (const version of versions) console.log(version.id);
 * ```
 */
export function flatMap<T, U>(
  list: AsyncItems<T>,
  each: (item: T) => AsyncItems<U>,
  options?: AsyncFlatMapOptions,
): AsyncFlatWalk<U> {
  return new AsyncFlatWalk<U>({ list, each }, options);
}
