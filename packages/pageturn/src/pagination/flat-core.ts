import type { Checkpoint } from "../errors/checkpoint.ts";
import { isSame } from "./checkpoint.ts";
import { type FlatCheckpoint, type FlatPosition, flatPositions } from "./flat-checkpoint.ts";
import type { Outcome, OutcomeReason } from "./outcome.ts";
import { refused } from "./resume.ts";
import { sumOf, type Tally } from "./tally.ts";
import { failureReason, withCheckpoint } from "./walk-failure.ts";

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
