import type { FailedRequest } from "../errors/api-error.ts";
import { ConfigurationError } from "../errors/pageturn-error.ts";
import { abortFailure, attemptFailure, decodingFault, timeoutFailure, tooLargeFailure } from "./failures.ts";
import { nodeRemedy } from "./node-condition.ts";
import {
  type AttemptOptions,
  type HttpRequest,
  type HttpResponse,
  MAX_TIMER_MS,
  type Transport,
} from "./transport.ts";

/** The chunks of a body as one piece of `size` bytes. */
function joinChunks(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const body = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return body;
}

interface ReadBodyOptions {
  readonly request: FailedRequest;
  readonly signal: AbortSignal;
  readonly maxResponseBytes: number;
}

/**
 * The body of a `fetch` response, read chunk by chunk, so that no more than the limit is ever held.
 *
 * @throws {@link APIResponseTooLargeError}; the stream is cancelled then, as it is when the signal fires.
 */
async function readBody(response: Response, options: ReadBodyOptions): Promise<Uint8Array> {
  const { request, signal, maxResponseBytes } = options;
  if (!response.body) return new Uint8Array(0);
  const reader = response.body.getReader();
  const cancel = (): void => {
    // Its failure says nothing new: the attempt has failed already.
    reader.cancel(signal.reason).catch(() => undefined);
  };
  if (signal.aborted) cancel();
  signal.addEventListener("abort", cancel);
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return joinChunks(chunks, size);
      size += value.byteLength;
      if (size > maxResponseBytes) {
        cancel();
        throw tooLargeFailure(request, maxResponseBytes);
      }
      chunks.push(value);
    }
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

/** The part of `fetch` that is needed; every implementation of the standard fits. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Options of a {@link FetchTransport}. */
export interface FetchTransportOptions {
  /** Default: the global `fetch`, looked up at every attempt. */
  readonly fetch?: Fetch | undefined;
  /** What is added to the options of every `fetch`. */
  readonly init?: object | undefined;
}

/**
 * Sends requests through `fetch`: in browsers and every runtime that is not Node, and where the caller passes a `fetch`.
 * Connections and proxies are up to the runtime.
 *
 * @example
 * ```ts
 * const transport = new FetchTransport({ fetch: (url, init) => fetch(url, { ...init, cache: "no-store" }) });
 * ```
 */
export class FetchTransport implements Transport {
  readonly #fetch: Fetch | undefined;
  readonly #init: object | undefined;

  constructor(options: FetchTransportOptions = {}) {
    this.#fetch = options.fetch;
    this.#init = options.init;
  }

  /** Sends one request. A `fetch` that ignores its signal, or never settles, does not hold this up. */
  attempt(request: HttpRequest, options: AttemptOptions): Promise<HttpResponse> {
    const { timeout, signal } = options;
    return new Promise((resolve, reject) => {
      const controller = new AbortController();
      let timer: ReturnType<typeof setTimeout> | undefined;
      const finish = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
      };
      const fail = (error: Error): void => {
        finish();
        reject(error);
        controller.abort(error);
      };
      const onAbort = (): void => fail(abortFailure(request, signal));
      if (signal?.aborted) {
        onAbort();
        return;
      }
      signal?.addEventListener("abort", onAbort);
      if (timeout > 0) {
        timer = setTimeout(() => fail(timeoutFailure(request, timeout)), Math.min(timeout, MAX_TIMER_MS));
      }
      this.#exchange(request, { ...options, signal: controller.signal }).then(
        (response) => {
          finish();
          resolve(response);
        },
        (error: unknown) => fail(attemptFailure(request, error)),
      );
    });
  }

  async close(): Promise<void> {}

  async #exchange(
    request: HttpRequest,
    options: AttemptOptions & { signal: AbortSignal },
  ): Promise<HttpResponse> {
    const { signal, maxResponseBytes } = options;
    const { method, url, headers, body } = request;
    // Not stored at construction: instrumentation replaces the global one later.
    const fetch: Fetch | undefined = this.#fetch ?? globalThis.fetch;
    if (fetch === undefined)
      throw new ConfigurationError(
        `Cannot send a request as this runtime has no fetch: pass the option fetch${nodeRemedy()}`,
      );
    const response = await fetch(url, { ...this.#init, method, headers, body, signal, redirect: "manual" });
    // A browser hides a redirect's status and headers: it shows 0, and none.
    const head = { status: response.status, headers: Object.fromEntries(response.headers) };
    try {
      return { ...head, body: await readBody(response, { request, signal, maxResponseBytes }) };
    } catch (error) {
      const undecodable = decodingFault(error);
      if (undecodable === null) throw error;
      return { ...head, body: new Uint8Array(0), undecodable };
    }
  }
}
