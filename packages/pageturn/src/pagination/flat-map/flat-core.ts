import type { Checkpoint } from "../../errors/checkpoint.ts";
import { isSame } from "../checkpoint/checkpoint.ts";
import { object, plainCopy, refused } from "../checkpoint/resume.ts";
import {
  failureReason,
  type Outcome,
  type OutcomeReason,
  sumOf,
  type Tally,
  withCheckpoint,
} from "../walk/outcome.ts";

/** A position in a flat walk, as plain JSON: after the last item that was handed out. */
export interface FlatCheckpoint {
  /** The version of this form. */
  readonly v: 1;
  /** The lists that are begun and not ended, in the order of their parent items. */
  readonly children: readonly {
    /** The position in the parent list before the item that this list belongs to. */
    readonly at: Checkpoint;
    /** The position in this list. */
    readonly child: Checkpoint;
  }[];
  /** The position in the parent list before the first item whose list is not begun. */
  readonly next: Checkpoint;
}

/** Where a list is to be started: at the next item of the parent list, and from which position. */
export interface FlatPosition {
  readonly at: Checkpoint;
  readonly child?: Checkpoint;
}

/** The lists that a resumed flat walk begins with. */
export function flatPositions(checkpoint: FlatCheckpoint): FlatPosition[] {
  const { v, children, next } = object(plainCopy(checkpoint), "it");
  if (v !== 1 || !Array.isArray(children)) throw refused("it is not that of a flat walk");
  // The cast: what is in a position is checked where a list goes on from it.
  const position = (value: unknown) => object(value, "a position in it") as unknown as Checkpoint;
  const begun = children.map((each) => object(each, "a list of it"));
  return [
    ...begun.map(({ at, child }) => ({ at: position(at), child: position(child) })),
    { at: position(next) },
  ];
}

/** What a sync `flatMap()` may be told. */
export interface SyncFlatMapOptions {
  /** How many pages of a list to fetch ahead of the consumer. Default 0; sync lists fetch one at most. */
  readonly prefetch?: number | undefined;
  /** Go on from here: the `checkpoint` of a flat walk, sync or async, of the same lists. */
  readonly resumeFrom?: FlatCheckpoint | undefined;
  /** A call that blocks can only walk one list at a time. */
  readonly concurrency?: 1 | undefined;
  readonly order?: "kept" | undefined;
}

/** What an async `flatMap()` may be told. */
export interface AsyncFlatMapOptions {
  /** How many lists are walked at a time. Default 8. */
  readonly concurrency?: number | undefined;
  /**
   * `"kept"`: all items of the first list, then all of the second, and so on. `"arrival"`: from whichever list has a
   * page. Default `"kept"`.
   */
  readonly order?: "kept" | "arrival" | undefined;
  /**
   * How many pages of each list to hold besides the one that is consumed. Default 4. In kept order, a list that is
   * longer is walked on when its turn comes: a larger `prefetch` is then faster, and takes more memory.
   */
  readonly prefetch?: number | undefined;
  /** Go on from here: the `checkpoint` of a flat walk, sync or async, of the same lists. */
  readonly resumeFrom?: FlatCheckpoint | undefined;
}

/** A walk, of either kind, as far as the core looks at it. */
interface CoreWalk {
  readonly checkpoint: Checkpoint;
  readonly outcome: Outcome | null;
  readonly tally: Tally;
  peek(): unknown;
  take(): unknown;
  return(): unknown;
}

/** A list that is begun and not ended. */
export interface FlatChild<W> {
  /** The position in the parent list before the item that it belongs to. */
  readonly at: Checkpoint;
  readonly walk: W;
  /** Whether nothing was handed out of it, so that a resumed walk may begin it anew. */
  isFresh: boolean;
}

/** What a flat walk goes through. */
export interface FlatSetup<P, W> {
  /** The walk of the parent list, or one of the same list from elsewhere. */
  readonly parent: (resumeFrom?: Checkpoint) => P;
  readonly child: (item: unknown, resumeFrom: Checkpoint | undefined) => W;
  readonly resumeFrom: FlatCheckpoint | undefined;
}

/** What the sync and the async flat walk share: which lists are begun, where they stand, and how it ended. */
export class FlatCore<P extends CoreWalk, W extends CoreWalk> {
  /** In the order of their parent items. */
  readonly children: FlatChild<W>[] = [];
  /** How the walk ended; null while it goes on. */
  outcome: Outcome | null = null;
  /** Whether it was left, or has come to its end. */
  isOver = false;
  readonly #setup: FlatSetup<P, W>;
  /** Where lists are still to be started before the parent is simply walked on. */
  readonly #positions: FlatPosition[];
  #parent: P;
  #tally = sumOf([]);
  #sawAll = true;

  constructor(setup: FlatSetup<P, W>) {
    this.#setup = setup;
    const { parent, resumeFrom } = setup;
    this.#positions = resumeFrom === undefined ? [] : flatPositions(resumeFrom);
    // All at once, so that a bad checkpoint is an error of the call; nothing is asked for.
    const [first = parent()] = this.#positions.map(({ at }) => parent(at));
    this.#parent = first;
  }

  /** The walk of the parent list, standing before the item whose list is started next. */
  aim(): P {
    const at = this.#positions[0]?.at;
    if (at !== undefined && !isSame(at, this.#parent.checkpoint)) {
      this.#parent.return();
      this.#parent = this.#setup.parent(at);
    }
    return this.#parent;
  }

  /** Starts the list of the parent item on hand. Where making it throws, the item stays on hand. */
  start(): FlatChild<W> {
    const parent = this.#parent;
    const resumeFrom = this.#positions[0]?.child;
    const walk = this.#setup.child(parent.peek(), resumeFrom);
    const child = { at: parent.checkpoint, walk, isFresh: resumeFrom === undefined };
    parent.take();
    this.#positions.shift();
    this.children.push(child);
    return child;
  }

  /** Takes out a list that has ended. */
  remove(child: FlatChild<W>): void {
    const { outcome, tally } = child.walk;
    const index = this.children.indexOf(child);
    this.children.splice(index, 1);
    // Those before it cannot be begun anew from the parent's side: it would be walked again.
    for (const before of this.children.slice(0, index)) before.isFresh = false;
    this.#tally = sumOf([this.#tally, tally]);
    this.#sawAll &&= outcome?.complete === true;
  }

  /** Notes the end, where the parent list and all others have come to theirs. */
  close(): void {
    if (this.#positions[0]?.child !== undefined) throw refused("an item is gone whose list it stands in");
    this.#positions.length = 0;
    this.isOver = true;
    // The cast: a walk that has come to its end has an outcome.
    this.outcome = this.#outcomeFor(this.#parent.outcome?.reason as OutcomeReason);
  }

  /** Leaves the walk where it stands. */
  leave(): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const walk of this.#walks) walk.return();
    this.outcome = this.#outcomeFor("returned");
  }

  /** Notes a failure and gives back the error, which now carries the checkpoint. */
  failed(error: unknown): unknown {
    this.outcome = this.#outcomeFor(failureReason(error));
    return withCheckpoint(error, this.checkpoint);
  }

  /** The position after the last item handed out. */
  get checkpoint(): FlatCheckpoint {
    const { children } = this;
    const begun = children.slice(0, 1 + children.findLastIndex(({ isFresh }) => !isFresh));
    const running = begun.map(({ at, walk }) => ({ at, child: walk.checkpoint }));
    const waiting = this.#positions.flatMap(({ at, child }) => (child === undefined ? [] : { at, child }));
    const next = children[begun.length] ?? this.#positions.at(-1);
    return { v: 1, children: [...running, ...waiting], next: next?.at ?? this.#parent.checkpoint };
  }

  get #walks(): readonly CoreWalk[] {
    return [this.#parent, ...this.children.map(({ walk }) => walk)];
  }

  #outcomeFor(reason: OutcomeReason): Outcome {
    const children = this.#walks.slice(1);
    const complete =
      this.#sawAll &&
      this.#positions.length === 0 &&
      this.#walks.every(({ outcome }) => outcome?.complete === true);
    return { reason, complete, ...sumOf([this.#tally, ...children.map(({ tally }) => tally)]) };
  }
}
