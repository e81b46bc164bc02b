import { ConfigurationError } from "../errors/pageturn-error.ts";
import { FetchTransport } from "./fetch-transport.ts";
import { nodeRemedy } from "./node-condition.ts";
import type { BlockingTransport, SyncTransportOptions } from "./sync/blocking-transport.ts";
import { XHRTransport } from "./sync/xhr-transport.ts";
import { noTracing, type Tracing } from "./tracing.ts";
import type { ConnectionOptions, Transport } from "./transport.ts";

/**
 * The transport for browsers, workers and every runtime that is not Node: the global `fetch`.
 *
 * @throws {@link ConfigurationError} for options of connections, which are up to the runtime here.
 */
export function defaultTransport({ agent, tls }: ConnectionOptions = {}): Transport {
  if (agent === undefined && tls === undefined) return new FetchTransport();
  const name = agent === undefined ? "tls" : "agent";
  throw new ConfigurationError(
    `Cannot use the option ${name} as this runtime makes the connections itself: it needs Node.js${nodeRemedy()}`,
  );
}

/**
 * The transport of the sync clients outside of Node: `XMLHttpRequest` in a web worker.
 *
 * @throws {@link ConfigurationError} where the runtime cannot wait for an answer, and for certificates.
 */
export function blockingTransport(options: SyncTransportOptions = {}): BlockingTransport {
  return new XHRTransport(options);
}

let decoder: TextDecoder | undefined;

/** Reads texts. The decoder is made when it is needed, as the module has to load where the global is missing: in Jest with jsdom. */
export const utf8 = {
  decode(bytes: Uint8Array): string {
    decoder ??= new TextDecoder();
    return decoder.decode(bytes);
  },
};

/** Only Node has channels for subscribers. */
export const tracing: Tracing = noTracing;
