import { FetchTransport } from "./fetch-transport.ts";
import type { Transport } from "./transport.ts";

/** The transport for browsers, workers and every runtime that is not Node: the global `fetch`. */
export function defaultTransport(): Transport {
  return new FetchTransport();
}
