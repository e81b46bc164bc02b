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

function refused(name: string, value: unknown, rule: string): ConfigurationError {
  return new ConfigurationError(
    `Cannot use the option ${name} as it must be ${rule}: current value is ${String(value)} (${typeof value})`,
  );
}

/**
 * Refuses an option that does not exist, which JavaScript would ignore in silence. `what` names the options in the
 * message: "walk", "client".
 *
 * Throws {@link ConfigurationError} that names the option and the known one that is spelt most like it.
 */
export function refuseUnknown(
  what: string,
  options: object | null | undefined,
  known: readonly string[],
): void {
  for (const name of Object.keys(options ?? {})) {
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    throw new ConfigurationError(
      `Cannot use the ${what} option ${JSON.stringify(name)} as it does not exist: ` +
        (nearest === undefined ? `known are ${known.join(", ")}` : `did you mean ${nearest}?`),
    );
  }
}

/** The name that takes the fewest edits, if they are few enough for a slip. */
function nearestName(name: string, known: readonly string[]): string | undefined {
  const ranked = known.map((each) => ({ each, edits: editDistance(name.toLowerCase(), each.toLowerCase()) }));
  const best = ranked.sort((one, other) => one.edits - other.edits)[0];
  return best !== undefined && best.edits <= Math.max(2, name.length / 3) ? best.each : undefined;
}

/** The Levenshtein distance. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [at, char] of [...from].entries()) {
    const next = [at + 1];
    for (const [index, other] of [...to].entries()) {
      const replaced = (row[index] ?? 0) + Number(char !== other);
      next.push(Math.min(replaced, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
