import { fingerprint } from "./fingerprint.ts";

/**
 * What tells an item from its neighbours: its id where it has one, else a fingerprint of the whole item. Items that
 * are nested too deep to be written are all alike: among them, a place is known by its number alone.
 */
export function itemKey(item: unknown): string {
  if (typeof item === "object" && item !== null && "id" in item && typeof item.id === "string")
    return item.id;
  try {
    return fingerprint(JSON.stringify(item));
  } catch {
    return "";
  }
}
