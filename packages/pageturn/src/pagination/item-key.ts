import { fingerprint } from "./fingerprint.ts";

/**
 * What tells an item from its neighbours: its id where it has one, else a fingerprint of the whole item. Items that
 * are nested too deep to be written are all alike: among them, a place is known by its number alone.
 */
export function itemKey(item: unknown): string {
  if (hasId(item)) return item.id;
  try {
    return fingerprint(JSON.stringify(item));
  } catch {
    return "";
  }
}

/** Whether an item is known by its id, on whatever page it stands. */
export function hasId(item: unknown): item is { readonly id: string } {
  return typeof item === "object" && item !== null && "id" in item && typeof item.id === "string";
}
