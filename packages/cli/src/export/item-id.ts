/** The id of an item as text; `null` if it has none. */
export function idOf(item: unknown): string | null {
  if (typeof item !== "object" || item === null || !("id" in item)) return null;
  return typeof item.id === "string" || typeof item.id === "number" ? String(item.id) : null;
}
