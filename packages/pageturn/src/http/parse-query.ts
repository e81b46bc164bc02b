/**
 * The parameters in a URL's query, by name; a name that occurs more than once has an array.
 *
 * `queryString(parseQuery(search))` asks for the same thing as `search`. A leading `?` is allowed.
 *
 * @example
 * ```ts
 * parseQuery("?limit=20&ids[]=a&ids[]=b"); // { limit: "20", "ids[]": ["a", "b"] }
 * ```
 */
export function parseQuery(search: string): Record<string, string | string[]> {
  const values = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(search)) {
    const before = values.get(name);
    if (before === undefined) values.set(name, value);
    else if (Array.isArray(before)) before.push(value);
    else values.set(name, [before, value]);
  }
  // Not by assignment: a parameter may be called `__proto__`.
  return Object.fromEntries(values);
}
