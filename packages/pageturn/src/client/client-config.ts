import { credentialHeaders, credentials, environment } from "../anthropic/credentials.ts";
import { VERSION } from "../anthropic/version.ts";
import { ConfigurationError } from "../errors/pageturn-error.ts";
import { Pacer } from "../http/pacer.ts";
import { MAX_TIMER_MS } from "../http/transport.ts";
import { oneOf, wholeNumber } from "../pagination/walk/check-option.ts";
import { checkedWalkOptions, type WalkOptions } from "../pagination/walk/walk-options.ts";
import type { ClientOptions } from "./client-options.ts";
import { overlayHeaders, type RequestHeaders } from "./headers.ts";

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

const DEFAULT_BASE_URL = "https://api.anthropic.com";

/** The checked base URL, without a slash at its end. */
export function baseURL(options: ClientOptions): string {
  const value = options.baseURL ?? environment("ANTHROPIC_BASE_URL") ?? DEFAULT_BASE_URL;
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url !== null && /^https?:\/\/[^@?#]*$/.test(url.href)) return url.href.replace(/\/+$/, "");
  throw new ConfigurationError(
    // Its value is not shown, as it may hold a secret, or be one in the wrong place.
    "Cannot use the baseURL (or ANTHROPIC_BASE_URL) as it must be an http or https URL without user name, password, " +
      "query or fragment",
  );
}

/** Tells at once what the sync client cannot do: its thread is blocked, so nothing there could run or fire. */
export function refuseAsyncOptions(options: object, names: readonly string[]): void {
  for (const name of names) {
    if (Reflect.get(options, name) === undefined) continue;
    throw new ConfigurationError(
      `Cannot use the option ${name} in the sync client as it blocks the thread that ${name} would run on. Use AsyncAnthropic`,
    );
  }
}
