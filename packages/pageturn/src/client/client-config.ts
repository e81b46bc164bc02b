import { ConfigurationError } from "../errors/configuration-error.ts";
import { Pacer } from "../http/pacer.ts";
import { MAX_TIMER_MS } from "../http/transport.ts";
import { oneOf, wholeNumber } from "../pagination/check-option.ts";
import { checkedWalkOptions } from "../pagination/checked-walk-options.ts";
import type { WalkOptions } from "../pagination/walk-options.ts";
import { baseURL } from "./base-url.ts";
import type { ClientOptions } from "./client-options.ts";
import { credentialHeaders, credentials } from "./credentials.ts";
import { overlayHeaders, type RequestHeaders } from "./request-headers.ts";
import { VERSION } from "./version.ts";

/** Everything the two clients have in common, checked and with all defaults filled in. */
export interface ClientConfig {
  readonly baseURL: string;
  readonly headers: RequestHeaders;
  readonly defaultHeaders: ClientOptions["defaultHeaders"];
  readonly defaultQuery: Readonly<Record<string, unknown>>;
  readonly timeout: number;
  readonly maxRetries: number;
  readonly maxResponseBytes: number;
  readonly pace: "auto" | "off";
  /** What the answers so far say of the rate limit. */
  readonly pacer: Pacer;
  readonly walk: WalkOptions | undefined;
}

const MIB = 1024 * 1024;

/** Throws {@link ConfigurationError} for an option that cannot be used. */
export function clientConfig(options: ClientOptions): ClientConfig {
  // `new Anthropic(key)` is what some other libraries take.
  if (typeof options !== "object" || options === null) {
    throw new ConfigurationError("Cannot make a client as its options must be an object: { apiKey }");
  }
  checkedWalkOptions(options.walk);
  const builtIn = {
    accept: "application/json",
    "user-agent": `pageturn/${VERSION}`,
    "anthropic-version": options.apiVersion ?? "2023-06-01",
  };
  const headers = { ...overlayHeaders({}, builtIn), ...credentialHeaders(credentials(options)) };
  return {
    baseURL: baseURL(options),
    headers: overlayHeaders(headers, options.defaultHeaders),
    defaultHeaders: options.defaultHeaders,
    defaultQuery: options.defaultQuery ?? {},
    timeout: milliseconds(options.timeout, 600_000),
    maxRetries: retries(options.maxRetries, 2),
    maxResponseBytes: wholeNumber("maxResponseBytes", options.maxResponseBytes ?? 256 * MIB),
    pace: checkedPace(options.pace, "off"),
    pacer: new Pacer(),
    walk: options.walk,
  };
}

/** A checked `timeout`. */
export function milliseconds(value: number | undefined, otherwise: number): number {
  return wholeNumber("timeout", value ?? otherwise, { most: MAX_TIMER_MS });
}

/** A checked `maxRetries`. */
export function retries(value: number | undefined, otherwise: number): number {
  return wholeNumber("maxRetries", value ?? otherwise);
}

/** A checked `pace`. */
export function checkedPace(value: "auto" | "off" | undefined, otherwise: "auto" | "off"): "auto" | "off" {
  return oneOf("pace", value ?? otherwise, ["auto", "off"]);
}
