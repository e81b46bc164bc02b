import type { FailedRequest } from "../errors/api-error.ts";

/** Enough to recognise a request by; a query with a hundred ids would bury the message. */
const MAX_URL_LENGTH = 300;

/** A request as messages call it: `GET https://host/path?query`, a long URL cut with `…`. */
export function requestName(request: FailedRequest): string {
  const { method, url } = request;
  return `${method} ${url.length > MAX_URL_LENGTH ? `${url.slice(0, MAX_URL_LENGTH - 1)}…` : url}`;
}
