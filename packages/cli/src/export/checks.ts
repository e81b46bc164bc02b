/** Returns what is wrong with a value of JSON: the rule that it breaks, after the name of its place; `undefined` if nothing is. */
export type Check = (value: unknown, name: string) => string | undefined;

/** A check with the words that follow "must be". */
export const rule =
  (holds: (value: unknown) => boolean, words: string): Check =>
  (value, name) =>
    holds(value) ? undefined : `${name} must be ${words}`;

/** Any text. */
export const text = rule((value) => typeof value === "string", "text");
/** `true` or `false`. */
export const flag = rule((value) => typeof value === "boolean", "true or false");
/** A whole number of at least 0. */
export const count = rule(
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  "a whole number of at least 0",
);
/** An object, whatever is in it. */
export const anObject = rule(isObject, "an object");
const list = rule(Array.isArray, "a list");

/** A value that is as another one. */
export const exactly = (expected: string | number): Check =>
  rule((value) => value === expected, JSON.stringify(expected));

/** `null`, or what `check` wants. */
export const nullable =
  (check: Check): Check =>
  (value, name) =>
    value === null ? undefined : check(value, name);

/** A list of what `check` wants. */
export const listOf =
  (check: Check): Check =>
  (value, name) =>
    list(value, name) ??
    (Array.isArray(value)
      ? value.map((each, index) => check(each, `${name}[${index}]`)).find((problem) => problem !== undefined)
      : undefined);

/** An object with these members, and any others. */
export const shape =
  (members: Readonly<Record<string, Check>>): Check =>
  (value, name) => {
    if (!isObject(value)) return anObject(value, name);
    for (const [member, check] of Object.entries(members)) {
      const problem = check(Reflect.get(value, member), name === "it" ? member : `${name}.${member}`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
