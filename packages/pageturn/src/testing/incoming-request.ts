import type { IncomingHttpHeaders } from "node:http";
import { ApiProblem } from "./answer.ts";

/** One request as the mock server reads it. */
export interface IncomingRequest {
  readonly method: string;
  /** The path as it was sent, percent-encoding included. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** Splits the target of a request line into path and query. */
export function readTarget(target: string): { readonly path: string; readonly query: URLSearchParams } {
  const mark = target.indexOf("?");
  if (mark < 0) return { path: target, query: new URLSearchParams() };
  return { path: target.slice(0, mark), query: new URLSearchParams(target.slice(mark + 1)) };
}

/** Throws `ApiProblem` unless the request is a GET with the right key and an API version. */
export function checkAccess({ method, headers }: IncomingRequest, apiKey: string | null): void {
  if (method !== "GET") throw new ApiProblem(405, "Method Not Allowed", { allow: "GET" });
  // Without a key the server is open, so that it can also test clients of other APIs.
  if (apiKey === null) return;
  const key = headers["x-api-key"];
  const token = headers.authorization;
  if (key === undefined && token === undefined) throw new ApiProblem(401, "x-api-key header is required");
  if (key !== undefined && key !== apiKey) throw new ApiProblem(401, "invalid x-api-key");
  if (key === undefined && token !== `Bearer ${apiKey}`) throw new ApiProblem(401, "Invalid bearer token");
  const version = headers["anthropic-version"];
  if (version === undefined) throw new ApiProblem(400, "anthropic-version: header is required");
  if (!/^\d{4}-\d{2}-\d{2}$/.test(String(version))) {
    throw new ApiProblem(400, `anthropic-version: "${version}" is not a valid version`);
  }
}
