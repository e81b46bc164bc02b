import type { Endpoint } from "../catalog/endpoint.ts";
import { largestPage } from "../catalog/largest-page.ts";
import type { AsyncListOptions } from "../catalog/list-options.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { fillPath } from "../http/path-template.ts";
import { isJsonObject } from "../pagination/page-info.ts";
import type { ListCallInit } from "./list-call.ts";

/** What the arguments of an endpoint's `list()` ask for; the page class is the client's business. */
export interface EndpointCall extends Omit<ListCallInit, "pageKind" | "options"> {
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
