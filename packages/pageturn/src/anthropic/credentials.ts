import type { HeaderOptions, RequestHeaders } from "../client/client-options.ts";
import { ASKED_KEY, type KeySource } from "../client/key-source.ts";
import { ConfigurationError, MissingCredentialsError } from "../errors/pageturn-error.ts";
import { withoutBlanks } from "../errors/secrets.ts";
import { mayReadVariable } from "../http/environment-variable.ts";
import type { Environment } from "./environment.ts";

/** The options that hold credentials. */
export interface CredentialOptions {
  readonly apiKey?: string | null | KeySource["ask"] | undefined;
  readonly authToken?: string | null | undefined;
}

/** The first version of the API whose official clients send the key as a token. */
const KEY_AS_TOKEN = "2026-10-21";

/** The credentials of a client: as headers, and the function to ask for a key. */
export interface Credentials {
  readonly headers: RequestHeaders;
  readonly keySource: KeySource | undefined;
  /** Whether the token of the environment is left out, as the key of the environment takes its header. */
  readonly droppedToken: boolean;
}

/**
 * The headers that carry the credentials. A credential in the options, even `null` or a blank one, switches those of the
 * environment off. From version 2026-10-21 of the API on, a key is sent as a token is.
 *
 * Throws {@link ConfigurationError} for one that is not text; its value is not shown.
 */
export function credentialsOf(
  options: CredentialOptions,
  { environment, apiVersion }: { readonly environment: Environment; readonly apiVersion: string },
): Credentials {
  const isExplicit = options.apiKey !== undefined || options.authToken !== undefined;
  const given = isExplicit ? options.apiKey : environment.apiKey;
  const ask = typeof given === "function" ? given : undefined;
  const key = typeof given === "function" ? ASKED_KEY : text("apiKey", given);
  const token = isExplicit ? text("authToken", options.authToken) : environment.authToken;
  const isToken = /^\d{4}-\d\d-\d\d$/.test(apiVersion) && apiVersion >= KEY_AS_TOKEN;
  const isShared = isToken && key !== undefined && token !== undefined;
  if (isShared && isExplicit)
    throw new ConfigurationError(
      `Cannot use the options apiKey and authToken together with apiVersion "${apiVersion}" as both are sent as the header ` +
        "authorization. Leave one of them out; in withOptions(), set it to null",
    );
  // A function is asked for each attempt; until then its place is held.
  const bearer = (value: string) => (value === ASKED_KEY ? value : `Bearer ${value}`);
  const header = isToken ? "authorization" : "x-api-key";
  return {
    headers: {
      ...(token !== undefined && { authorization: bearer(token) }),
      ...(key !== undefined && { [header]: isToken ? bearer(key) : key }),
    },
    keySource: ask && { ask, header, prefix: isToken ? "Bearer " : "" },
    droppedToken: isShared,
  };
}

function text(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  // HTTP leaves out blanks around the value of a header, so the trimmed key is the one that is sent and masked.
  if (typeof value === "string") return value.trim() === "" ? undefined : withoutBlanks(value);
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
  const permit = mayReadVariable("ANTHROPIC_API_KEY")
    ? ""
    : " and permit the program to read it (--allow-env)";
  throw new MissingCredentialsError(
    `Cannot send a request as there is no API key and no token. Set ANTHROPIC_API_KEY${permit}, or pass apiKey or authToken; ` +
      'to send none on purpose, defaultHeaders: { "x-api-key": null }',
  );
}
