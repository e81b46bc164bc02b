import { parseArgs } from "node:util";
import { wrapped } from "./print.ts";
import { canonicalName, resourceNames } from "./resources.ts";

/** What to do. */
export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "demo"; readonly live: boolean }
  | ListCommand;

/** One resource, and how to list it. */
export interface ListCommand {
  readonly kind: "list";
  readonly live: boolean;
  /** As the clients write it: `messages.batches`. */
  readonly name: string;
  readonly pathParams: readonly string[];
  readonly query: Readonly<Record<string, unknown>>;
  readonly maxItems: number;
}

/** An argument that cannot be used. The message says what is allowed. */
export class UsageError extends Error {
  override name = "UsageError";
}

const known = {
  help: { type: "boolean", short: "h" },
  live: { type: "boolean" },
  limit: { type: "string" },
  "max-items": { type: "string" },
} as const;

/** Every option that is not in `known` is a query parameter. */
function queryOptions(args: readonly string[]): Record<string, { type: "string"; multiple: true }> {
  const { tokens } = parseArgs({ args: [...args], options: known, strict: false, tokens: true });
  const names = tokens.flatMap((token) =>
    token.kind === "option" && token.rawName[1] === "-" ? token.name : [],
  );
  const others = names.filter((name) => !Object.hasOwn(known, name));
  return Object.fromEntries(others.map((name) => [name, { type: "string", multiple: true }]));
}

function parse(args: readonly string[], others: ReturnType<typeof queryOptions>) {
  try {
    return parseArgs({ args: [...args], options: { ...others, ...known }, allowPositionals: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${message}. See: npm start -- --help`);
  }
}

/** Reads the arguments. Throws {@link UsageError}. */
export function readCommand(args: readonly string[]): Command {
  const others = queryOptions(args);
  const { values, positionals } = parse(args, others);
  const { help, live = false, limit, "max-items": maxItems } = values;
  if (help) return { kind: "help" };
  const [resource, ...pathParams] = positionals;
  if (resource === undefined) {
    const [other] = Object.keys(values).filter((name) => name !== "live");
    if (other === undefined) return { kind: "demo", live };
    throw new UsageError(
      `Cannot use --${other} without a resource: without one, only --live and --help are allowed. ` +
        "Add one, for example: npm start -- models --limit 5",
    );
  }
  const name = canonicalName(resource);
  if (name === null) {
    throw new UsageError(`Cannot list "${resource}" as it must be one of:\n${wrapped(resourceNames())}`);
  }
  const params = Object.keys(others).map((other) => [other, single(Reflect.get(values, other))]);
  const size = limit === undefined ? {} : { limit: limit === "max" ? limit : count("limit", limit) };
  const most = maxItems === undefined ? 100 : count("max-items", maxItems);
  const query = { ...Object.fromEntries(params), ...size };
  return { kind: "list", live, name, pathParams, query, maxItems: most };
}

function single(values: unknown): unknown {
  return Array.isArray(values) && values.length === 1 ? values[0] : values;
}

function count(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  throw new UsageError(
    `Cannot use --${name} as it must be a whole number of at least 1: current value is ${text}`,
  );
}
