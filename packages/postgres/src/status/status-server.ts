import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { reasonOf, withinSeconds } from "../database/passing-failure.ts";
import type { Mirror } from "../mirror/mirror.ts";
import { type MirrorStatus, readStatus } from "./mirror-status.ts";
import { prometheusText } from "./prometheus.ts";
import { statusPage } from "./status-page.ts";

/** Options of {@link serveStatus}. */
export interface StatusServerOptions {
  readonly port: number;
  /** Default: `"127.0.0.1"`, so that other machines cannot read it. */
  readonly host?: string;
}

/** A server that shows how a mirror stands. */
export interface StatusServer {
  readonly url: string;
  close(): Promise<void>;
}

const TYPES = {
  html: "text/html; charset=utf-8",
  json: "application/json; charset=utf-8",
  text: "text/plain; version=0.0.4; charset=utf-8",
} as const;

/** After so many seconds without an answer of the database, a request is answered with 503. */
const READ_SECONDS = 10;

/**
 * Serves a page at `/`, its data at `/status.json`, and the metrics of Prometheus at `/metrics`. It only reads, and answers any other
 * path with 404. Throws if the port is taken.
 */
export async function serveStatus(
  mirror: Mirror,
  { port, host = "127.0.0.1" }: StatusServerOptions,
): Promise<StatusServer> {
  const read = oneAtATime(() => readStatus(mirror));
  const server = createServer((request, response) => {
    if (isLoopback(server) && !namesLoopback(request)) {
      // A page of another site can make its own name lead to this machine, and read what is answered there.
      send(response, { status: 403, type: "text", body: "Only for this machine: use http://localhost\n" });
      return;
    }
    // A promise that is rejected would end the process: of the mirror, not only of this request.
    answer(read, request).then(
      (sent) => send(response, sent),
      (error: unknown) => {
        send(response, {
          status: 503,
          type: "text",
          body: `The database cannot be read: ${reasonOf(error)}\n`,
        });
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    // Later, a connection that cannot be accepted is an error of the server. It goes on with the next one.
    server.on("error", reject);
    server.listen(port, host, resolve);
  });
  // The cast: a server that listens on a port has such an address.
  const { address, family, port: used } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${used}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What is under way already, or what begins. Requests to a database that does not answer are not heaped up. */
function oneAtATime<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  };
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[?::1\]?)$/i;

function isLoopback(server: Server): boolean {
  const address = server.address();
  return typeof address === "object" && address !== null && LOOPBACK.test(address.address);
}

function namesLoopback({ headers: { host = "" } }: IncomingMessage): boolean {
  return LOOPBACK.test(host.replace(/:\d+$/, ""));
}

/** What a request is answered with. */
interface Answer {
  readonly status: number;
  readonly type: keyof typeof TYPES;
  readonly body: string;
}

async function answer(
  read: () => Promise<MirrorStatus>,
  { method, url = "" }: IncomingMessage,
): Promise<Answer> {
  if (method !== "GET" && method !== "HEAD") return { status: 405, type: "text", body: "Only GET\n" };
  // Any text can be a target: `//` is not a URL, and a proxy sends a whole one.
  const { pathname } = URL.parse(url.startsWith("/") ? `http://localhost${url}` : url) ?? { pathname: null };
  if (pathname === "/") return { status: 200, type: "html", body: statusPage() };
  if (pathname !== "/status.json" && pathname !== "/metrics")
    return { status: 404, type: "text", body: "Not found\n" };
  const status = await withinSeconds(read(), READ_SECONDS);
  if (pathname === "/metrics") return { status: 200, type: "text", body: prometheusText(status.lists) };
  return { status: 200, type: "json", body: JSON.stringify(status) };
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, {
    "content-type": TYPES[type],
    "cache-control": "no-store",
    // The page has its style and program in itself, and loads nothing.
    "content-security-policy":
      "default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}
