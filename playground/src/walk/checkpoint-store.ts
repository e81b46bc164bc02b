import type { Checkpoint } from "pageturn";
import type { Setup } from "../setup/setup.ts";

/** The position of a walk that was stopped, as `localStorage` keeps it. */
export interface KeptWalk {
  readonly checkpoint: Checkpoint;
  /** The list, filters and page size that it belongs to. */
  readonly setup: Setup;
  /** The keys of the items before it. */
  readonly received: readonly string[];
}

const name = "pageturn-playground-checkpoint";

export function keepWalk(walk: KeptWalk): void {
  localStorage.setItem(name, JSON.stringify(walk));
}

/** Returns the kept walk, or `null` if there is none. */
export function keptWalk(): KeptWalk | null {
  const text = localStorage.getItem(name);
  return text === null ? null : JSON.parse(text);
}

export function forgetWalk(): void {
  localStorage.removeItem(name);
}
