import type { PaginationStrategy } from "pageturn/client";
import { allowedHint } from "../catalog/nearest.ts";
import { STRATEGIES } from "../commands/url.ts";
import { UsageError } from "../failure.ts";
import { type NextPlace, nextPlace } from "./next-place.ts";

type Options = { [name: string]: unknown };

/** Options that are a place in a body, or in an item. */
const PLACE = /^(?:connection|next|previous|hasMore|items|.*\b(?:body|json|firstItem|lastItem))$/;

/**
 * A ready strategy with the options of `--param` and `--items`, and the place that they name for the next page; `null` if none of
 * them can. Throws `UsageError` for a name that does not exist.
 */
export async function namedStrategy(
  name: string,
  { params, items }: { readonly params: readonly string[]; readonly items: string | undefined },
): Promise<{ readonly strategy: PaginationStrategy; readonly place: NextPlace | null }> {
  if (!STRATEGIES.includes(name))
    throw new UsageError(`Cannot use --strategy ${name}: ${allowedHint(name, ["auto", ...STRATEGIES])}`);
  const options: Options = {};
  for (const param of params) addParam(options, param);
  if (items !== undefined) options["items"] = placePath(items);
  const make: unknown = Reflect.get(await import("pageturn/strategies"), name);
  const strategy: unknown = typeof make === "function" ? make(options) : undefined;
  if (isStrategy(strategy)) return { strategy, place: nextPlace(name, options, strategy) };
  throw new TypeError(`${name} is not a strategy`);
}

/** `data.items` as a path of keys. `[]` is the body itself. A dot behind an `@` is a part of the key: `@odata.nextLink`. */
export function placePath(text: string): readonly string[] {
  return text === "[]" ? [] : text.split(/(?<!@.*)\./s);
}

/** Sets `from.body=next`: a name with dots is nested, and so is a value that is a place. A value may be JSON. */
function addParam(options: Options, param: string): void {
  const [, path = "", text = ""] = /^([\w.]+)=(.*)$/s.exec(param) ?? [];
  const names = path.split(".");
  const last = names.pop() ?? "";
  if (last === "" || names.includes("") || names.includes("__proto__"))
    throw new UsageError(
      `Cannot use --param ${param}: it must be NAME=VALUE, such as to=page_token or from.body=next`,
    );
  let node = options;
  for (const name of names) {
    const below = node[name];
    const next: Options = isOptions(below) ? below : {};
    node[name] = next;
    node = next;
  }
  const value = parsedValue(text);
  const keys = typeof value === "string" && PLACE.test(path) ? placePath(value) : [];
  node[last] = keys.length > 1 ? keys : value;
}

/** JSON where it is a number, a boolean, null, an object or an array; text otherwise. */
function parsedValue(text: string): unknown {
  if (!/^(?:-?\d+|true|false|null|[[{].*)$/s.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`Cannot use --param with the value ${text}: it is not JSON`);
  }
}

function isOptions(value: unknown): value is Options {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isStrategy(value: unknown): value is PaginationStrategy {
  return typeof value === "object" && value !== null && "next" in value;
}
