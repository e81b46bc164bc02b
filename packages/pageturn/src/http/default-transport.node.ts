import type { Transport } from "./transport.ts";
import { UndiciTransport } from "./undici-transport.ts";

/** The transport for Node: undici, with kept-alive connections and the proxies of the environment. */
export function defaultTransport(): Transport {
  return new UndiciTransport();
}
