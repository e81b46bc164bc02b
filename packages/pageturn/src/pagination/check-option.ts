import { ConfigurationError } from "../errors/configuration-error.ts";

/** Checks a number of things; no bound is `Infinity`. */
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

/** Checks a choice; the first of those allowed is the default. */
export function oneOf<const V extends string>(
  name: string,
  value: V | undefined,
  allowed: readonly [V, ...V[]],
): V {
  if (value === undefined) return allowed[0];
  if (allowed.includes(value)) return value;
  throw refused(name, value, `one of ${allowed.map((each) => `"${each}"`).join(", ")}`);
}

/** Checks a function that may be left out. */
export function callback<F>(name: string, value: F): F {
  if (value === undefined || typeof value === "function") return value;
  throw refused(name, value, "a function");
}

function refused(name: string, value: unknown, rule: string): ConfigurationError {
  return new ConfigurationError(
    `Cannot use the option ${name} as it must be ${rule}: current value is ${String(value)} (${typeof value})`,
  );
}
