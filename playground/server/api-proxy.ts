import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";

/** The API, and the key that the proxy adds to each request. */
export interface ApiAccess {
  readonly baseURL: string;
  /** `x-api-key` or `authorization`. */
  readonly credential: Readonly<Record<string, string>>;
  /** Where the credential comes from, to show: a variable or a profile. */
  readonly source: string;
}

/** The headers of the page that the API gets. */
const passedOn = ["accept", "anthropic-version", "anthropic-beta"];

/** The headers of the API that the page gets. `content-encoding` and `content-length` are those of the proxy's connection. */
const passedBack = /^(content-type|request-id|retry-after(-ms)?|x-should-retry|anthropic-.*)$/;

/** Forwards a request to the API with the key. `target` is path and query; it never leaves the origin of the API. */
export async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { access, target }: { readonly access: ApiAccess; readonly target: string },
): Promise<void> {
  if (request.method !== "GET") return refuse(response, 405, "The proxy forwards GET alone");
  const base = new URL(access.baseURL);
  const url = new URL(`${base.pathname.replace(/\/$/, "")}${target}`, base);
  if (url.origin !== base.origin) return refuse(response, 400, "The proxy forwards to the API alone");
  const headers: Record<string, string> = { ...access.credential };
  for (const name of passedOn) {
    const value = request.headers[name];
    if (typeof value === "string") headers[name] = value;
  }
  const left = new AbortController();
  response.once("close", () => left.abort());
  try {
    // A redirect could lead to another origin, with the key.
    const answer = await fetch(url, { headers, signal: left.signal, redirect: "manual" });
    const back = [...answer.headers].filter(([name]) => passedBack.test(name));
    response.writeHead(answer.status, { ...Object.fromEntries(back), "cache-control": "no-store" });
    if (answer.body === null) response.end();
    else await pipeline(answer.body, response);
  } catch {
    if (!response.headersSent) refuse(response, 502, `The proxy cannot reach ${base.origin}`);
  }
}

/** Answers with a status and a text. */
export function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" });
  response.end(`${text}\n`);
}
