import type { ListCallInit } from "../client/list-call.ts";
import type { AsyncListOptions } from "../client/list-options.ts";
import { atCaller, ConfigurationError } from "../errors/pageturn-error.ts";
import { fillPath } from "../http/path-template.ts";
import { isJsonObject } from "../pagination/request/page-request.ts";
import { type Endpoint, largestPage } from "./catalog/endpoint.ts";

/** What the arguments of an endpoint's `list()` ask for; the page class is the client's business. */
export interface EndpointCall extends Omit<ListCallInit, "strategy" | "options"> {
  readonly options: AsyncListOptions;
}

/**
 * Takes the arguments of a `list()` apart: path parameters in order, then parameters, then options.
 *
 * Throws {@link ConfigurationError} where a path parameter is missing or empty, or an argument is of the wrong kind.
 */
export function endpointCall(endpoint: Endpoint, args: readonly unknown[]): EndpointCall {
  const count = endpoint.path.split("{").length - 1;
  const params = optionalObject(endpoint, "parameters", args[count]);
  const options = optionalObject(endpoint, "options", args[count + 1]);
  if (args.length > count + 2)
    throw refused(endpoint, `it takes at most ${count + 2} arguments: ${args.length} were given`);
  // The casts: TypeScript has checked the caller's arguments against the endpoint's own types.
  const path = fillPath(endpoint.path, args);
  const { betas, ...query } = params as { betas?: readonly string[]; limit?: unknown };
  if (query.limit === "max") query.limit = maxLimit(endpoint, query);
  const named = [...(betas ?? []), ...endpoint.betas];
  return {
    path,
    params: query,
    options: options as AsyncListOptions,
    itemsKey: endpoint.itemsKey,
    required: endpoint.required,
    headers: named.length === 0 ? undefined : { "anthropic-beta": named.join(",") },
  };
}

function maxLimit(endpoint: Endpoint, params: Readonly<Record<string, unknown>>): number {
  const limit = largestPage(endpoint, params);
  if (limit !== undefined) return limit;
  throw refused(endpoint, "its largest page is not known: limit must be a number");
}

function optionalObject(endpoint: Endpoint, what: string, value: unknown): object {
  if (value === undefined || value === null) return {};
  if (isJsonObject(value)) return value;
  throw refused(endpoint, `its ${what} must be an object`);
}

function refused(endpoint: Endpoint, why: string): ConfigurationError {
  return new ConfigurationError(`Cannot list ${endpoint.id} (${endpoint.path}) as ${why}`);
}

/** Lists an endpoint with the arguments of its `list()`: path parameters, parameters, options. */
export type ListFunction = (endpoint: Endpoint, args: readonly unknown[]) => unknown;

/** `usage_report` -> `usageReport`: the tree speaks TypeScript, the wire does not. */
function memberName(part: string): string {
  return part.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Gives `target` a member for every endpoint or branch right below `prefix`. A member becomes an object when it is
 * first touched.
 */
export function growTree(
  target: object,
  prefix: string,
  endpoints: readonly Endpoint[],
  listOf: (self: object) => ListFunction,
): void {
  const below = endpoints.filter(({ id }) => id.startsWith(prefix));
  const parts = new Set(below.map(({ id }) => id.slice(prefix.length).split(".", 1)[0] ?? ""));
  for (const part of parts) {
    const name = memberName(part);
    Object.defineProperty(target, name, {
      configurable: true,
      get(this: object) {
        // Whoever looks at the prototype of the clients must not give it a member that is there for all of them.
        if (this === target && prefix === "") return undefined;
        const value = resource(prefix + part, below, listOf(this));
        Object.defineProperty(this, name, { value });
        return value;
      },
    });
  }
}

function resource(id: string, endpoints: readonly Endpoint[], list: ListFunction): object {
  const endpoint = endpoints.find((each) => each.id === id);
  const node = endpoint === undefined ? {} : { list: listMember(endpoint, list) };
  growTree(node, `${id}.`, endpoints, () => list);
  return node;
}

function listMember(endpoint: Endpoint, list: ListFunction): (...args: unknown[]) => unknown {
  return function member(...args) {
    try {
      return list(endpoint, args);
    } catch (error) {
      throw atCaller(error, member);
    }
  };
}
