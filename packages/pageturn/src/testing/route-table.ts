import type { IncomingHttpHeaders } from "node:http";
import type { ServedEndpoint } from "../anthropic/catalog/served-endpoint.ts";
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

/** The keys that a server accepts. */
interface Keys {
  readonly apiKey: string | null;
  readonly organizations: Readonly<Record<string, string | null>>;
}

/** The key of a request; `undefined` if it has none. */
export function keyOf(headers: IncomingHttpHeaders): string | undefined {
  const key = headers["x-api-key"] ?? /^Bearer (.*)$/.exec(headers.authorization ?? "")?.[1];
  return key === undefined ? undefined : String(key);
}

/** Throws `ApiProblem` unless the request is a GET with the right key and an API version. */
export function checkAccess({ method, headers }: IncomingRequest, { apiKey, organizations }: Keys): void {
  if (method !== "GET") throw new ApiProblem(405, "Method Not Allowed", { allow: "GET" });
  // Without a key the server is open, so that it can also test clients of other APIs.
  if (apiKey === null) return;
  const key = headers["x-api-key"];
  const token = headers.authorization;
  if (key === undefined && token === undefined) throw new ApiProblem(401, "x-api-key header is required");
  const given = keyOf(headers) ?? "";
  if (given !== apiKey && !Object.hasOwn(organizations, given))
    throw new ApiProblem(401, key === undefined ? "Invalid bearer token" : "invalid x-api-key");
  const version = headers["anthropic-version"];
  if (version === undefined) throw new ApiProblem(400, "anthropic-version: header is required");
  if (!/^\d{4}-\d{2}-\d{2}$/.test(String(version))) {
    throw new ApiProblem(400, `anthropic-version: "${version}" is not a valid version`);
  }
}

/** The endpoint of a request, and the values of its path parameters. */
export interface Route {
  readonly endpoint: ServedEndpoint;
  readonly params: Readonly<Record<string, string>>;
}

interface Pattern {
  readonly segments: readonly string[];
  readonly endpoints: ServedEndpoint[];
}

/** Without their beta header, these lists answer 404; all others answer 400. */
const hiddenWithoutBeta = /^\/v1\/organizations\/(plugins|webhooks)(\/|$)/;

/** Finds the endpoint of a request by its path, then by its betas. */
export class RouteTable {
  readonly #patterns = new Map<string, Pattern>();

  constructor(endpoints: readonly ServedEndpoint[]) {
    for (const endpoint of endpoints) {
      const shape = endpoint.path.replaceAll(/\{[^}]*\}/g, "{}");
      const pattern = this.#patterns.get(shape) ?? { segments: endpoint.path.split("/"), endpoints: [] };
      pattern.endpoints.push(endpoint);
      this.#patterns.set(shape, pattern);
    }
  }

  /**
   * Throws `ApiProblem` if the path does not exist, or if it requires a beta that the request does not name.
   */
  find({ path, query, headers }: IncomingRequest): Route {
    const found = this.#match(path);
    if (found === null) throw new ApiProblem(404, "Not Found");
    const betas = String(headers["anthropic-beta"] ?? "")
      .split(",")
      .map((beta) => beta.trim());
    return { endpoint: chooseShape(found.endpoints, betas, query), params: found.params };
  }

  /** Returns the list with a path, in its newest shape; `null` if there is none. */
  findPath(path: string): Route | null {
    const found = this.#match(path);
    const [endpoint] = found?.endpoints ?? [];
    return found === null || endpoint === undefined ? null : { endpoint, params: found.params };
  }

  #match(path: string): { endpoints: readonly ServedEndpoint[]; params: Record<string, string> } | null {
    const exact = this.#patterns.get(path);
    if (exact !== undefined) return { endpoints: exact.endpoints, params: {} };
    const parts = path.split("/");
    for (const { segments, endpoints } of this.#patterns.values()) {
      const params = readParams(segments, parts);
      if (params !== null) return { endpoints, params };
    }
    return null;
  }
}

/** Whether a path as it is sent belongs to the path of an endpoint, with its parameters in braces. */
export function matchesPath(pattern: string, path: string): boolean {
  return readParams(pattern.split("/"), path.split("/")) !== null;
}

function readParams(segments: readonly string[], parts: readonly string[]): Record<string, string> | null {
  if (segments.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [at, segment] of segments.entries()) {
    const value = parts[at] ?? "";
    if (!segment.startsWith("{")) {
      if (segment !== value) return null;
      continue;
    }
    const decoded = decodeSegment(value);
    if (decoded === null) return null;
    params[segment.slice(1, -1)] = decoded;
  }
  return params;
}

function decodeSegment(value: string): string | null {
  try {
    const decoded = decodeURIComponent(value);
    return decoded === "" || decoded === "." || decoded === ".." ? null : decoded;
  } catch {
    return null;
  }
}

/** One path can have two shapes. Requests that still name the beta get the old one (client facts, 0.4). */
function chooseShape(
  endpoints: readonly ServedEndpoint[],
  betas: readonly string[],
  query: URLSearchParams,
): ServedEndpoint {
  const named = endpoints.find(
    ({ betaHeader }) => betaHeader.length > 0 && betaHeader.every((beta) => betas.includes(beta)),
  );
  if (named !== undefined) return named;
  const open = endpoints.filter(({ betaHeader }) => betaHeader.length === 0);
  const preferred = query.get("beta") === "true" ? open.find(({ id }) => id.startsWith("beta.")) : undefined;
  const chosen = preferred ?? open[0];
  if (chosen !== undefined) return chosen;
  const [first] = endpoints;
  if (first === undefined || hiddenWithoutBeta.test(first.path)) throw new ApiProblem(404, "Not Found");
  const needed = first.betaHeader.join(", ");
  throw new ApiProblem(400, `anthropic-beta: this endpoint is in beta and needs the value ${needed}`);
}
