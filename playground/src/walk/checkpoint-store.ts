import type { Checkpoint } from "pageturn";
import type { ListChoice } from "../setup/list-choice.ts";
import { readSetup, type Setup, writeSetup } from "../setup/setup.ts";
import { forget, keep, kept, type StoredPlace } from "./stored.ts";

/** The position of a walk that was stopped, as its tab keeps it. */
export interface KeptWalk {
  readonly checkpoint: Checkpoint;
  /** The list, filters and page size that it belongs to. */
  readonly setup: Setup;
  /** The keys of the items before it. */
  readonly received: readonly string[];
}

const place: StoredPlace = { area: "tab", name: "pageturn-playground-checkpoint" };

/** Keeps a walk instead of the one before it in this tab. Returns `false` if the browser has no room for it. */
export function keepWalk({ checkpoint, setup, received }: KeptWalk): boolean {
  return keep(place, { checkpoint, setup: writeSetup(setup), received });
}

/** Returns the walk that this tab keeps: `null` if there is none, `"unreadable"` if what is kept is no walk. */
export function keptWalk(lists: readonly ListChoice[]): KeptWalk | "unreadable" | null {
  const value = kept(place);
  if (value === undefined) return null;
  const { checkpoint, setup, received } = membersOf(value);
  if (typeof setup !== "string" || !isCheckpoint(checkpoint) || !areTexts(received)) return "unreadable";
  const read = readSetup(setup, lists);
  // A setup that reads differently, such as one of a list that is not in the catalog, is that of another walk.
  if (writeSetup(read) !== setup) return "unreadable";
  return { checkpoint, setup: read, received };
}

/** Removes the walk that this tab keeps. */
export function forgetWalk(): void {
  forget(place);
}

/** Whether a value may be a checkpoint. Whether it is one of the list, pageturn says where it is used. */
export function isCheckpoint(value: unknown): value is Checkpoint {
  return typeof value === "object" && value !== null && "v" in value;
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}
