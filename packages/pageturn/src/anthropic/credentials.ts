import type { HeaderOptions, RequestHeaders } from "../client/client-options.ts";
import { ConfigurationError, MissingCredentialsError } from "../errors/pageturn-error.ts";

/** What the environment says about a client. */
export interface Environment {
  readonly apiKey: string | undefined;
  readonly authToken: string | undefined;
  readonly baseURL: string | undefined;
}

/** The trimmed values of the environment; undefined where one is unset, blank, or there is no environment. */
export function readEnvironment(): Environment {
  const read = (name: string): string | undefined => globalThis.process?.env?.[name]?.trim() || undefined;
  return {
    apiKey: read("ANTHROPIC_API_KEY"),
    authToken: read("ANTHROPIC_AUTH_TOKEN"),
    baseURL: read("ANTHROPIC_BASE_URL"),
  };
}

/** The options that hold credentials. */
export interface CredentialOptions {
  readonly apiKey?: string | null | undefined;
  readonly authToken?: string | null | undefined;
}

/**
 * The headers that carry the credentials. A credential in the options, even `null` or a blank one, switches those of the
 * environment off.
 *
 * Throws {@link ConfigurationError} for one that is not text; its value is not shown.
 */
export function credentialHeaders(options: CredentialOptions, environment: Environment): RequestHeaders {
  const isExplicit = options.apiKey !== undefined || options.authToken !== undefined;
  const apiKey = isExplicit ? text("apiKey", options.apiKey) : environment.apiKey;
  const authToken = isExplicit ? text("authToken", options.authToken) : environment.authToken;
  return {
    ...(apiKey !== undefined && { "x-api-key": apiKey }),
    ...(authToken !== undefined && { authorization: `Bearer ${authToken}` }),
  };
}

function text(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value.trim() === "" ? undefined : value;
  throw new ConfigurationError(
    `Cannot use the option ${name} as it must be text: it is of type ${typeof value}`,
  );
}

/** The headers that identify the caller: one is enough. */
export const CREDENTIALS: readonly string[] = ["x-api-key", "authorization"];

/** Whether a header says nothing: it is blank, or names a scheme without a token. */
function isBlank(value: string): boolean {
  return /^\s*(?:(?:bearer|basic)\s*)?$/i.test(value);
}

/**
 * The headers without credentials that are blank.
 *
 * Throws {@link MissingCredentialsError} where no credential is left, as the API would answer 401, unless the caller
 * removed one with `null`.
 */
export function checkedCredentials(headers: RequestHeaders, set: HeaderOptions): RequestHeaders {
  const kept = Object.entries(headers).filter(
    ([name, value]) => !CREDENTIALS.includes(name) || typeof value !== "string" || !isBlank(value),
  );
  if (kept.some(([name]) => CREDENTIALS.includes(name))) return Object.fromEntries(kept);
  const removed = Object.entries(set).map(([name, value]) => value === null && name.toLowerCase());
  if (CREDENTIALS.some((name) => removed.includes(name))) return Object.fromEntries(kept);
  throw new MissingCredentialsError(
    "Cannot send a request as there is no API key and no token. Set ANTHROPIC_API_KEY, or pass apiKey or authToken; " +
      'to send none on purpose, defaultHeaders: { "x-api-key": null }',
  );
}
