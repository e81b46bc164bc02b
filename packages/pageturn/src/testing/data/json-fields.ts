import { isPlainObject } from "../../pagination/request/check-option.ts";

/** The fields of a JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Returns the object with these fields set. Entries set a field called `__proto__`; an assignment would set the prototype. */
export function setAll(object: Fields, fields: Fields): Fields {
  return Object.fromEntries([...Object.entries(object), ...Object.entries(fields)]);
}

/** Returns the values at a path inside of a value: `agent.id`. An array stands for its elements. */
export function valuesAt(value: unknown, path: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((element: unknown) => valuesAt(element, path));
  const [name, ...rest] = path;
  if (name === undefined) return value === undefined || value === null ? [] : [value];
  return isPlainObject(value) && Object.hasOwn(value, name) ? valuesAt(value[name], rest) : [];
}
