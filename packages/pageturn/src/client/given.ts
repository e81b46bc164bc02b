/** The values that are given: `undefined` is as good as left out, and does not take the place of another value. */
export function given<V extends object>(
  values: V | null | undefined,
  nameOf = (name: string): string => name,
): Partial<V> {
  const entries = Object.entries(values ?? {}).filter(([, value]) => value !== undefined);
  // The cast: the same members, some of them left out.
  return Object.fromEntries(entries.map(([name, value]) => [nameOf(name), value])) as Partial<V>;
}
