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

/** The lists that a resumed flat walk begins with. What is in the positions is checked where they are used. */
export function flatPositions(checkpoint: FlatCheckpoint): FlatPosition[] {
  const { v, children, next } = object(plainCopy(checkpoint), "it");
  if (v !== 1 || !Array.isArray(children)) throw refused("it is not that of a flat walk");
  const position = (value: unknown) => {
    const { at, child } = object(value, "a list of it");
    return { at: checkpointIn(at), child: checkpointIn(child) };
  };
  return [...children.map(position), { at: checkpointIn(next) }];
}

function checkpointIn(value: unknown): Checkpoint {
  // The cast: `resumeAt` checks it as soon as there is a list to check it against.
  return object(value, "a position in it") as unknown as Checkpoint;
}
