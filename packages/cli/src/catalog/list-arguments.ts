import type { APIList, APIListParam } from "pageturn/catalog";

/** One option as it was typed. */
export interface Flag {
  /** `--created-at-gte` */
  readonly typed: string;
  /** The text after it; `undefined` if there is none. */
  readonly value: string | undefined;
}

/** The words of a command on a list. */
export interface ListWords {
  /** Of the list. */
  readonly name: string;
  /** What follows it and is no option of the command. */
  readonly rest: readonly string[];
  /** The options that the command takes. */
  readonly known: readonly string[];
}

/** What follows the name of a list. */
export interface ListArguments {
  readonly pathArgs: readonly string[];
  readonly flags: readonly Flag[];
}

/** A name without its punctuation: `created_at[gte]`, `created-at.gte` and `--created-at-gte` are the same. */
export function plainName(name: string): string {
  return name
    .replaceAll(/[^A-Za-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .toLowerCase();
}

/** The name of the option for a parameter: `--created-at-gte`. */
export function optionName({ name }: Pick<APIListParam, "name">): string {
  return `--${plainName(name)}`;
}

/** The parameter that an option names. */
export function paramOf({ queryParams }: APIList, typed: string): APIListParam | undefined {
  const name = plainName(typed);
  return queryParams.find((param) => plainName(param.name) === name || plainName(param.wire) === name);
}

/** The arguments of a command with the `--` that the parser may have removed. `typed` is the whole command line. */
function withSeparator(rest: readonly string[], typed: readonly string[]): readonly string[] {
  const at = typed.indexOf("--");
  if (at === -1 || rest.includes("--")) return rest;
  const begin = Math.max(0, rest.length - (typed.length - at - 1));
  return [...rest.slice(0, begin), "--", ...rest.slice(begin)];
}

/** Separates the ids of the path from the filters. The value of a filter may begin with a dash: `-7d`. */
export function splitArguments(
  list: APIList,
  parsed: readonly string[],
  typed: readonly string[] = process.argv.slice(2),
): ListArguments {
  const rest = withSeparator(parsed, typed);
  const pathArgs: string[] = [];
  const flags: Flag[] = [];
  for (let index = 0; index < rest.length; index += 1) {
    const arg = rest[index] ?? "";
    if (arg === "--") {
      pathArgs.push(...rest.slice(index + 1));
      break;
    }
    if (!/^-./.test(arg)) pathArgs.push(arg);
    else {
      const [typed = arg, ...parts] = arg.split("=");
      const next = rest[index + 1];
      if (parts.length > 0) flags.push({ typed, value: parts.join("=") });
      else if (next === undefined || next.startsWith("--") || !takesNext(list, { typed, next }))
        flags.push({ typed, value: undefined });
      else {
        flags.push({ typed, value: next });
        index += 1;
      }
    }
  }
  return { pathArgs, flags };
}

/** A boolean needs no value: `--include-archived`. */
function takesNext(
  list: APIList,
  { typed, next }: { readonly typed: string; readonly next: string },
): boolean {
  const isBoolean = paramOf(list, typed)?.type === "boolean" || isNegated(list, typed);
  return !isBoolean || next === "true" || next === "false";
}

/** Whether an option switches a boolean off: `--no-include-archived`. */
export function isNegated(list: APIList, typed: string): boolean {
  return typed.startsWith("--no-") && paramOf(list, typed.slice("--no-".length))?.type === "boolean";
}
