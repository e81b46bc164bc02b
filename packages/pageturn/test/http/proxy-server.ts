import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";

export interface ProxyServer {
  /** Without the login. */
  readonly url: string;
  readonly port: number;
  /** What the proxy was asked for: `CONNECT host:port` or `GET http://…`. */
  readonly asked: readonly string[];
  /** The `proxy-authorization` headers, decoded; empty text for none. */
  readonly logins: readonly string[];
  /** The headers of all requests, those of CONNECT too. */
  readonly headers: readonly Readonly<Record<string, unknown>>[];
  readonly sockets: ReadonlySet<Socket>;
  close(): Promise<void>;
}

/** How a proxy behaves. */
export interface ProxyServerOptions {
  /** The `user:password` that it asks for. */
  readonly login?: string;
  /** Answers every CONNECT with this instead of a tunnel: a status line and what follows it; empty text for nothing at all. */
  readonly refusal?: string;
  /** The status with which it says that a tunnel is made. Default `200 OK`. */
  readonly established?: string;
  /** The proxy itself is reached over TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

function loginOf({ headers }: IncomingMessage): string {
  const [, encoded = ""] = /^Basic (.*)$/.exec(headers["proxy-authorization"] ?? "") ?? [];
  return Buffer.from(encoded, "base64").toString();
}

/** Starts a small forward proxy on the loopback, for plain requests and for tunnels. */
export async function startProxyServer(options: ProxyServerOptions = {}): Promise<ProxyServer> {
  const { login = "", refusal, established = "200 OK", tls } = options;
  const asked: string[] = [];
  const logins: string[] = [];
  const headersSeen: IncomingMessage["headers"][] = [];
  const sockets = new Set<Socket>();
  const note = (incoming: IncomingMessage): boolean => {
    asked.push(`${incoming.method} ${incoming.url}`);
    logins.push(loginOf(incoming));
    headersSeen.push(incoming.headers);
    return login === "" || loginOf(incoming) === login;
  };
  const server = tls ? createSecureServer(tls) : createServer();
  server.on("request", (incoming, outgoing) => {
    const { method, url = "", headers } = incoming;
    if (!note(incoming)) {
      outgoing.writeHead(407, { "proxy-authenticate": "Basic" }).end("who are you?");
      return;
    }
    const onward = httpRequest(url, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.writeHead(502).end());
    incoming.pipe(onward);
  });
  server.on("connect", (incoming: IncomingMessage, socket: Socket) => {
    socket.on("error", () => undefined);
    const known = note(incoming);
    if (refusal === "") {
      // Otherwise it would not notice that the other side closes, and stay half open.
      socket.resume().on("end", () => socket.end());
      return;
    }
    if (refusal !== undefined || !known) {
      socket.end(
        refusal ?? "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n",
      );
      return;
    }
    const { hostname, port } = new URL(`http://${incoming.url}`);
    const onward = connect(Number(port), hostname.replace(/^\[(.*)\]$/, "$1"), () => {
      socket.write(`HTTP/1.1 ${established}\r\n\r\n`);
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
    socket.on("close", () => onward.destroy());
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http${tls ? "s" : ""}://127.0.0.1:${port}`,
    port,
    asked,
    logins,
    headers: headersSeen,
    sockets,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
