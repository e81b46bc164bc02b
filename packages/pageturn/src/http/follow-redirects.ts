import type { HttpRequest, HttpResponse } from "./http-message.ts";
import type { AttemptOptions, Transport } from "./transport.ts";

/** As many as any sane server needs; more is a circle. */
const MAX_REDIRECTS = 5;

/** A response, and the URL it came from. */
export interface Answer {
  readonly response: HttpResponse;
  readonly url: string;
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/** Where a response sends us to, null where we do not go. */
function nextURL(request: HttpRequest, response: HttpResponse): string | null {
  const location = response.headers["location"];
  if (location === undefined || (request.method !== "GET" && request.method !== "HEAD")) return null;
  if (!URL.canParse(location, request.url)) return null;
  const next = new URL(location, request.url);
  // Another origin must not see the credentials in the headers, and without them it could not answer.
  if (next.origin !== new URL(request.url).origin) return null;
  next.username = "";
  next.password = "";
  next.hash = "";
  return next.href;
}

/**
 * Sends a request once and follows redirects within its origin, at most five, for GET and HEAD.
 *
 * A redirect to another origin is not followed, nor is a sixth, nor one of a POST: the 3xx response is
 * returned for the caller to report. Every hop has the whole `timeout`.
 */
export async function followRedirects(
  transport: Transport,
  request: HttpRequest,
  options: AttemptOptions,
): Promise<Answer> {
  let current = request;
  for (let hops = 0; ; hops += 1) {
    const response = await transport.attempt(current, options);
    const url = isRedirect(response.status) && hops < MAX_REDIRECTS ? nextURL(current, response) : null;
    if (url === null) return { response, url: current.url };
    current = { ...current, url };
  }
}
