import { serverTime } from "../http/retry-policy.ts";
import { oneOf } from "../pagination/request/check-option.ts";
import { checkStrategy } from "../pagination/request/check-strategy.ts";
import { isJsonObject } from "../pagination/request/page-request.ts";
import type { PaginationStrategy } from "../pagination/request/strategy.ts";
import { type ClientFamily, VERSION } from "./base-client.ts";
import { type ApiRules, checkedBaseURL, clientConfig, type ErrorBody } from "./client-config.ts";
import {
  CLIENT_OPTIONS,
  type HeaderOptions,
  type Names,
  type SharedClientOptions,
} from "./client-options.ts";

/** Options of `createClient()` and `createSyncClient()`. */
export interface CreateClientOptions extends SharedClientOptions {
  /** The URL of the API. Its path is put in front of the path of every request. */
  readonly baseURL: string;
  /** Headers of every request, credentials too. `null` removes one that would be sent otherwise. */
  readonly headers?: HeaderOptions | undefined;
  /** Query parameters of every request. */
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  /** How lists are paged that name no strategy. */
  readonly strategy?: PaginationStrategy | undefined;
  /**
   * What a link or a redirect to another origin means. `"refuse"` (default): an error. `"strip"`: it is followed, and of
   * the headers only `accept` and `user-agent` go there: no credentials, no cookies, no header of the caller. A request
   * with a JSON body is not sent there, and nothing is sent from https to http.
   */
  readonly crossOrigin?: "refuse" | "strip" | undefined;
}

const OWN: Names<Omit<CreateClientOptions, keyof SharedClientOptions>> = {
  headers: true,
  query: true,
  strategy: true,
  crossOrigin: true,
};

/** The clients of `createClient()` and `createSyncClient()`. A function, so that a bundle without them has none of it. */
export function createdClients(): ClientFamily<CreateClientOptions> {
  return {
    optionNames: [...CLIENT_OPTIONS, ...Object.keys(OWN)],
    overlaid: { headers: "headers", query: "query" },
    asyncClient: "createClient()",
    open: () => (options) => {
      const baseURL = checkedBaseURL(options.baseURL, "the option baseURL");
      const headers = { accept: "application/json", "user-agent": `pageturn/${VERSION}` };
      const { headers: defaultHeaders, query: defaultQuery, strategy, crossOrigin } = options;
      if (strategy !== undefined) checkStrategy(strategy);
      return {
        ...clientConfig(options, { baseURL, headers, defaultHeaders, defaultQuery, rules: GENERAL_RULES }),
        strategy,
        crossOrigin: oneOf("crossOrigin", crossOrigin, ["refuse", "strip"]),
      };
    },
  };
}

/** What holds for most APIs. */
const GENERAL_RULES: ApiRules = {
  readError,
  remedy: (status) => (status === 401 || status === 403 ? "Check the credentials in `headers`" : undefined),
  rateLimit,
  credentials: ["authorization", "x-api-key", "api-key", "cookie"],
};

/**
 * The type and message of an error body: of an `error` object, of the first of `errors`, or of the body itself, which may be
 * that of RFC 9457.
 */
function readError(body: unknown): ErrorBody {
  if (!isJsonObject(body)) return { type: null, message: null };
  const { error, errors } = body;
  const inner: unknown = error ?? (Array.isArray(errors) ? errors[0] : undefined) ?? body;
  if (typeof inner === "string")
    return { type: inner, message: textOf(body, ["error_description", "message"]) };
  if (!isJsonObject(inner)) return { type: null, message: null };
  return {
    type: textOf(inner, ["type", "code", "status"]),
    message: textOf(inner, ["message", "detail", "title", "description"]),
  };
}

function textOf(body: Readonly<Record<string, unknown>>, names: readonly string[]): string | null {
  const texts = names.map((name) => body[name]).filter((value) => typeof value === "string");
  return texts.find((text) => text !== "") ?? null;
}

/**
 * How long the next request would be refused, in milliseconds: `ratelimit-remaining` and `ratelimit-reset`, with `x-` in
 * front too. The reset is a number of seconds or, above a billion, a time in seconds since 1970.
 */
function rateLimit(headers: Readonly<Record<string, string>>, now: number): number {
  const read = (name: string) => headers[`x-ratelimit-${name}`] ?? headers[`ratelimit-${name}`] ?? "";
  const [remaining, reset] = [read("remaining"), Number.parseFloat(read("reset"))];
  if (remaining.trim() === "" || Number(remaining) > 0 || Number.isNaN(reset)) return 0;
  return Math.max(0, reset > 1e9 ? reset * 1000 - serverTime(headers, now) : reset * 1000);
}
