import { isJsonObject, type JsonObject } from "./page-request.ts";

/** Where a value is in JSON: a top-level key, or the path of keys that leads to it. `[]` is the whole value. */
export type JSONPath = string | readonly string[];

/** The keys of a path. */
export function keysOf(path: JSONPath): readonly string[] {
  return typeof path === "string" ? [path] : path;
}

/** The value at `path`; `undefined` where a key is absent. Inherited members, such as `constructor`, are absent. */
export function valueAt(json: unknown, path: JSONPath): unknown {
  let value = json;
  for (const key of keysOf(path)) {
    if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** A copy of `json` with `value` at `path`. What lies on the way and is not an object is replaced by one. */
export function withValueAt(
  json: JsonObject,
  [key = "", ...rest]: readonly string[],
  value: unknown,
): JsonObject {
  const inner = Object.hasOwn(json, key) ? json[key] : undefined;
  const next = rest.length === 0 ? value : withValueAt(isJsonObject(inner) ? inner : {}, rest, value);
  // Not by assignment: a key may be called `__proto__`.
  return Object.fromEntries([...Object.entries(json).filter(([name]) => name !== key), [key, next]]);
}

/** A path as messages show it: `result.items`. */
export function pathName(path: JSONPath): string {
  return keysOf(path).join(".");
}
