import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Mirror } from "../mirror/mirror.ts";
import { mirrorStatus } from "./mirror-status.ts";
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

/**
 * Serves a page at `/`, its data at `/status.json`, and the metrics of Prometheus at `/metrics`. It only reads, and answers any other
 * path with 404. Throws if the port is taken.
 */
export async function serveStatus(
  mirror: Mirror,
  { port, host = "127.0.0.1" }: StatusServerOptions,
): Promise<StatusServer> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    try {
      if (request.method !== "GET" && request.method !== "HEAD")
        return send(response, 405, "text", "Only GET\n");
      if (pathname === "/") return send(response, 200, "html", statusPage());
      if (pathname !== "/status.json" && pathname !== "/metrics")
        return send(response, 404, "text", "Not found\n");
      const status = mirrorStatus(await mirror.lists());
      if (pathname === "/metrics") return send(response, 200, "text", prometheusText(status));
      return send(response, 200, "json", JSON.stringify({ now: new Date(), lists: status }));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return send(response, 503, "text", `The database cannot be read: ${why}\n`);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
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

function send(response: ServerResponse, status: number, type: keyof typeof TYPES, body: string): void {
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
