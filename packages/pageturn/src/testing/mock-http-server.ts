import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { isError } from "../errors/instance-of.ts";
import { compressAnswer } from "./compress-answer.ts";
import type { ListChange } from "./data/list-changes.ts";
import { playConnectionFault } from "./faults/connection-fault.ts";
import type { FaultScript } from "./faults/fault-script.ts";
import { gzipBombAnswer } from "./faults/gzip-bomb.ts";
import { MockAPI, type Reply } from "./mock-api.ts";
import type { RequestLog } from "./request-log.ts";
import { readFullCatalog } from "./served-endpoints.ts";
import type { ServerConfig } from "./server-config.ts";

/** The HTTP server of the mock server: receives requests, and sends what the mock API answers. */
export class MockHTTPServer {
  readonly #config: ServerConfig;
  readonly #api: MockAPI;
  readonly #server: Server;

  constructor(config: ServerConfig) {
    this.#config = config;
    this.#api = new MockAPI(config, readFullCatalog());
    // An import of it would load the fetch of Node as well.
    const { createServer } = process.getBuiltinModule("node:http");
    this.#server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
      request.resume();
      guard(response, () => this.#serve(request, response));
    });
  }

  get log(): RequestLog {
    return this.#api.log;
  }

  /** Listens on a free port of the loopback address. Resolves with the base URL. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
    const address = this.#server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    return `http://127.0.0.1:${port}`;
  }

  /** Closes all connections, also those that wait for an answer. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Replaces the script. It is played from its first step. */
  play(script: FaultScript): void {
    this.#api.play(script);
  }

  /** Changes the items of a path. Throws `ConfigurationError` where that cannot be done. */
  mutate(path: string, change: ListChange): void {
    this.#api.mutate(path, change);
  }

  #serve({ method = "", url = "", headers }: IncomingMessage, response: ServerResponse): void {
    const reply = this.#api.receive({ method, target: url, headers });
    const accept = headers["accept-encoding"];
    const send = () => inTurn(response, (socket) => this.#send(response, socket, reply, accept));
    if (reply.delayMs === 0) send();
    // Unref'd, so that a pending answer does not delay `close()`.
    else setTimeout(send, reply.delayMs).unref();
  }

  #send(
    response: ServerResponse,
    socket: Socket,
    { answer: plain, fault, sending }: Reply,
    accept: unknown,
  ): void {
    const { compress: coding } = this.#config;
    const { headers } = plain;
    const bomb = fault.fault === "gzipBomb" ? gzipBombAnswer(fault) : null;
    const whole = bomb === null ? plain : { ...bomb, headers: { ...headers, ...bomb.headers } };
    const answer = coding === false ? whole : compressAnswer(whole, { coding, accept });
    sending(answer);
    if (playConnectionFault({ response, socket }, answer, fault)) return;
    response.writeHead(answer.status, { ...answer.headers, "content-length": answer.body.byteLength });
    response.end(answer.body);
  }
}

/**
 * Calls `send` with the connection of the response: at once, or after the response to the request before on the same
 * connection. Until then the response has no connection that a fault could close.
 */
function inTurn(response: ServerResponse, send: (socket: Socket) => void): void {
  const { socket } = response;
  if (socket !== null) guard(response, () => send(socket));
  // Node.js 20 and 22 close with FIN instead of RST while they emit the event.
  else response.once("socket", (late) => setImmediate(() => guard(response, () => send(late))));
}

/**
 * A script can contain a header that HTTP does not allow. This must close the connection, not end the server.
 */
function guard(response: ServerResponse, action: () => void): void {
  try {
    action();
  } catch (error) {
    response.destroy(isError(error) ? error : undefined);
  }
}
