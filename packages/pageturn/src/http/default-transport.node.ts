import { TextDecoder } from "node:util";
import { channelTracing } from "./channel-tracing.ts";
import { NodeTransport } from "./node-transport.ts";
import type { BlockingTransport, SyncTransportOptions } from "./sync/blocking-transport.ts";
import { SyncTransport } from "./sync/sync-transport.ts";
import type { Tracing } from "./tracing.ts";
import type { ConnectionOptions, Transport } from "./transport.ts";

/** The transport for Node: `node:http`, with kept-alive connections and the proxies of the environment. */
export function defaultTransport(options: ConnectionOptions = {}): Transport {
  return new NodeTransport(options);
}

/** The transport of the sync clients: a worker thread sends the requests, and the calling thread waits for it. */
export function blockingTransport(options: SyncTransportOptions = {}): BlockingTransport {
  return new SyncTransport(options);
}

/** Reads texts. Jest with jsdom has no global one. */
export const utf8 = new TextDecoder();

/** What tells subscribers of `node:diagnostics_channel` what the clients do. */
export const tracing: Tracing = channelTracing;
