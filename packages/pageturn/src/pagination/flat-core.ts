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
export interface FlatSetup<P, T, W> {
  /** The walk of the parent list, or one of the same list from elsewhere. */
  readonly parent: (resumeFrom?: Checkpoint) => P;
  readonly child: (item: T, resumeFrom: Checkpoint | undefined) => W;
  readonly resumeFrom: FlatCheckpoint | undefined;
}

/** What the sync and the async flat walk share: which lists are begun, where they stand, and how it ended. */
export class FlatCore<P extends CoreWalk & { take(): T }, T, W extends CoreWalk> {
  /** In the order of their parent items. */
  readonly children: FlatChild<W>[] = [];
  /** How the walk ended; null while it goes on. */
  outcome: Outcome | null = null;
  /** Whether it was left, or has come to its end. */
  isOver = false;
  readonly #setup: FlatSetup<P, T, W>;
  /** Where lists are still to be started before the parent is simply walked on. */
  readonly #positions: FlatPosition[];
  #parent: P;
  /** A parent item that was taken and whose list could not be started yet. */
  #held: { readonly at: Checkpoint; readonly item: T } | null = null;
  #tally = sumOf([]);
  #sawAll = true;

  constructor(setup: FlatSetup<P, T, W>) {
    this.#setup = setup;
    const { parent, resumeFrom } = setup;
    this.#positions = resumeFrom === undefined ? [] : flatPositions(resumeFrom);
    // All at once, so that a bad checkpoint is an error of the call; nothing is asked for.
    const parents = this.#positions.map(({ at }) => parent(at));
    this.#parent = parents[0] ?? parent();
  }

  /** Whether a parent item is on hand that {@link start} can start the list of. */
  get isHolding(): boolean {
    return this.#held !== null;
  }

  /** How far the walk has come. */
  get tally(): Tally {
    return sumOf([this.#tally, ...this.children.map(({ walk }) => walk.tally)]);
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

  /** Starts the list of the parent item on hand. Throws what making it throws; it can then be called again. */
  start(): FlatChild<W> {
    this.#held ??= { at: this.#parent.checkpoint, item: this.#parent.take() };
    const { at, item } = this.#held;
    const resumeFrom = this.#positions[0]?.child;
    const walk = this.#setup.child(item, resumeFrom);
    this.#held = null;
    this.#positions.shift();
    const child = { at, walk, isFresh: resumeFrom === undefined };
    this.children.push(child);
    return child;
  }

  /** Takes out a list that has ended. */
  remove(child: FlatChild<W>): void {
    this.children.splice(this.children.indexOf(child), 1);
    this.#tally = sumOf([this.#tally, child.walk.tally]);
    this.#sawAll &&= child.walk.outcome?.complete === true;
  }

  /** To be called when the parent list has ended. Throws `CheckpointError` where a list to go on with has none. */
  parentEnded(): void {
    if (this.#positions[0]?.child !== undefined) throw refused("an item is gone whose list it stands in");
  }

  /** Notes the end, where all lists have come to theirs. */
  close(): void {
    this.isOver = true;
    this.outcome = this.#outcomeFor(this.#parent.outcome?.reason ?? "exhausted");
  }

  /** Leaves the walk where it stands. */
  leave(): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const walk of [this.#parent, ...this.children.map((child) => child.walk)]) walk.return();
    this.outcome = this.#outcomeFor("returned");
  }

  /** Notes a failure and gives back the error, which now carries the checkpoint. */
  failed(error: unknown): unknown {
    this.outcome = { ...this.#outcomeFor(failureReason(error)), complete: false };
    return withCheckpoint(error, this.checkpoint);
  }

  /** The position after the last item handed out. */
  get checkpoint(): FlatCheckpoint {
    const { children } = this;
    const begun = children.slice(0, 1 + children.findLastIndex(({ isFresh }) => !isFresh));
    const waiting = this.#positions.flatMap(({ at, child }) => (child === undefined ? [] : [{ at, child }]));
    const next =
      children[begun.length]?.at ??
      this.#positions.at(-1)?.at ??
      this.#held?.at ??
      this.#parent.checkpoint;
    const running = begun.map(({ at, walk }) => ({ at, child: walk.checkpoint }));
    return { v: 1, children: [...running, ...waiting], next };
  }

  #outcomeFor(reason: OutcomeReason): Outcome {
    const walks = [this.#parent, ...this.children.map(({ walk }) => walk)];
    const isDone = this.#sawAll && this.#held === null && this.#positions.length === 0;
    return { reason, complete: isDone && walks.every(({ outcome }) => outcome?.complete === true), ...this.tally };
  }
}
