import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";

/** What a request to the fault server looked like. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface FaultServer {
  readonly origin: string;
  /** The requests so far; `/log` answers with the same as JSON. */
  readonly requests: readonly SeenRequest[];
  /** How many connections were made so far. */
  connections(): number;
  /** How many of them are open. */
  open(): Promise<number>;
  close(): Promise<void>;
}

type Answer = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

const LIST = JSON.stringify({ data: [{ id: "a" }, { id: "ä" }], has_more: false });
const LARGE = JSON.stringify({ data: Array.from({ length: 20_000 }, (_, id) => ({ id })), has_more: false });

function raw(text: string, options: { readonly reset?: boolean } = {}): Answer {
  return (_, response) => {
    const { socket } = response;
    if (text === "") socket?.resetAndDestroy();
    else socket?.write(text, () => (options.reset === false ? undefined : socket.destroy()));
  };
}

function encoded(encoding: string, body: Uint8Array): Answer {
  return (_, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": encoding });
    response.end(body);
  };
}

function redirect(status: number): Answer {
  return (_, response, url) => {
    response.writeHead(status, { location: url.searchParams.get("to") ?? "/ok" }).end("moved");
  };
}

let zeros: Uint8Array | undefined;
function bomb(): Uint8Array {
  zeros ??= gzipSync(new Uint8Array(64 * 1024 * 1024));
  return zeros;
}

/** What stands at each path. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  "/ok": (_, response) => {
    response.writeHead(200, { "content-type": "application/json", "request-id": "req_1" }).end(LIST);
  },
  "/large": (_, response) => response.end(LARGE),
  "/long-header": (_, response, url) =>
    response.setHeader("x-long", "a".repeat(Number(url.searchParams.get("bytes") ?? 30_000))).end(LIST),
  "/empty": (_, response) => response.writeHead(204).end(),
  "/early-hints": (_, response) => {
    response.writeEarlyHints({ link: "</a>; rel=preload" });
    response.end(LIST);
  },
  "/gzip": encoded("gzip", gzipSync(LIST)),
  "/gzip-large": encoded("gzip", gzipSync(LARGE)),
  "/brotli": encoded("br", brotliCompressSync(LIST)),
  "/twice": encoded("gzip, br", brotliCompressSync(gzipSync(LIST))),
  "/identity": encoded("identity", Buffer.from(LARGE)),
  "/unknown-encoding": encoded("zstd-9", Buffer.from("abc")),
  "/bomb": (request, response, url) => encoded("gzip", bomb())(request, response, url),
  "/corrupt-gzip": encoded("gzip", Buffer.from("this is not gzip data")),
  "/cut-gzip": encoded("gzip", gzipSync(LARGE).subarray(0, 3000)),
  "/cut-brotli": encoded("br", brotliCompressSync(LARGE).subarray(0, 1000)),
  "/reset": raw(""),
  "/close-before": (_, response) => void response.socket?.end(),
  "/cut-headers": raw("HTTP/1.1 200 OK\r\ncontent-ty"),
  "/garbage": raw("I speak no HTTP\r\n\r\n"),
  "/cut-body": raw(`HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"data":[`),
  "/cut-chunks": raw(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{"data":[\r\n`),
  "/reset-body": (_, response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write('{"data":[', () => setImmediate(() => response.socket?.resetAndDestroy()));
  },
  "/never": () => undefined,
  "/half": (_, response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write('{"data":[');
  },
  "/trickle": (_, response) => {
    response.writeHead(200, { "content-length": "1000" });
    const drip = setInterval(() => response.write(" "), 5);
    response.on("close", () => clearInterval(drip));
  },
  // The first page at once, the second one after a while.
  "/slow-second": (_, response, url) => {
    const isFirst = url.searchParams.get("page") === null;
    const body = JSON.stringify({ data: [{ id: isFirst ? "a" : "b" }], next_page: isFirst ? "2" : null });
    setTimeout(() => response.end(body), isFirst ? 0 : 1000);
  },
  "/301": redirect(301),
  "/302": redirect(302),
  "/303": redirect(303),
  "/307": redirect(307),
  "/308": redirect(308),
};

/** Counts down `?fail=n` per key: the first n requests get the status `?status=`, the rest the list. */
function flaky(seen: Map<string, number>): Answer {
  return (_, response, url) => {
    const key = url.search;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    const fails = count <= Number(url.searchParams.get("fail"));
    if (fails && url.searchParams.has("reset")) response.socket?.resetAndDestroy();
    else if (fails) response.writeHead(Number(url.searchParams.get("status") ?? 503)).end("not now");
    else response.end(LIST);
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}

/** Starts a server on the loopback whose paths misbehave, each in its way. */
export async function startFaultServer(): Promise<FaultServer> {
  const requests: SeenRequest[] = [];
  const seen = new Map<string, number>();
  let connections = 0;
  let open = 0;
  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    const target = new URL(url, "http://loopback");
    if (target.pathname === "/log") {
      response.end(JSON.stringify({ requests, connections }));
      return;
    }
    requests.push({ method, url, headers, body: await readText(request) });
    response.setHeader("x-connections", connections);
    response.setHeader("x-open", open);
    const answer = target.pathname === "/flaky" ? flaky(seen) : ANSWERS[target.pathname];
    if (answer) answer(request, response, target);
    else response.writeHead(404).end("no such fault");
  });
  server.on("connection", (socket) => {
    connections += 1;
    open += 1;
    socket.on("close", () => {
      open -= 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    open: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
