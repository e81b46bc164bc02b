import { ConfigurationError } from "../../errors/pageturn-error.ts";

/** Checks a count. `Infinity` means no bound. */
export function count(name: string, value: number, least = 0): number {
  return value === Number.POSITIVE_INFINITY ? value : wholeNumber(name, value, { least });
}

/** Checks a whole number. */
export function wholeNumber(
  name: string,
  value: number,
  { least = 0, most = Number.MAX_SAFE_INTEGER } = {},
): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw refused(
    name,
    value,
    `a whole number of at least ${least}${most < Number.MAX_SAFE_INTEGER ? ` and at most ${most}` : ""}`,
  );
}

/** Checks a choice. The first allowed value is the default. */
export function oneOf<const V extends string>(
  name: string,
  value: V | undefined,
  allowed: readonly [V, ...V[]],
): V {
  if (value === undefined) return allowed[0];
  if (allowed.includes(value)) return value;
  throw refused(name, value, `one of ${allowed.map((each) => `"${each}"`).join(", ")}`);
}

/** Checks an optional function. */
export function callback<F>(name: string, value: F): F {
  if (value === undefined || typeof value === "function") return value;
  throw refused(name, value, "a function");
}

/** The error for an option with a value that breaks a rule. */
export function refused(name: string, value: unknown, rule: string): ConfigurationError {
  // String() throws for an object without a prototype.
  const shown =
    typeof value === "object" && value !== null ? Object.prototype.toString.call(value) : String(value);
  const what = value === undefined ? "it is missing" : `current value is ${shown} (${typeof value})`;
  return new ConfigurationError(`Cannot use the option ${name} as it must be ${rule}: ${what}`);
}

/** Whether a value is a promise: it may be one of another realm or library. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  // The cast: any value may be asked for a member.
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === "function";
}

/** Throws {@link ConfigurationError} if a value is a promise. Nobody waits for it, so its rejection would end the process. */
export function refusePromises(values: readonly unknown[], message: string): void {
  const promises = values.filter(isThenable).map((each) => Promise.resolve(each).catch(() => undefined));
  if (promises.length > 0) throw new ConfigurationError(message);
}

/** Whether a value is an object that has nothing but names and values of its own: no instance of a class, no array. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // The second look lets plain objects of other realms (vm contexts, test runners) through.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

type Members = Readonly<Record<string, unknown>>;

/** An object that is read by name, such as options; `{}` where it is left out. Throws {@link ConfigurationError} for another value. */
export function checkedObject(what: string, value: unknown): Members {
  if (value === undefined || value === null) return {};
  // The cast: what toString() calls an Object is one. Instances of classes may have getters.
  if (kindOf(value) === "Object") return value as Members;
  throw notAnObject(what, value);
}

/**
 * An object that is read whole, such as parameters or headers; `{}` where it is left out. Throws {@link ConfigurationError}
 * for another value: a `Headers`, a `Map` or an instance with getters has no names of its own, and would be sent as nothing.
 */
export function recordOf(what: string, value: unknown): Members {
  if (value === undefined || value === null) return {};
  if (isPlainObject(value)) return value;
  throw notAnObject(what, value);
}

/** The class of a value as JavaScript names it: `Map`, `Array`, `Null`. */
export function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

/** Options that have to name `member`. Throws {@link ConfigurationError} where a program without types leaves it out. */
export function withMember<O extends object>(call: string, options: O, member: keyof O & string): O {
  if ((checkedObject(`the options of ${call}()`, options)[member] ?? null) !== null) return options;
  throw new ConfigurationError(
    `Cannot call ${call}() without the option ${member}: ${call}({ ${member}: … })`,
  );
}

function notAnObject(what: string, value: unknown): ConfigurationError {
  const kind = kindOf(value) === "Object" ? "an instance of a class" : `of type ${kindOf(value)}`;
  return new ConfigurationError(
    `Cannot use ${what}: a plain object of names and values is needed, and this is ${kind}. Object.fromEntries() turns a ` +
      "Headers, Map or URLSearchParams into one",
  );
}

/**
 * Refuses an option that does not exist, which JavaScript would ignore in silence. `what` names the options in the
 * message: "walk", "client". The {@link ConfigurationError} names the known option that is spelt most like it.
 */
export function refuseUnknown(what: string, options: unknown, known: readonly string[]): void {
  for (const name of Object.keys(checkedObject(`the ${what} options`, options))) {
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    throw new ConfigurationError(
      `Cannot use the ${what} option ${JSON.stringify(name)} as it does not exist: ` +
        (nearest === undefined ? `known are ${known.join(", ")}` : `did you mean ${nearest}?`),
    );
  }
}

/**
 * The known name that shares the most letters and pairs of letters with `name`, of those that share two fifths of the pairs. Letters
 * count because two that are exchanged leave few pairs.
 */
function nearestName(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((each) => ({ each, pairs: likeness(letterPairs(name), letterPairs(each)) }))
    .filter(({ pairs }) => pairs >= 0.4)
    .map(({ each, pairs }) => ({ each, likeness: pairs + likeness(letters(name), letters(each)) }));
  return ranked.sort((one, other) => other.likeness - one.likeness)[0]?.each;
}

function letters(name: string): ReadonlySet<string> {
  return new Set(name.toLowerCase());
}

/** With spaces around the name: the first and the last letter count more. */
function letterPairs(name: string): ReadonlySet<string> {
  const letters = ` ${name.toLowerCase()} `;
  return new Set(Array.from(letters, (_, at) => letters.slice(at, at + 2)));
}

/** The share of common members, from 0 to 1 (Dice's coefficient). */
function likeness(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const common = [...one].filter((pair) => other.has(pair)).length;
  return (2 * common) / (one.size + other.size);
}
