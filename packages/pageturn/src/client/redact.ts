import type { RequestHeaders } from "./request-headers.ts";

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
