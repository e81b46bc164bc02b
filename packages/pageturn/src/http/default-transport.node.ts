import { NodeTransport } from "./node-transport.ts";
import type { ConnectionOptions, Transport } from "./transport.ts";

/** The transport for Node: `node:http`, with kept-alive connections and the proxies of the environment. */
export function defaultTransport(options: ConnectionOptions = {}): Transport {
  return new NodeTransport(options);
}
