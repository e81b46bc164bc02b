import { fingerprint } from "./fingerprint.ts";

/** What tells an item from its neighbours: its id where it has one, else a fingerprint of the whole item. */
export function itemKey(item: unknown): string {
  if (typeof item === "object" && item !== null && "id" in item && typeof item.id === "string")
    return item.id;
  return fingerprint(JSON.stringify(item) ?? "");
}
