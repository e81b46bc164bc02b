import type { SendOptions, SendResult } from "../send.ts";
import type { HttpRequest, TLSOptions } from "../transport.ts";

/** How a request is sent from a synchronous caller. There is no signal: its thread is blocked and could not fire it. */
export type SyncSendOptions = Omit<SendOptions, "signal" | "timing">;

/** What a transport that blocks has to know besides the requests. */
export interface SyncTransportOptions {
  /** The name of the client that does not block, for the error of a call that cannot block. */
  readonly asyncClient?: string | undefined;
  /** Certificates for https. */
  readonly tls?: TLSOptions | undefined;
}

/** A request that travels while the caller works. */
export interface SyncExchange {
  /** Blocks until the answer is there. Throws what `send` rejects with. May be called again. */
  wait(): SendResult;
  /** Aborts the request, unless its answer has been taken. A `wait()` after it throws `APIUserAbortError`. */
  cancel(): void;
}

/** Sends requests and blocks the calling thread until they are answered. */
export interface BlockingTransport {
  /** Whether `send()` makes all attempts, and `start()` too; else they make one, and the caller makes the others. */
  readonly retries: boolean;
  /** Gets ready for the first request. */
  open(): void;
  /** Sends a request like `send()` and blocks this thread until it is answered. */
  send(request: HttpRequest, options: SyncSendOptions): SendResult;
  /** Sends a request and returns at once, if requests can travel while the caller works. */
  start(request: HttpRequest, options: SyncSendOptions): SyncExchange;
  /** Closes the idle connections, and the busy ones once they are idle. A later request opens new ones. */
  close(): void;
}

/** Blocks the calling thread for `ms` milliseconds. */
export function block(ms: number): void {
  // A web worker has no `SharedArrayBuffer`, unless its site is isolated from others: then memory of WebAssembly is shared.
  const { buffer } =
    typeof SharedArrayBuffer === "undefined"
      ? new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
      : { buffer: new SharedArrayBuffer(4) };
  Atomics.wait(new Int32Array(buffer), 0, 0, ms);
}
