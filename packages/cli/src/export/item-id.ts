/** The id of an item as text; `null` if it has none. */
export function idOf(item: unknown): string | null {
  if (typeof item !== "object" || item === null || !("id" in item)) return null;
  // A number such as 1e400 is infinite when it has been read, and null when it is written.
  return typeof item.id === "string" || Number.isFinite(item.id) ? String(item.id) : null;
}
