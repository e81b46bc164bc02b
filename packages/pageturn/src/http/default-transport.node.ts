import { NodeTransport, type NodeTransportOptions } from "./node-transport.ts";
import type { Transport } from "./transport.ts";

/** The transport for Node: `node:http`, with kept-alive connections and the proxies of the environment. */
export function defaultTransport(options: NodeTransportOptions = {}): Transport {
  return new NodeTransport(options);
}
