/** Something in the catalog that is not as the schema wants it. */
export class CatalogError extends Error {
  override name = "CatalogError";
}

/** Says what is wrong, where, and what it should be. */
export function refuse(
  at: string,
  { must, is }: { readonly must: string; readonly is: unknown },
): CatalogError {
  return new CatalogError(`${at} must be ${must}: current value is ${JSON.stringify(is) ?? "missing"}`);
}

/** An object that has no other keys than these: a misspelt one must not pass in silence. */
export function readObject(
  value: unknown,
  at: string,
  { keys }: { readonly keys: readonly string[] },
): Readonly<Record<string, unknown>> {
  const object = readRecord(value, at);
  for (const key of Object.keys(object)) {
    if (!keys.includes(key)) throw new CatalogError(`${at} has the unknown key "${key}": known are ${keys}`);
  }
  return object;
}

/** An object with any keys. */
export function readRecord(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw refuse(at, { must: "an object", is: value });
  return Object.fromEntries(Object.entries(value));
}

export function readArray(value: unknown, at: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw refuse(at, { must: "an array", is: value });
}

/** Text of one line that matches a pattern. */
export function readText(value: unknown, at: string, { like = /^\S(.*\S)?$/ } = {}): string {
  if (typeof value === "string" && like.test(value)) return value;
  throw refuse(at, { must: `text like ${like}`, is: value });
}

export function readTexts(value: unknown, at: string): readonly string[] {
  const texts = readArray(value ?? [], at).map((text, index) => readText(text, `${at}[${index}]`));
  if (new Set(texts).size < texts.length) throw refuse(at, { must: "without repeats", is: value });
  return texts;
}

export function readOneOf<T extends string>(
  value: unknown,
  at: string,
  { of: allowed }: { readonly of: readonly T[] },
): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw refuse(at, { must: `one of ${allowed.join(", ")}`, is: value });
  return found;
}

/** A switch that is either `true` or not there. */
export function readFlag(value: unknown, at: string): boolean {
  if (value === undefined || value === true) return value === true;
  throw refuse(at, { must: "true or left out", is: value });
}

export function readWhole(value: unknown, at: string): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw refuse(at, { must: "a whole number", is: value });
}
