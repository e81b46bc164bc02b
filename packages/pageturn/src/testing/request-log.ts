import type { IncomingHttpHeaders } from "node:http";
import { readTarget } from "./incoming-request.ts";
import type { LoggedRequest } from "./logged-request.ts";
import { maskHeaders } from "./mask-headers.ts";

/** One request as it is kept: nothing is worked out before somebody looks. */
export interface LogEntry {
  readonly number: number;
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly requestId: string;
  status: number | null;
  items: number | null;
  fault: string | null;
}

/** Keeps the newest requests, up to a number of them. */
export class RequestLog {
  readonly #size: number;
  #entries: LogEntry[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  push(entry: LogEntry): void {
    this.#entries.push(entry);
    // Twice the size, so that dropping costs nothing most of the time.
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
  const params: Record<string, string | string[]> = {};
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name);
    params[name] = values.length === 1 ? (values[0] ?? "") : values;
  }
  return { ...entry, path, query: [...query], params, headers: maskHeaders(headers) };
}
