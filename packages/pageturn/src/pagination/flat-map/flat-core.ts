import { type Checkpoint, ConfigurationError } from "../../errors/pageturn-error.ts";
import { isSame } from "../checkpoint/checkpoint.ts";
import { object, plainCopy, refused } from "../checkpoint/resume.ts";
import type { BasePage } from "../page/base-page.ts";
import type { AsyncWalk } from "../walk/async-walk.ts";
import {
  eitherMissing,
  failureReason,
  type IncompleteReason,
  type Missing,
  missingIn,
  missingOf,
  type Outcome,
  type OutcomeReason,
  type Place,
  placeOf,
  sumOf,
  withCheckpoint,
} from "../walk/outcome.ts";
import type { SyncWalk } from "../walk/sync-walk.ts";
import { type ResumableWalkOptions, UNBOUNDED } from "../walk/walk-options.ts";

/** The members of the checkpoint of a flat walk: after the last item that was returned. */
export interface FlatCheckpoint extends Checkpoint {
  readonly v: 2;
  /** The lists that have been started and not ended, in the order of their parent items. */
  readonly children: readonly {
    /** The position in the parent list before the item that this list belongs to. */
    readonly at: Checkpoint;
    /** The position in this list. */
    readonly child: Checkpoint;
  }[];
  /** The position in the parent list before the first item whose list has not been started. */
  readonly next: Checkpoint;
  /** Present where a list that has ended was not seen whole: why, or `null` where its outcome does not say it. */
  readonly incomplete?: IncompleteReason | null;
}

const FRESH = { positions: [], missing: undefined } as const;

/** Where a list is to be started: at the next item of the parent list, and from which position. */
interface FlatPosition {
  readonly at: Checkpoint;
  readonly child?: Checkpoint;
}

/** The lists that a resumed flat walk starts with, and what those that have ended are missing. */
function flatStart(checkpoint: Checkpoint): {
  readonly positions: FlatPosition[];
  readonly missing: Missing;
} {
  const { v, children, next, incomplete } = object(plainCopy(checkpoint), "it");
  if (v !== 2 || !Array.isArray(children)) throw refused("it is not that of a flat walk");
  // The cast: the members of a position are checked where a list is resumed from it.
  const position = (value: unknown) => object(value, "a position in it") as unknown as Checkpoint;
  const started = children.map((each) => object(each, "a list of it"));
  const positions = [
    ...started.map(({ at, child }) => ({ at: position(at), child: position(child) })),
    { at: position(next) },
  ];
  return { positions, missing: missingIn(incomplete) };
}

/** Options of `flatMapSync()`. `resumeFrom` is the checkpoint of a flat walk, sync or async, of the same lists. */
export interface SyncFlatMapOptions extends Pick<ResumableWalkOptions, "resumeFrom" | "onIncomplete"> {
  /** How many pages of a list to fetch ahead of the consumer: 0, the default, or 1. */
  readonly prefetch?: number | undefined;
  /** A call that blocks can only walk one list at a time. */
  readonly concurrency?: 1 | undefined;
  readonly order?: "ordered" | undefined;
}

/** Options of `flatMap()`. `resumeFrom` is the checkpoint of a flat walk, sync or async, of the same lists. */
export interface AsyncFlatMapOptions extends Pick<ResumableWalkOptions, "resumeFrom" | "onIncomplete"> {
  /** How many lists are walked at a time. Default 8. */
  readonly concurrency?: number | undefined;
  /**
   * `"ordered"`: all items of the first list, then all of the second, and so on. `"unordered"`: from whichever list
   * has a page. Default `"ordered"`.
   */
  readonly order?: "ordered" | "unordered" | undefined;
  /**
   * How many pages of each list to hold in addition to the one that is consumed. Default 4. In order, a list that is
   * longer is walked on when its turn comes: a larger `prefetch` is then faster, and takes more memory.
   */
  readonly prefetch?: number | undefined;
}

/** The names of the options, for the check of unknown ones. */
export const FLAT_MAP_OPTIONS = ["concurrency", "order", "prefetch", "resumeFrom", "onIncomplete"];

/** A walk of a list, sync or async. */
type ItemWalk = AsyncWalk<BasePage<unknown>, unknown> | SyncWalk<BasePage<unknown>, unknown>;

/** A list that has been started and not ended. */
export interface FlatChild<W> {
  /** The position in the parent list before the item that it belongs to. */
  readonly place: Place;
  readonly walk: W;
  /** Whether none of its items was returned, so that a resumed walk may start it again. */
  isFresh: boolean;
}

/** What a flat walk traverses: the parent list, and a function that returns the list of a parent. */
export interface FlatLists<L> {
  readonly list: L;
  // A method, so that lists of any item type fit.
  each(parent: unknown): L;
}

/** How a flat walk traverses its lists. Each option that is undefined is as the lists say. */
interface FlatOptions extends Pick<ResumableWalkOptions, "resumeFrom" | "onIncomplete" | "prefetch"> {
  /** The function that makes the walk, as messages name it. */
  readonly name: "flatMap" | "flatMapSync";
  /** The `prefetch` of the parent list. */
  readonly listPrefetch?: number;
}

/** The state that sync and async flat walks share: which lists are started, their positions, and the outcome. */
export class FlatCore<W extends ItemWalk> {
  /** In the order of their parent items. */
  readonly children: FlatChild<W>[] = [];
  /** How the walk ended; null while it goes on. */
  outcome: Outcome | null = null;
  /** Whether the walk was left or has ended. */
  isOver = false;
  readonly #lists: FlatLists<{ items(options: ResumableWalkOptions): W }>;
  readonly #options: FlatOptions;
  /** Where lists are to be started that the checkpoint names. */
  readonly #positions: FlatPosition[];
  #parent: W;
  #counts = sumOf([]);
  /** What the lists that have ended are missing. */
  #missing: Missing;

  constructor(lists: FlatLists<{ items(options: ResumableWalkOptions): W }>, options: FlatOptions) {
    checkList(`the first argument of ${options.name}`, lists.list);
    this.#lists = lists;
    this.#options = options;
    const { resumeFrom } = options;
    const { positions, missing } = resumeFrom === undefined ? FRESH : flatStart(resumeFrom);
    this.#positions = [...positions];
    this.#missing = missing;
    // All at once, so that a bad checkpoint is an error of the call. Nothing is requested.
    const [first = this.#walkParents()] = this.#positions.map(({ at }) => this.#walkParents(at));
    this.#parent = first;
  }

  /** The walk of the parent list, positioned before the item whose list is started next. */
  aim(): W {
    const at = this.#positions[0]?.at;
    if (at !== undefined && !isSame(at, placeOf(this.#parent).checkpoint)) {
      void this.#parent.return();
      this.#parent = this.#walkParents(at);
    }
    return this.#parent;
  }

  /** Starts the list of the next parent item. If that throws, the item stays buffered. */
  start(): FlatChild<W> {
    const parent = this.#parent;
    const resumeFrom = this.#positions[0]?.child;
    const walk = this.#walkListOf(parent.core.peek(), resumeFrom);
    const child = { place: placeOf(parent), walk, isFresh: resumeFrom === undefined };
    parent.shift();
    this.#positions.shift();
    this.children.push(child);
    return child;
  }

  /** Removes a list that has ended. */
  remove(child: FlatChild<W>): void {
    const { outcome, counts, position } = child.walk.core;
    const index = this.children.indexOf(child);
    this.children.splice(index, 1);
    // The lists before it cannot be started again from the parent: this one would be walked again.
    for (const before of this.children.slice(0, index)) before.isFresh = false;
    this.#counts = sumOf([this.#counts, counts]);
    this.#missing = eitherMissing(this.#missing, missingOf(outcome, position.lacksItems));
  }

  /** Sets the outcome, when the parent list and all others have ended. */
  close(): void {
    if (this.#positions[0]?.child !== undefined) throw refused("the item whose list it is in is gone");
    this.#positions.length = 0;
    this.isOver = true;
    // The cast: a walk that has ended has an outcome.
    this.outcome = this.#outcomeFor(this.#parent.outcome?.reason as OutcomeReason);
  }

  /** Leaves the walk where it is. */
  leave(): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const walk of this.#walks) void walk.return();
    this.outcome = this.#outcomeFor("returned");
  }

  /** Sets the outcome and the checkpoint of an error, and returns the error. */
  failed(error: unknown): unknown {
    this.outcome = this.#outcomeFor(failureReason(error));
    return withCheckpoint(error, this);
  }

  /** The position after the last item returned. Throws where one of the lists cannot be resumed. */
  get checkpoint(): FlatCheckpoint {
    const { children } = this;
    const started = children.slice(0, 1 + children.findLastIndex(({ isFresh }) => !isFresh));
    const running = started.map(({ place, walk }) => ({ at: checkpointAt(place), child: walk.checkpoint }));
    const waiting = this.#positions.flatMap(({ at, child }) => (child === undefined ? [] : { at, child }));
    const place = children[started.length]?.place;
    const next = place ? checkpointAt(place) : (this.#positions.at(-1)?.at ?? this.#parent.checkpoint);
    return {
      v: 2,
      children: [...running, ...waiting],
      next,
      ...(this.#missing !== undefined && { incomplete: this.#missing }),
    };
  }

  #walkParents(resumeFrom?: Checkpoint): W {
    const { listPrefetch: prefetch, onIncomplete } = this.#options;
    return this.#lists.list.items({ ...UNBOUNDED, prefetch, onIncomplete, resumeFrom });
  }

  #walkListOf(parent: unknown, resumeFrom: Checkpoint | undefined): W {
    const { name, prefetch, onIncomplete } = this.#options;
    const { each } = this.#lists;
    const list = each(parent);
    checkList(`what the function of ${name} returns`, list);
    return list.items({ ...UNBOUNDED, prefetch, onIncomplete, resumeFrom });
  }

  get #walks(): readonly W[] {
    return [this.#parent, ...this.children.map(({ walk }) => walk)];
  }

  #outcomeFor(reason: OutcomeReason): Outcome {
    const children = this.#walks.slice(1);
    const complete =
      this.#missing === undefined &&
      this.#positions.length === 0 &&
      this.#walks.every(({ outcome }) => outcome?.complete === true);
    const because = this.#walks.find(({ outcome }) => (outcome?.incompleteBecause ?? null) !== null);
    const incompleteBecause = this.#missing ?? because?.outcome?.incompleteBecause ?? null;
    return {
      reason,
      complete,
      incompleteBecause,
      ...sumOf([this.#counts, ...children.map(({ core }) => core.counts)]),
    };
  }
}

function checkpointAt({ checkpoint, error }: Place): Checkpoint {
  if (checkpoint === undefined) throw error;
  return checkpoint;
}

/** Refuses a value that is not a list with `items()`: a walk, a promise or an array. */
function checkList(what: string, list: unknown): void {
  if (typeof list === "object" && list !== null && "items" in list && typeof list.items === "function")
    return;
  throw new ConfigurationError(
    `Cannot use ${what}: it must be a list as list() returns it, or a page, and not a walk, a promise or an array`,
  );
}
