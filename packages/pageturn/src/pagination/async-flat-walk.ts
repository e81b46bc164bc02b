import type { Checkpoint } from "../errors/checkpoint.ts";
import { type AsyncItems, BaseAsyncWalk } from "./base-async-walk.ts";
import { count, oneOf } from "./checked-walk-options.ts";
import type { FlatCheckpoint } from "./flat-checkpoint.ts";
import { type FlatChild, FlatCore } from "./flat-core.ts";
import type { AsyncFlatMapOptions } from "./flat-map-options.ts";
import type { Outcome } from "./outcome.ts";
import type { Tally } from "./tally.ts";

/** What an {@link AsyncFlatWalk} goes through. */
export interface AsyncFlatSetup<T, V> {
  readonly parent: (resumeFrom?: Checkpoint) => BaseAsyncWalk<T>;
  readonly list: (item: T) => AsyncItems<V>;
  readonly options: AsyncFlatMapOptions | undefined;
}

type Child<V> = FlatChild<BaseAsyncWalk<V>>;

/**
 * One traversal of the lists that belong to the items of another list, several at a time.
 *
 * A list that fails throws when its turn comes. What was handed out stays valid, and the next `next()` asks for the
 * same page. An error of the parent list comes when the lists started before are used up.
 */
export class AsyncFlatWalk<T, V> extends BaseAsyncWalk<V, FlatCheckpoint> {
  readonly #core: FlatCore<BaseAsyncWalk<T>, T, BaseAsyncWalk<V>>;
  readonly #concurrency: number;
  readonly #isKept: boolean;
  /** The lists that a page was asked of, and what they answer: whether they have an item on hand. */
  readonly #turns = new Map<Child<V>, Promise<boolean>>();
  /** Those of them that have answered, in the order in which they did. */
  readonly #arrived = new Set<Child<V>>();
  /** The list whose page is consumed. */
  #current: Child<V> | null = null;
  #starting: Promise<void> | null = null;
  #parentEnded = false;
  #wake = () => {};

  /** Throws `ConfigurationError` or `CheckpointError`, before any request. */
  constructor({ parent, list, options = {} }: AsyncFlatSetup<T, V>) {
    super();
    const { concurrency = 8, order = "kept", prefetch = 4, resumeFrom } = options;
    this.#concurrency = count("concurrency", concurrency, 1);
    this.#isKept = oneOf("order", order, ["kept", "arrival"]) === "kept";
    count("prefetch", prefetch);
    const child = (item: T, from: Checkpoint | undefined) => list(item).items({ prefetch, resumeFrom: from });
    this.#core = new FlatCore({ parent, child, resumeFrom });
  }

  override get checkpoint(): FlatCheckpoint {
    return this.#core.checkpoint;
  }

  override get outcome(): Outcome | null {
    return this.#core.outcome;
  }

  /** @internal */
  override get tally(): Tally {
    return this.#core.tally;
  }

  /** @internal */
  override get ready(): boolean {
    return this.#current?.walk.ready === true;
  }

  /** @internal */
  override take(): V {
    // The cast: where `ready`, there is a list, and it has an item.
    return this.#current?.walk.take() as V;
  }

  /** @internal */
  override async fill(): Promise<boolean> {
    const core = this.#core;
    if (!core.isOver) core.outcome = null;
    try {
      while (!core.isOver && !this.ready) await this.#step();
      return this.ready;
    } catch (error) {
      throw core.failed(error);
    }
  }

  override return(): Promise<IteratorResult<V, undefined>> {
    this.#core.leave();
    this.#wake();
    return Promise.resolve({ value: undefined, done: true });
  }

  async #step(): Promise<void> {
    const { children } = this.#core;
    this.#current = null;
    for (const child of children) if (!this.#turns.has(child)) this.#ask(child);
    this.#start();
    const [next] = this.#isKept ? children : this.#arrived;
    if (next !== undefined && this.#arrived.has(next)) await this.#open(next);
    else if (children.length > 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    } else if (this.#starting === null) this.#core.close();
    else {
      await this.#starting.catch((error) => {
        this.#starting = null;
        throw error;
      });
    }
  }

  /** Asks a list for its next page. What it answers, an error too, waits until its turn comes. */
  #ask(child: Child<V>): void {
    const turn = child.walk.arrive();
    const arrived = () => {
      this.#arrived.add(child);
      this.#wake();
    };
    this.#turns.set(child, turn);
    turn.then(arrived, arrived);
  }

  /** Goes on with a list that has answered. */
  async #open(child: Child<V>): Promise<void> {
    const turn = this.#turns.get(child);
    this.#turns.delete(child);
    this.#arrived.delete(child);
    if (await turn) {
      child.isFresh = false;
      this.#current = child;
    } else if (!this.#core.isOver) this.#core.remove(child);
  }

  /** Starts lists, one after the other, as many as may run. */
  #start(): void {
    const { isOver, children } = this.#core;
    if (this.#starting !== null || this.#parentEnded || isOver || children.length >= this.#concurrency) return;
    this.#starting = this.#startNext();
    this.#starting.then(
      () => {
        this.#starting = null;
        this.#start();
        this.#wake();
      },
      () => this.#wake(),
    );
  }

  async #startNext(): Promise<void> {
    const core = this.#core;
    const has = core.isHolding || (await core.aim().arrive());
    if (core.isOver) return;
    if (has) this.#ask(core.start());
    else {
      core.parentEnded();
      this.#parentEnded = true;
    }
  }
}
