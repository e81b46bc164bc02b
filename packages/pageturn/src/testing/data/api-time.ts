/**
 * Reads a time as the API does: RFC 3339, or a date. Without a zone it is UTC. Returns milliseconds since 1970; `NaN` for any
 * other text, and for a day that does not exist.
 */
export function parseTime(text: string): number {
  const [, date = "", hasTime, zone] =
    /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/i.exec(text) ?? [];
  const day = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== date) return Number.NaN;
  return Date.parse(hasTime !== undefined && zone === undefined ? `${text}Z` : text);
}
