import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
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

/** What an exchange reports to. */
export interface ExchangeOptions extends AttemptOptions {
  readonly resolve: (response: HttpResponse) => void;
  readonly reject: (error: Error) => void;
}

function flatHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (typeof value === "string") flat[name] = value;
    else if (value !== undefined) flat[name] = value.join(", ");
  }
  return flat;
}

/**
 * One attempt on an undici dispatcher: gathers the response and watches time, size and signal.
 *
 * It is a dispatch handler, not `undici.request()` with an `AbortController`, because undici hands the
 * handler a means to abort anyway; the body needs no stream either.
 */
export class UndiciExchange implements Dispatcher.DispatchHandler {
  readonly #request: HttpRequest;
  readonly #options: ExchangeOptions;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #chunks = new ChunkList();
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: Record<string, string> = {};
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

  /** True once the attempt has its result: nothing needs to be sent any more. */
  get settled(): boolean {
    return this.#settled;
  }

  /** Ends the attempt with a failure; the connection is closed, since the rest of the answer may follow on it. */
  fail(error: Error): void {
    if (!this.#settle()) return;
    this.#options.reject(error);
    this.#controller?.abort(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // The attempt may have ended while its connection was being made.
    if (this.#settled) controller.abort(new Error("The attempt has ended."));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = flatHeaders(headers);
    if (this.#headers["content-encoding"] !== undefined) {
      this.#sizeLimit = compressedBound(this.#options.maxResponseBytes);
    }
    // A HEAD states the length of a body that does not come.
    if (this.#request.method !== "HEAD" && Number(headers["content-length"]) > this.#sizeLimit)
      this.#failTooLarge();
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (this.#chunks.size + chunk.byteLength > this.#sizeLimit) this.#failTooLarge();
    else this.#chunks.add(chunk);
  }

  onResponseEnd(): void {
    // undici frees the connection in an immediate that it schedules after this call. A next request before
    // that would open a second connection, and the two would take turns for ever.
    queueMicrotask(this.#finishSoon);
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: unknown): void {
    if (this.#settled) return;
    this.fail(attemptFailure(this.#request, error));
  }

  readonly #finishSoon = (): void => {
    setImmediate(this.#finish);
  };

  readonly #onTimeout = (): void => {
    this.fail(timeoutFailure(this.#request, this.#options.timeout));
  };

  readonly #onAbort = (): void => {
    this.fail(abortFailure(this.#request, this.#options.signal));
  };

  readonly #finish = (): void => {
    try {
      const body = this.#chunks.join();
      const encoding = this.#headers["content-encoding"];
      if (encoding === undefined) this.#succeed(body);
      else this.#decode(body, encoding);
    } catch (error) {
      // A body that is larger than a buffer of Node can be: thrown here, it would end the program.
      this.onResponseError(undefined, error);
    }
  };

  #decode(body: Uint8Array, encoding: string): void {
    const { maxResponseBytes } = this.#options;
    decodeBody(body, { encoding, maxBytes: maxResponseBytes }).then(
      // No encoding at all (`identity`) leaves what the bound for compressed bodies let through.
      (decoded) => (decoded.byteLength > maxResponseBytes ? this.#failTooLarge() : this.#succeed(decoded)),
      (error: unknown) => {
        if (isTooLarge(error)) this.#failTooLarge();
        else if (error instanceof UndecodableError) this.#succeed(new Uint8Array(0), error.message);
        else this.onResponseError(undefined, error);
      },
    );
  }

  #failTooLarge(): void {
    this.fail(tooLargeFailure(this.#request, this.#options.maxResponseBytes));
  }

  #succeed(body: Uint8Array, undecodable?: string): void {
    if (!this.#settle()) return;
    const response = { status: this.#status, headers: this.#headers, body };
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
