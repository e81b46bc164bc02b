import { type AsyncListOptions, LIST_OPTIONS } from "../client/client-options.ts";
import type { ListCallInit } from "../client/list-call.ts";
import { fillPath } from "../client/list-path.ts";
import { atCaller, ConfigurationError } from "../errors/pageturn-error.ts";
import { checkedObject, recordOf } from "../pagination/request/check-option.ts";
import { checkedWalkOptions } from "../pagination/walk/walk-options.ts";
import { type Endpoint, largestPage } from "./catalog/endpoint.ts";
import { endpoints } from "./catalog/generated/endpoints.ts";
import { timeRangeOf } from "./time-range.ts";

/** Lists an endpoint with the arguments of its `list()`: path parameters, parameters, options. */
export type ListFunction = (endpoint: Endpoint, args: readonly unknown[]) => unknown;

/** `usage_report` -> `usageReport`: the wire has snake case, TypeScript has camel case. */
function memberName(part: string): string {
  return part.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Every endpoint with the names of the members that lead to it. */
const places = endpoints.map((endpoint) => ({ endpoint, names: endpoint.id.split(".").map(memberName) }));

/** A node of the tree: its `list()` where it is an endpoint, and the nodes below it. */
interface Resource {
  [name: string]: Resource | ((...args: unknown[]) => unknown);
}

/** The tree of the resources that the catalog names: plain objects, with a `list()` for every endpoint. */
export function resourceTree(list: ListFunction): Resource {
  const root: Resource = {};
  for (const { endpoint, names } of places) {
    let node = root;
    for (const name of names) {
      const known = node[name];
      const below = typeof known === "object" ? known : {};
      node[name] = below;
      node = below;
    }
    node["list"] = listMember(endpoint, list);
  }
  return root;
}

function listMember(endpoint: Endpoint, listEndpoint: ListFunction): (...args: unknown[]) => unknown {
  return function list(...args) {
    try {
      return listEndpoint(endpoint, args);
    } catch (error) {
      throw atCaller(error, list);
    }
  };
}

/** The arguments of a `list()` by their meaning; the strategy comes from the page class of the client. */
export interface EndpointCall extends Omit<ListCallInit, "strategy" | "options"> {
  readonly options: AsyncListOptions;
}

/**
 * Sorts the arguments of a `list()`: path parameters in order, then parameters, then options.
 *
 * Throws {@link ConfigurationError} where a path parameter is missing or empty, or an argument is of the wrong kind.
 */
export function endpointCall(endpoint: Endpoint, args: readonly unknown[]): EndpointCall {
  const count = endpoint.path.split("{").length - 1;
  const params = recordOf(`the parameters of ${endpoint.id}`, args[count]);
  const options = checkedObject(`the options of ${endpoint.id}`, args[count + 1]);
  if (args.length > count + 2)
    throw refused(endpoint, `it takes at most ${count + 2} arguments: there are ${args.length}`);
  const path = fillPath(endpoint.path, args);
  refuseOptions(endpoint, params);
  const { betas, ...query }: { betas?: unknown; limit?: unknown } = params;
  if (query.limit === "max") query.limit = maxLimit(endpoint, query);
  const named = [...checkedBetas(endpoint, betas), ...endpoint.betas];
  return {
    path,
    params: query,
    options,
    items: endpoint.itemsKey,
    itemsOptional: endpoint.itemsOptional,
    // The API refuses a `limit` beside `ids`.
    defaultPageSize: "ids" in query || "ids[]" in query ? null : endpoint.defaultLimit,
    required: endpoint.required,
    timeRange: timeRangeOf(endpoint, query),
    headers: named.length === 0 ? undefined : { "anthropic-beta": named.join(",") },
  };
}

function maxLimit(endpoint: Endpoint, params: Readonly<Record<string, unknown>>): number {
  const limit = largestPage(endpoint, params);
  if (limit !== undefined) return limit;
  throw refused(endpoint, "its largest page is not known: limit must be a number");
}

/** A text would be sent letter by letter. */
function checkedBetas(endpoint: Endpoint, betas: unknown): readonly string[] {
  if (betas === undefined || betas === null) return [];
  if (Array.isArray(betas) && betas.every((beta) => typeof beta === "string" && beta.trim() !== ""))
    return betas;
  throw refused(endpoint, 'betas must be an array of non-empty texts: ["files-api-2025-04-14"]');
}

/** Refuses options in the place of parameters: they would be sent to the API. `order` is a parameter, too. */
function refuseOptions(endpoint: Endpoint, params: object): void {
  for (const name of Object.keys(params)) {
    if (LIST_OPTIONS.includes(name) || name === "workspaceId")
      throw refused(endpoint, `${name} is an option: pass it in the argument after the parameters`);
    if (name !== "order" && Object.hasOwn(checkedWalkOptions(), name))
      throw refused(endpoint, `${name} is an option of a walk: pass it to items(), pages() or toArray()`);
  }
}

function refused(endpoint: Endpoint, why: string): ConfigurationError {
  return new ConfigurationError(`Cannot list ${endpoint.id} (${endpoint.path}) as ${why}`);
}
