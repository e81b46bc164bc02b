import { type AddressInfo, createServer, type Socket } from "node:net";

/** One request on a connection of a {@link RawServer}. */
export interface RawRequest {
  readonly socket: Socket;
  /** The head as it arrived. */
  readonly head: string;
  /** Which connection it came on, from 1. */
  readonly connection: number;
  /** Which request of its connection it is, from 1. */
  readonly turn: number;
}

/** A server that writes the bytes of its answers itself. */
export interface RawServer {
  readonly origin: string;
  readonly port: number;
  /** The first lines of the requests so far, each after the number of its connection: `1 GET /a`. */
  readonly seen: readonly string[];
  readonly sockets: ReadonlySet<Socket>;
  close(): Promise<void>;
}

/** A response with this body. */
export function ok(body = "{}", headers = ""): string {
  return `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;
}

/**
 * Starts a server on the loopback that calls `answer` at the end of each request head. A request body is not read as one:
 * only the heads of requests without a body are counted right.
 */
export async function startRawServer(
  answer: (request: RawRequest) => void,
  options: { readonly host?: string; readonly allowHalfOpen?: boolean } = {},
): Promise<RawServer> {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ allowHalfOpen: options.allowHalfOpen ?? false }, (socket) => {
    connections += 1;
    const connection = connections;
    let turn = 0;
    let text = "";
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
        const head = text.slice(0, end);
        text = text.slice(end + 4);
        turn += 1;
        seen.push(`${connection} ${head.split(" HTTP/1.1")[0]}`);
        answer({ socket, head, connection, turn });
      }
    });
  });
  const { host = "127.0.0.1" } = options;
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    seen,
    sockets,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
