import { MissingCredentialsError } from "../errors/pageturn-error.ts";
import type { HeaderOptions } from "./list-options.ts";

/** Headers with names in lower case. */
export type RequestHeaders = Readonly<Record<string, string>>;

/** Those that say who asks: one is enough. */
const CREDENTIALS = ["x-api-key", "authorization"];

/** Lays headers over others, whatever the case of their names. `null` takes a header out, `undefined` leaves it. */
export function overlayHeaders(under: RequestHeaders, over: HeaderOptions | undefined): RequestHeaders {
  const headers = new Map(Object.entries(under));
  for (const [name, value] of Object.entries(over ?? {})) {
    if (value === undefined) continue;
    const key = name.toLowerCase();
    if (value === null) headers.delete(key);
    else headers.set(key, value);
  }
  return Object.fromEntries(headers);
}

/** Refuses to send without a credential: the API would answer 401, after a journey. */
export function requireCredentials(headers: RequestHeaders, taken: HeaderOptions | undefined): void {
  if (CREDENTIALS.some((name) => headers[name] !== undefined)) return;
  const names = Object.entries(taken ?? {}).map(([name, value]) => value === null && name.toLowerCase());
  if (CREDENTIALS.some((name) => names.includes(name))) return;
  throw new MissingCredentialsError(
    "Cannot send a request as there is no API key and no token. Set ANTHROPIC_API_KEY, or pass apiKey or authToken; " +
      'to send none on purpose, defaultHeaders: { "x-api-key": null }',
  );
}

const SECRET_HEADERS = ["x-api-key", "authorization", "proxy-authorization", "cookie"];
const MASK = "[redacted]";

/** Masks credentials in a text. */
export type Redact = (text: string) => string;

/** A function that masks the credentials of a request: a server may send them back anywhere. */
export function redactor(headers: RequestHeaders): Redact {
  const values = SECRET_HEADERS.flatMap((name) => headers[name] ?? []);
  const secrets = [...new Set(values.flatMap((value) => [value, value.replace(/^\w+ /, "")]))]
    .filter((secret) => secret.length > 3)
    // A shorter one may be a part of a longer one, whose rest would stay.
    .sort((one, other) => other.length - one.length);
  return (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
}
