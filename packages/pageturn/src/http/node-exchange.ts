import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { isError } from "../errors/instance-of.ts";
import { compressedBound, decodeBody, isTooLarge, UndecodableError } from "./decode-body.ts";
import { abortFailure, attemptFailure, timeoutFailure, tooLargeFailure } from "./failures.ts";
import { type AttemptOptions, type HttpRequest, type HttpResponse, MAX_TIMER_MS } from "./transport.ts";

/** A chunk below this is copied: on its own it would cost more memory than it holds. */
const SMALL_BYTES = 4096;

const EMPTY = Buffer.alloc(0);

/** The chunks of a body in Node, in little more memory than they hold, however small a server makes them. */
export class ChunkList {
  readonly #chunks: Uint8Array[] = [];
  /** Where small chunks are copied to; those before `#filled` are in it. */
  #tail = EMPTY;
  #filled = 0;
  #size = 0;

  /** How many bytes there are. */
  get size(): number {
    return this.#size;
  }

  add(chunk: Uint8Array): void {
    this.#size += chunk.byteLength;
    // The only chunk of a small body is not copied.
    if (chunk.byteLength >= SMALL_BYTES || this.#chunks.length === 0) {
      this.#flush();
      this.#chunks.push(chunk);
      return;
    }
    if (this.#filled + chunk.byteLength > this.#tail.byteLength) {
      this.#flush();
      this.#tail = Buffer.allocUnsafe(16 * SMALL_BYTES);
    }
    this.#tail.set(chunk, this.#filled);
    this.#filled += chunk.byteLength;
  }

  /** All of them as one piece; a single chunk as it is, without a copy. */
  join(): Uint8Array {
    this.#flush();
    const [first] = this.#chunks;
    return this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks, this.#size);
  }

  #flush(): void {
    if (this.#filled === 0) return;
    this.#chunks.push(this.#tail.subarray(0, this.#filled));
    this.#tail = this.#tail.subarray(this.#filled);
    this.#filled = 0;
  }
}

/** A host that does not answer at all shows within seconds; `timeout` is for slow answers. */
const CONNECT_MS = 10_000;

/** What an exchange needs, and reports to. */
export interface ExchangeOptions extends AttemptOptions {
  readonly resolve: (response: HttpResponse) => void;
  readonly reject: (error: Error) => void;
}

/** `joinDuplicateHeaders` joins all but this one. */
function flatHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const cookies = headers["set-cookie"];
  // The cast: with it joined, every value is text.
  return (cookies === undefined ? headers : { ...headers, "set-cookie": cookies.join(", ") }) as Record<
    string,
    string
  >;
}

/** Whether a connection broke before any answer, in the words of Node and other runtimes. */
function isReset(error: unknown): boolean {
  return isError(error) && "code" in error && (error.code === "ECONNRESET" || error.code === "EPIPE");
}

/**
 * The module that speaks a protocol, loaded at the first request that needs it.
 *
 * An `import` of `node:http` looks at each of its members, and some of those (`WebSocket`) load all of Node's `fetch`: it takes
 * ten times as long.
 */
export function moduleOf(protocol: string): Pick<typeof import("node:http"), "request" | "Agent"> {
  return process.getBuiltinModule(protocol === "https:" ? "node:https" : "node:http");
}

/**
 * Ends a request whose connection is not made in time; `what` says so in the message. Returns the function that ends the
 * watch.
 */
export function limitConnecting(request: ClientRequest, what: string): () => void {
  const timer = setTimeout(() => {
    const error = new Error(`${what} within ${CONNECT_MS} ms`);
    request.destroy(Object.assign(error, { code: "ETIMEDOUT" }));
  }, CONNECT_MS);
  const stop = (): void => clearTimeout(timer);
  request.once("close", stop);
  return stop;
}

/** One attempt over `node:http`: gathers the response and watches time, size and signal. */
export class NodeExchange {
  readonly #request: HttpRequest;
  readonly #options: ExchangeOptions;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #chunks = new ChunkList();
  #failure: AbortController | undefined;
  #sent: ClientRequest | undefined;
  #response: IncomingMessage | undefined;
  #sizeLimit: number;
  #settled = false;

  constructor(request: HttpRequest, options: ExchangeOptions) {
    const { timeout, signal, maxResponseBytes } = options;
    this.#request = request;
    this.#options = options;
    this.#sizeLimit = maxResponseBytes;
    if (timeout > 0) this.#timer = setTimeout(this.#onTimeout, Math.min(timeout, MAX_TIMER_MS));
    if (signal?.aborted) this.#onAbort();
    else signal?.addEventListener("abort", this.#onAbort);
  }

  /**
   * Sends the request, unless the signal has fired before. `open` is called again, for a new connection, where the server has
   * closed the kept one.
   */
  start(open: (isFresh: boolean) => ClientRequest, isFresh = false): void {
    if (this.#settled) return;
    try {
      const sent = open(isFresh);
      this.#sent = sent;
      // The size of the headers is bounded, their number need not be: Node would leave out what comes after 1,000.
      sent.maxHeadersCount = 0;
      sent.on("response", this.#onResponse);
      sent.on("upgrade", this.#onUpgrade);
      sent.on("error", (error) => this.#onRequestError(error, { sent, open, isFresh }));
      sent.on("socket", (socket) => this.#watchConnect(sent, socket));
      sent.end(this.#request.body);
    } catch (error) {
      this.failWith(error);
    }
  }

  /** Ends the attempt with what an error of the network or of a program stands for. */
  failWith(cause: unknown): void {
    if (!this.#settled) this.#fail(attemptFailure(this.#request, cause));
  }

  /** Fires when the attempt fails. Most do without it. */
  get failure(): AbortSignal {
    this.#failure ??= new AbortController();
    return this.#failure.signal;
  }

  /** The connection is closed, since the rest of the answer may follow on it. */
  #fail(error: Error): void {
    if (!this.#settle()) return;
    this.#options.reject(error);
    this.#sent?.destroy();
    this.#failure?.abort();
  }

  #watchConnect(sent: ClientRequest, socket: Socket): void {
    const isTLS = "secureConnecting" in socket;
    // The connection of TLS in a tunnel is there already.
    if (!socket.connecting && !(isTLS && socket.secureConnecting)) return;
    const stop = limitConnecting(sent, `no connection to ${sent.host}`);
    socket.once(isTLS ? "secureConnect" : "connect", stop);
  }

  /**
   * A server may close a kept connection at the moment when the next request is written to it. Nothing was answered, so
   * the request is sent again at once, on a new connection. A failure there counts.
   */
  #onRequestError(
    error: Error,
    {
      sent,
      open,
      isFresh,
    }: { sent: ClientRequest; open: (isFresh: boolean) => ClientRequest; isFresh: boolean },
  ): void {
    if (this.#settled || sent !== this.#sent) return;
    const isStale = sent.reusedSocket && !isFresh && this.#response === undefined && isReset(error);
    if (isStale) this.start(open, true);
    else this.failWith(error);
  }

  readonly #onResponse = (response: IncomingMessage): void => {
    this.#response = response;
    const { headers } = response;
    if (headers["content-encoding"] !== undefined) {
      this.#sizeLimit = compressedBound(this.#options.maxResponseBytes);
    }
    response.on("error", (error) => this.failWith(error));
    // A HEAD states the length of a body that does not come.
    if (this.#request.method !== "HEAD" && Number(headers["content-length"]) > this.#sizeLimit) {
      this.#failTooLarge();
      return;
    }
    response.on("data", this.#onData);
    response.on("end", this.#onEnd);
  };

  /** Without this listener Node closes the connection and says nothing. */
  readonly #onUpgrade = (_response: IncomingMessage, socket: Duplex): void => {
    socket.destroy();
    this.failWith(new Error("the server switched to another protocol (status 101)"));
  };

  readonly #onData = (chunk: Uint8Array): void => {
    if (this.#chunks.size + chunk.byteLength > this.#sizeLimit) this.#failTooLarge();
    else this.#chunks.add(chunk);
  };

  readonly #onEnd = (): void => {
    // A server that answers early may never read the rest of the request: the connection would stay open for it.
    if (this.#sent?.writableFinished === false) this.#sent.destroy();
    try {
      const body = this.#chunks.join();
      const encoding = this.#response?.headers["content-encoding"];
      if (encoding === undefined) this.#succeed(body);
      else this.#decode(body, encoding);
    } catch (error) {
      // A body that is larger than a buffer of Node can be: thrown here, it would end the program.
      this.failWith(error);
    }
  };

  readonly #onTimeout = (): void => {
    this.#fail(timeoutFailure(this.#request, this.#options.timeout));
  };

  readonly #onAbort = (): void => {
    this.#fail(abortFailure(this.#request, this.#options.signal));
  };

  #decode(body: Uint8Array, encoding: string): void {
    const { maxResponseBytes } = this.#options;
    decodeBody(body, { encoding, maxBytes: maxResponseBytes }).then(
      // No encoding at all (`identity`) leaves what the bound for compressed bodies let through.
      (decoded) => (decoded.byteLength > maxResponseBytes ? this.#failTooLarge() : this.#succeed(decoded)),
      (error: unknown) => {
        if (isTooLarge(error)) this.#failTooLarge();
        else if (error instanceof UndecodableError) this.#succeed(new Uint8Array(0), error.message);
        else this.failWith(error);
      },
    );
  }

  #failTooLarge(): void {
    this.#fail(tooLargeFailure(this.#request, this.#options.maxResponseBytes));
  }

  #succeed(body: Uint8Array, undecodable?: string): void {
    if (!this.#settle()) return;
    const { statusCode: status = 0, headers = {} } = this.#response ?? {};
    const response = { status, headers: flatHeaders(headers), body };
    this.#options.resolve(undecodable === undefined ? response : { ...response, undecodable });
  }

  /** True for the first caller; nothing that comes later counts. */
  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    return true;
  }
}
