import type { IncomingHttpHeaders } from "node:http";
import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { certificate } from "./certificates.ts";

export interface SecureServer {
  readonly origin: string;
  /** Of each request: its headers, whether its connection took up an earlier session, and who the client says it is. */
  readonly seen: readonly {
    readonly headers: IncomingHttpHeaders;
    readonly reused: boolean;
    readonly client: string;
  }[];
  /** How many connections are open. */
  open(): Promise<number>;
  close(): void;
}

/** Starts an https server with the certificate `server`; at `/close` it ends the connection. */
export async function startSecureServer(
  options: ServerOptions = {},
  host = "127.0.0.1",
): Promise<SecureServer> {
  const seen: SecureServer["seen"][number][] = [];
  const server = createServer({ ...certificate("server"), ...options }, (request, response) => {
    // The cast: each connection of this server is one of TLS.
    const socket = request.socket as TLSSocket;
    const client = String(socket.getPeerCertificate().subject?.CN);
    seen.push({ headers: request.headers, reused: socket.isSessionReused(), client });
    if (request.url === "/close") response.setHeader("connection", "close");
    response.end("{}");
  });
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  // The cast: a server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo;
  return {
    origin: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
    seen,
    open: () => new Promise((resolve) => server.getConnections((_, count) => resolve(count))),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
