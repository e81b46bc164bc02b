import { ConfigurationError } from "../../errors/pageturn-error.ts";
import { portOf } from "../transport.ts";

/** The part of a `net.Server` that is looked at. */
interface ListeningServer {
  readonly listening: true;
  address(): unknown;
}

/** `0.0.0.0` as a target is this machine, too; `7f00:1` is how a URL writes the mapped `127.0.0.1`. */
const LOOPBACK =
  /^https?:\/\/(?:localhost|127(?:\.\d+){1,3}|0\.0\.0\.0|\[::1\]|\[::ffff:(?:127\.0\.0\.1|7f00:1)\])(?=[:/?#]|$)/i;

/**
 * Refuses a synchronous request to a server of the calling thread: that thread is blocked until the answer is there, so
 * the server could never send it, and the request would hang through all its timeouts and retries. What the runtime does not
 * list is not noticed: a server on which `unref()` was called, any server in Bun, and `Deno.serve()`.
 *
 * @throws {@link ConfigurationError} where a server of this thread listens on the loopback address and port of `url`.
 */
export function refuseOwnServer(
  url: string,
  { asyncClient = "an async client" }: { readonly asyncClient?: string | undefined } = {},
): void {
  if (!LOOPBACK.test(url)) return;
  const { hostname, port, protocol } = new URL(url);
  const wanted = portOf({ protocol, port });
  if (!ownServers().some((server) => listensOn(server, hostname, wanted)) || isClusterWorker()) return;
  throw new ConfigurationError(
    `Cannot send a synchronous request to ${hostname} port ${wanted} as a server of the same thread listens there: the ` +
      "call blocks the thread, so that server cannot answer. Move the server to a worker thread or another process, or " +
      `use ${asyncClient}`,
  );
}

/**
 * What to say about a server that does not answer in time, as it may be one of this thread that was not noticed; empty for another
 * host, and in Node.
 */
export function ownServerHint(url: string): string {
  const isNode = process.versions["bun"] === undefined && process.versions["deno"] === undefined;
  return LOOPBACK.test(url) && !isNode
    ? " A server of the same thread cannot answer, as the call blocks the thread: run it in a worker thread or another process."
    : "";
}

/** The TCP servers of this thread; none where the runtime does not list them. */
function ownServers(): ListeningServer[] {
  const handles: unknown = Reflect.get(process, "_getActiveHandles");
  const active: unknown = typeof handles === "function" ? handles.call(process) : [];
  return Array.isArray(active) ? active.filter(isListening) : [];
}

function isListening(handle: unknown): handle is ListeningServer {
  return (
    typeof handle === "object" &&
    handle !== null &&
    "listening" in handle &&
    handle.listening === true &&
    "address" in handle &&
    typeof handle.address === "function"
  );
}

function listensOn(server: ListeningServer, hostname: string, port: number): boolean {
  const bound = server.address();
  // A server on a pipe has a text for its address.
  if (typeof bound !== "object" || bound === null || !("port" in bound) || !("address" in bound))
    return false;
  if (bound.port !== port) return false;
  const address = String(bound.address).replace(/^::ffff:(?=\d)/i, "");
  // "::" takes IPv4 too, unless the server refuses it.
  if (hostname === "[::1]") return address === "::1" || address === "::";
  const wanted = /^127\./.test(hostname) ? hostname : "127.0.0.1";
  // Which of its addresses `localhost` means is up to the machine: name the other one to reach another program there.
  const isLocalhost = hostname === "localhost" && address === "::1";
  return address === "0.0.0.0" || address === "::" || address === wanted || isLocalhost;
}

/** The workers of a cluster share their ports: another process may answer. */
function isClusterWorker(): boolean {
  return Reflect.get(process.getBuiltinModule("node:cluster"), "isWorker") === true;
}
