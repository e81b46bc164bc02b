import type { RequestHeaders } from "./request-headers.ts";

const SECRET_HEADERS = ["x-api-key", "authorization", "proxy-authorization", "cookie"];
const MASK = "[redacted]";

/** A function that masks the credentials of a request in a text: a server may send them back in an error. */
export function redactor(headers: RequestHeaders): (text: string) => string {
  const values = SECRET_HEADERS.flatMap((name) => headers[name] ?? []);
  const secrets = values
    .flatMap((value) => [value, value.replace(/^\w+ /, "")])
    .filter((secret) => secret.length > 3);
  return (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
}
