/** An object or array that is being written. */
interface OpenValue {
  /** The names of an object; `null` for an array. */
  readonly names: readonly string[] | null;
  readonly values: readonly unknown[];
  next: number;
}

/** JSON of a value that was read from JSON, however deep it is nested. `JSON.stringify` ends at a few thousand levels, where its stack does. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "null";
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return deepText(value);
  }
}

function deepText(root: unknown): string {
  const open: OpenValue[] = [];
  let text = "";
  let value = root;
  for (;;) {
    if (typeof value === "object" && value !== null) {
      const names = Array.isArray(value) ? null : Object.keys(value);
      text += names === null ? "[" : "{";
      open.push({ names, values: Object.values(value), next: 0 });
    } else text += JSON.stringify(value) ?? "null";
    let last = open.at(-1);
    while (last !== undefined && last.next === last.values.length) {
      text += last.names === null ? "]" : "}";
      open.pop();
      last = open.at(-1);
    }
    if (last === undefined) return text;
    if (last.next > 0) text += ",";
    if (last.names !== null) text += `${JSON.stringify(last.names[last.next])}:`;
    value = last.values[last.next];
    last.next += 1;
  }
}
