import { ConfigurationError } from "../errors/pageturn-error.ts";
import { isPlainObject, kindOf, refuseUnknown } from "../pagination/request/check-option.ts";

/** Checks the value of an option. Throws `ConfigurationError` that names the option, its value and what is allowed. */
export type Rule = (name: string, value: unknown) => void;

/** A rule for each member of `T`. */
export type Rules<T> = { readonly [Name in keyof T]-?: Rule };

/** Makes a rule. `allowed` completes the sentence "it must be …". */
export function rule(allowed: string, accepts: (value: unknown) => boolean): Rule {
  return (name, value) => {
    if (!accepts(value)) throw refused(name, value, allowed);
  };
}

export const text: Rule = rule("a string", (value) => typeof value === "string");
/** Text that HTTP can send as the value of a header. */
export const headerText: Rule = rule(
  "text that a header can hold",
  // RFC 9110, section 5.5.
  (value) => typeof value === "string" && /^[\t\x20-\x7e\x80-\xff]*$/.test(value),
);
export const flag: Rule = rule("a boolean", (value) => typeof value === "boolean");

/** Whole numbers from `least` to `most`. */
export function whole(least: number, most = Number.MAX_SAFE_INTEGER): Rule {
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  return rule(
    `a whole number ${range}`,
    (value) => typeof value === "number" && Number.isInteger(value) && value >= least && value <= most,
  );
}

/** One of these values. */
export function choice<V>(...allowed: readonly V[]): Rule {
  const list = allowed.map((each) => JSON.stringify(each)).join(", ");
  return rule(`one of ${list}`, (value) => allowed.some((each) => each === value));
}

/** The rule, or no value. */
export function optional(check: Rule): Rule {
  return (name, value) => {
    if (value !== undefined) check(name, value);
  };
}

/** Arrays whose elements all follow the rule. */
export function listOf(check: Rule): Rule {
  return (name, value) => {
    if (!Array.isArray(value)) throw refused(name, value, "an array");
    for (const [at, each] of value.entries()) check(`${name}[${at}]`, each);
  };
}

/** Objects with any members that all follow the rule. */
export function recordOf(check: Rule): Rule {
  return (name, value) => {
    if (!isPlainObject(value)) throw refused(name, value, "a plain object");
    for (const [member, each] of Object.entries(value)) check(`${name}.${member}`, each);
  };
}

/** Headers that HTTP can send. */
export const headers: Rule = (name, value) => {
  recordOf(headerText)(name, value);
  for (const header of Object.keys(Object(value))) {
    // RFC 9110, section 5.6.2.
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(header)) throw refused(`${name}.${header}`, header, "a header name");
  }
};

/** One value that follows the rule, or an object of them. */
export function orRecordOf(check: Rule): Rule {
  return (name, value) => (isPlainObject(value) ? recordOf(check) : check)(name, value);
}

/** Objects with these members and no others. */
export function shape<T>(rules: Rules<T>): Rule {
  return (name, value) => {
    if (!isPlainObject(value)) throw refused(name, value, "a plain object");
    refuseUnknown(name, value, Object.keys(rules));
    for (const [member, check] of Object.entries<Rule>(rules)) check(`${name}.${member}`, value[member]);
  };
}

/** Values that reach the server thread as they are. */
export const json: Rule = (name, value) => {
  try {
    JSON.stringify(value);
  } catch {
    throw refused(name, value, "plain JSON without cycles");
  }
  jsonPart(name, value);
};

function jsonPart(name: string, value: unknown): void {
  if (Array.isArray(value)) listOf(jsonPart)(name, value);
  else if (isPlainObject(value)) recordOf(jsonPart)(name, value);
  else if (value !== null && !["string", "boolean"].includes(typeof value) && !Number.isFinite(value))
    throw refused(name, value, "plain JSON");
}

/** Returns the error for a value that a rule does not accept. */
export function refused(name: string, value: unknown, allowed: string): ConfigurationError {
  return new ConfigurationError(`Cannot use the option ${name} as it must be ${allowed}: ${current(value)}`);
}

/** Describes a value for the end of an error message. */
export function current(value: unknown): string {
  if (value === undefined) return "it is missing";
  const text = shown(value);
  if (value === undefined) return "it is missing";
  return `current value is ${text.length > 80 ? `${text.slice(0, 80)}…` : text} (${typeof value})`;
}

function shown(value: unknown): string {
  if (typeof value === "string") return `'${value}'`;
  if (typeof value === "function") return `[function ${value.name}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const kind = `[${kindOf(value)}]`;
  if (!Array.isArray(value) && !isPlainObject(value)) return kind;
  try {
    return JSON.stringify(value) ?? kind;
  } catch {
    return kind;
  }
}
