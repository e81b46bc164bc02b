/** Identifies an item: by its id, or by its content where it has none. */
export function itemKey(item: unknown): string {
  if (typeof item !== "object" || item === null) return JSON.stringify(item) ?? "";
  // Two faults change these fields of every item.
  const { id, note: _note, type: _type, ...others } = item as Record<string, unknown>;
  return typeof id === "string" ? id : JSON.stringify(others);
}
