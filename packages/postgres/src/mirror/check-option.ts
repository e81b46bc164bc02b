import { MirrorError } from "../mirror-error.ts";

/** A rule for the value of an option: a text to follow "must be". */
interface Rule {
  readonly text: string;
  readonly accepts: (value: unknown) => boolean;
}

const RULES = {
  count: {
    text: "a whole number of at least 1",
    accepts: (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= 1,
  },
  date: {
    text: "a valid Date",
    accepts: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
  },
  interval: {
    text: "a number of seconds above 0, and 100 years at most",
    accepts: (value) => isSeconds(value) && value > 0,
  },
  seconds: { text: "a number of seconds of at least 0, and 100 years at most", accepts: isSeconds },
  // A timer of Node.js takes less than a millisecond, and more than 24 days, for one millisecond.
  timer: {
    text: "a number of seconds from 0.01 to 86400",
    accepts: (value) => isSeconds(value) && value >= 0.01 && value <= 86_400,
  },
} as const satisfies Readonly<Record<string, Rule>>;

/** PostgreSQL and JavaScript have no times that are much further away. */
const MAX_SECONDS = 100 * 365.25 * 86_400;

function isSeconds(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= MAX_SECONDS;
}

/** Throws a `MirrorError` that names the option, its rule and its value. `undefined` is the default, which is no error. */
export function checkOption(
  what: string,
  { option, value, rule }: { option: string; value: unknown; rule: keyof typeof RULES },
): void {
  const { text, accepts } = RULES[rule];
  if (value === undefined || accepts(value)) return;
  const shown = typeof value === "string" ? JSON.stringify(value) : String(value);
  throw new MirrorError(`Cannot ${what} because ${option} must be ${text}: ${shown}`);
}
