import type { IncomingHttpHeaders } from "node:http";
import { readTarget } from "./route-table.ts";

/** One request that the mock server received. */
export interface LoggedRequest {
  /**
   * Counts from 1 since the server started. The first number of a log is above 1 if older requests were
   * dropped.
   */
  readonly number: number;
  readonly method: string;
  /** The path as it was sent, percent-encoding included. */
  readonly path: string;
  /** The decoded query, in the order in which it was sent. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** The same query by name. A name that was sent more than once has an array of its values, in order. */
  readonly params: Readonly<Record<string, string | readonly string[]>>;
  /** Names are in lower case. Credentials are replaced by `***`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The `request-id` of the response. */
  readonly requestId: string;
  /** `null` if no status was sent, or not yet. */
  readonly status: number | null;
  /** The number of items in the response; `null` if it was not a page or was not sent completely. */
  readonly items: number | null;
  /** The name of the fault that was played on the request; `null` if there was none. */
  readonly fault: string | null;
}

/** One request as the log keeps it. The rest is computed when the log is read. */
export interface LogEntry extends Pick<LoggedRequest, "number" | "method" | "requestId"> {
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  status: number | null;
  items: number | null;
  fault: string | null;
}

/** Keeps the newest requests, up to `size`. */
export class RequestLog {
  readonly #size: number;
  #entries: LogEntry[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  push(entry: LogEntry): void {
    this.#entries.push(entry);
    // The array may grow to twice the size, so that most calls drop nothing.
    if (this.#entries.length >= 2 * this.#size) this.#entries = this.#newest();
  }

  clear(): void {
    this.#entries = [];
  }

  read(): LoggedRequest[] {
    return this.#newest().map(readEntry);
  }

  #newest(): LogEntry[] {
    return this.#size === 0 ? [] : this.#entries.slice(-this.#size);
  }
}

function readEntry({ target, headers, ...entry }: LogEntry): LoggedRequest {
  const { path, query } = readTarget(target);
  const params = Array.from(new Set(query.keys()), (name) => {
    const values = query.getAll(name);
    return [name, values.length === 1 ? (values[0] ?? "") : values] as const;
  });
  return {
    ...entry,
    path,
    query: [...query],
    params: Object.fromEntries(params),
    headers: maskHeaders(headers),
  };
}

const secret = new Set(["x-api-key", "authorization", "proxy-authorization", "cookie"]);

/** Replaces credentials by `***`. Only the scheme of a credential stays. */
function maskHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const masked = Object.entries(headers).map(([name, value]) => {
    const text = Array.isArray(value) ? value.join(", ") : (value ?? "");
    return [name, secret.has(name) ? text.replace(/^(Bearer |Basic )?.*$/s, "$1***") : text] as const;
  });
  return Object.fromEntries(masked);
}
