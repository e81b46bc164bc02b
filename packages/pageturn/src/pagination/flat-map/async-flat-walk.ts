import type { Checkpoint } from "../../errors/checkpoint.ts";
import { type AsyncItems, type AsyncItemWalk, BaseAsyncWalk } from "../walk/base-async-walk.ts";
import { count, oneOf } from "../walk/check-option.ts";
import type { Outcome } from "../walk/outcome.ts";
import { type AsyncFlatMapOptions, type FlatCheckpoint, type FlatChild, FlatCore } from "./flat-core.ts";

/** What an {@link AsyncFlatWalk} goes through. */
export interface AsyncFlatSetup<V> {
  readonly parent: (resumeFrom?: Checkpoint) => AsyncItemWalk<unknown>;
  /** A method, as its items are the parent's: of which type those are is no matter here. */
  list(item: unknown): AsyncItems<V>;
  readonly options: AsyncFlatMapOptions | undefined;
}

type Child<V> = FlatChild<AsyncItemWalk<V>>;

/** What to do when its turn comes. */
type Step = () => void;

/**
 * One traversal of the lists that belong to the items of another list, several at a time.
 *
 * A list that fails throws when its turn comes. What was handed out stays valid, and the next `next()` asks for the
 * same page. An error of the parent list comes, in kept order, when the lists started before are used up.
 */
export class AsyncFlatWalk<V> extends BaseAsyncWalk<V, FlatCheckpoint> {
  readonly #core: FlatCore<AsyncItemWalk<unknown>, AsyncItemWalk<V>>;
  readonly #concurrency: number;
  readonly #isKept: boolean;
  /** The lists that a page was asked of. What they answer, an error too, waits until its turn comes. */
  readonly #asked = new Map<Child<V>, Promise<Step>>();
  /** The list whose page is consumed. */
  #current: AsyncItemWalk<V> | null = null;
  #starting: Promise<Step> | null = null;
  #parentEnded = false;

  /** Throws `ConfigurationError` or `CheckpointError`, before any request. */
  constructor({ parent, list, options = {} }: AsyncFlatSetup<V>) {
    super();
    const { concurrency = 8, order = "kept", prefetch = 4, resumeFrom } = options;
    this.#concurrency = count("concurrency", concurrency, 1);
    this.#isKept = oneOf("order", order, ["kept", "arrival"]) === "kept";
    count("prefetch", prefetch);
    const child = (item: unknown, from: Checkpoint | undefined) =>
      list(item).items({ prefetch, resumeFrom: from });
    this.#core = new FlatCore({ parent, child, resumeFrom });
  }

  override get checkpoint(): FlatCheckpoint {
    return this.#core.checkpoint;
  }

  override get outcome(): Outcome | null {
    return this.#core.outcome;
  }

  /** @internal */
  override get ready(): boolean {
    return this.#current?.ready === true;
  }

  /** @internal */
  override take(): V {
    // The cast: where `ready`, there is a list, and it has an item.
    return this.#current?.take() as V;
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
    return Promise.resolve({ value: undefined, done: true });
  }

  async #step(): Promise<void> {
    const { children } = this.#core;
    const [head] = children;
    this.#current = null;
    for (const child of children) if (!this.#asked.has(child)) this.#ask(child);
    this.#start();
    const steps = [...this.#asked.values()];
    if (this.#starting !== null) steps.push(this.#starting);
    if (steps.length === 0) return this.#core.close();
    const step = await (this.#isKept && head !== undefined ? this.#asked.get(head) : Promise.race(steps));
    step?.();
  }

  /** Asks a list for an item; what it answers, an error too, waits until its turn comes. */
  #ask(child: Child<V>): void {
    const { walk } = child;
    const answered = () => {
      this.#asked.delete(child);
      if (walk.ready) {
        child.isFresh = false;
        this.#current = walk;
      } else if (!this.#core.isOver) this.#core.remove(child);
    };
    const failed = (error: unknown) => () => {
      this.#asked.delete(child);
      throw error;
    };
    const step = walk.arrive().then(() => answered, failed);
    this.#asked.set(child, step);
  }

  /** Starts lists, one after the other, as many as may run. */
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
    const has = await core.aim().arrive();
    if (core.isOver) return;
    if (has) this.#ask(core.start());
    else this.#parentEnded = true;
  }
}
