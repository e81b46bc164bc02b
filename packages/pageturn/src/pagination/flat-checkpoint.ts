import type { Checkpoint } from "../errors/checkpoint.ts";
import { object, plainCopy, refused } from "./resume.ts";

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
