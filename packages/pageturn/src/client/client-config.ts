import { ConfigurationError } from "../errors/pageturn-error.ts";
import { Pacer, type RateLimitRule } from "../http/retry-policy.ts";
import { MAX_TIMER_MS, type NodeAgent, type TLSOptions } from "../http/transport.ts";
import { checkedObject, oneOf, refuseUnknown, wholeNumber } from "../pagination/request/check-option.ts";
import type { PaginationStrategy } from "../pagination/request/strategy.ts";
import { checkedWalkOptions, type WalkOptions } from "../pagination/walk/walk-options.ts";
import {
  type FetchOptions,
  type HeaderOptions,
  overlayHeaders,
  type RequestHeaders,
  type SharedClientOptions,
} from "./client-options.ts";
import type { KeySource } from "./key-source.ts";
import { checkedLevel, checkedLogger, type LogLevel, type LogTarget, logTarget } from "./log-target.ts";

/** What an API says in an error body. */
export interface ErrorBody {
  readonly type: string | null;
  readonly message: string | null;
}

/** What the headers of a list depend on. */
export interface HeaderCall {
  /** Without the path of the base URL. */
  readonly path: string;
  /** The headers that the caller set, names in lower case. */
  readonly set: HeaderOptions;
  /** The options of the call. */
  readonly options: object;
}

/** What a client has to know about its API. The functions are pure; each may be left out. */
export interface ApiRules {
  /** Reads the error body of a status other than 2xx. */
  readonly readError?: (body: unknown) => ErrorBody;
  /** The status that the decoded body of a 2xx `status` stands for where it is an error, null where it is not one. */
  readonly errorStatus?: (body: unknown, status: number) => number | null;
  /** What to do about a status, as a sentence for the message; undefined where there is nothing to say. */
  readonly remedy?: (status: number) => string | undefined;
  /** The headers of a list as they are sent. Throws where they must not be sent. */
  readonly finishHeaders?: (headers: RequestHeaders, call: HeaderCall) => RequestHeaders;
  /** The options of a list that only this API has: `finishHeaders` reads them. */
  readonly requestOptions?: readonly string[];
  /** Reads the rate limit in the headers of an answer. */
  readonly rateLimit?: RateLimitRule;
  /** The headers of an answer that a log shows in its line. Default: `request-id`. */
  readonly idHeaders?: readonly string[];
  /** The headers that identify the caller: clients that send the same ones share a rate limit. */
  readonly credentials?: readonly string[];
}

/** A client's options, checked, with all defaults filled in. */
export interface ClientConfig {
  readonly baseURL: string;
  readonly headers: RequestHeaders;
  readonly defaultHeaders: HeaderOptions;
  readonly defaultQuery: Readonly<Record<string, unknown>>;
  readonly timeout: number;
  readonly maxRetries: number;
  readonly maxResponseBytes: number;
  readonly pace: "auto" | "off";
  /** What the answers so far say about the rate limit. */
  readonly pacer: Pacer;
  readonly walk: WalkOptions | undefined;
  readonly rules: ApiRules;
  /** The function to ask for the key of each attempt. */
  readonly keySource?: KeySource | undefined;
  /** Where each attempt is logged; undefined where it is not. */
  readonly log?: LogTarget | undefined;
  /** How lists are paged that name no strategy. */
  readonly strategy?: PaginationStrategy | undefined;
  /** What a link or a redirect to another origin means. */
  readonly crossOrigin?: "refuse" | "strip" | undefined;
}

const MIB = 1024 * 1024;

/** What a client sends, besides what its {@link SharedClientOptions} say. */
export interface ClientSetup {
  /** Checked by {@link checkedBaseURL}. */
  readonly baseURL: string;
  /** The headers of the API itself; those of the caller replace them. */
  readonly headers: RequestHeaders;
  readonly defaultHeaders: HeaderOptions | undefined;
  readonly defaultQuery: Readonly<Record<string, unknown>> | undefined;
  readonly rules: ApiRules;
  readonly keySource?: KeySource | undefined;
  /** Default: `"warn"`. */
  readonly logLevel?: LogLevel | undefined;
}

/** Throws {@link ConfigurationError} for an option that cannot be used. */
export function clientConfig(
  options: SharedClientOptions,
  { baseURL, headers, defaultHeaders = {}, defaultQuery = {}, rules, keySource, logLevel }: ClientSetup,
): ClientConfig {
  checkedWalkOptions(options.walk);
  const logger = checkedLogger(options.logger);
  return {
    baseURL,
    headers: overlayHeaders(headers, defaultHeaders),
    defaultHeaders,
    defaultQuery,
    timeout: checkedTimeout(options.timeout, 600_000),
    maxRetries: checkedRetries(options.maxRetries, 2),
    maxResponseBytes: wholeNumber("maxResponseBytes", options.maxResponseBytes ?? 256 * MIB),
    pace: checkedPace(options.pace, "off"),
    pacer: new Pacer(rules.rateLimit),
    walk: options.walk,
    rules,
    keySource,
    log: logTarget(logger, checkedLevel(options.logLevel) ?? logLevel),
  };
}

/** A checked `timeout`. */
export function checkedTimeout(value: number | undefined, otherwise: number): number {
  return wholeNumber("timeout", value ?? otherwise, { most: MAX_TIMER_MS });
}

/** A checked `maxRetries`. */
export function checkedRetries(value: number | undefined, otherwise: number): number {
  return wholeNumber("maxRetries", value ?? otherwise);
}

/** A checked `pace`. */
export function checkedPace(value: "auto" | "off" | undefined, otherwise: "auto" | "off"): "auto" | "off" {
  return oneOf("pace", value ?? otherwise, ["auto", "off"]);
}

/** The names of {@link TLSOptions}. */
const TLS = ["ca", "cert", "key", "pfx", "passphrase"];

/** Checked certificates; undefined where they are left out. A message names a member, never its value. */
export function checkedTLS(value: TLSOptions | undefined): TLSOptions | undefined {
  if (value === undefined) return undefined;
  const tls = checkedObject("the option tls", value);
  refuseUnknown("tls", tls, TLS);
  for (const [name, member] of Object.entries(tls)) {
    const parts: readonly unknown[] = name === "ca" && Array.isArray(member) ? member : [member ?? ""];
    if (parts.every((part) => typeof part === "string" || part instanceof Uint8Array)) continue;
    throw new ConfigurationError(
      `Cannot use the option tls.${name} as it must be text or bytes: the content of a file, not its path`,
    );
  }
  return value;
}

/** A checked `agent`; undefined where it is left out. */
export function checkedAgent(value: NodeAgent | undefined): NodeAgent | undefined {
  if (value === undefined || typeof Object(value).addRequest === "function") return value;
  throw new ConfigurationError(
    "Cannot use the option agent as it must be an http.Agent or https.Agent of Node. Certificates alone go into the option tls",
  );
}

/** What the client itself says in a request. */
const OWN_INIT = ["method", "headers", "body", "signal", "redirect"];

/** Checked `fetchOptions`, copied; undefined where they are left out. */
export function checkedFetchOptions(value: FetchOptions | null | undefined): FetchOptions | undefined {
  if (value === undefined || value === null) return undefined;
  const own = checkedObject("the option fetchOptions", value);
  const [name] = OWN_INIT.filter((each) => own[each] !== undefined);
  if (name === undefined) return { ...own };
  throw new ConfigurationError(
    `Cannot use the option fetchOptions.${name} as the client itself sets it` +
      (name === "headers"
        ? ": use defaultHeaders or headers"
        : name === "signal"
          ? ": pass signal to list()"
          : ""),
  );
}

/** A base URL, checked, without a slash at its end. `name` says in the message where it comes from. */
export function checkedBaseURL(value: string, name: string): string {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url !== null && /^https?:\/\/[^@?#]*$/.test(url.href)) return url.href.replace(/\/+$/, "");
  throw new ConfigurationError(
    // Its value is not shown, as it may hold a secret, or be one in the wrong place.
    `Cannot use ${name} as it must be an http or https URL without user name, password, query or fragment`,
  );
}

/** A checked `signal`; undefined where it is left out. */
export function checkedSignal(value: AbortSignal | null | undefined): AbortSignal | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value.aborted === "boolean" && typeof value.addEventListener === "function") return value;
  throw new ConfigurationError(
    `Cannot use the option signal as it must be an AbortSignal: it is of type ${typeof value}. ` +
      "Pass controller.signal of an AbortController, or AbortSignal.timeout()",
  );
}

/** What the sync client cannot do: its thread is blocked, so nothing could run or fire there. */
const ASYNC_ONLY = ["fetch", "fetchOptions", "agent", "signal"];

/**
 * Refuses options that do not exist. Where `asyncClient` names the client that does not block, it also refuses those
 * that only that one has, in words of its own.
 *
 * Throws {@link ConfigurationError} that names the option.
 */
export function checkNames(
  what: "client" | "request",
  options: unknown,
  { known, asyncClient }: { readonly known: readonly string[]; readonly asyncClient?: string | undefined },
): void {
  const own = checkedObject(`the ${what} options`, options);
  const asyncOnly = asyncClient === undefined ? [] : ASYNC_ONLY.filter((name) => known.includes(name));
  for (const name of asyncOnly) {
    if ((own[name] ?? null) === null) continue;
    throw new ConfigurationError(
      `Cannot use the option ${name} in the sync client as it blocks the thread that ${name} would run on. Use ${asyncClient}` +
        (name === "agent" || name === "fetchOptions" ? ", or the option tls for certificates" : ""),
    );
  }
  const isOther = (name: string): boolean => !asyncOnly.includes(name);
  // One that is undefined stays: the same options may be meant for both clients.
  const others = Object.entries(own).filter(([name]) => isOther(name));
  refuseUnknown(what, Object.fromEntries(others), known.filter(isOther));
}
