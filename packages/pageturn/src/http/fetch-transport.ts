import { APIError } from "../errors/api-error.ts";
import { abortFailure, timeoutFailure } from "./attempt-failure.ts";
import { connectionFailure } from "./connection-failure.ts";
import type { HttpRequest, HttpResponse } from "./http-message.ts";
import { readBody } from "./read-body.ts";
import { type AttemptOptions, MAX_TIMER_MS, type Transport } from "./transport.ts";

/** As much of `fetch` as is needed; every implementation of the standard fits. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Options of a {@link FetchTransport}. */
export interface FetchTransportOptions {
  /** Default: the global `fetch`, looked up at every attempt. */
  readonly fetch?: Fetch | undefined;
}

/**
 * Sends requests through `fetch`: for browsers and every runtime that is not Node, and for whoever brings
 * their own. Connections and proxies are the runtime's business.
 *
 * @example
 * ```ts
 * const transport = new FetchTransport({ fetch: (url, init) => fetch(url, { ...init, cache: "no-store" }) });
 * ```
 */
export class FetchTransport implements Transport {
  readonly #fetch: Fetch | undefined;

  constructor(options: FetchTransportOptions = {}) {
    this.#fetch = options.fetch;
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
      const fail = (error: APIError): void => {
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
        (error: unknown) => fail(error instanceof APIError ? error : connectionFailure(request, error)),
      );
    });
  }

  async close(): Promise<void> {}

  async #exchange(
    request: HttpRequest,
    options: AttemptOptions & { signal: AbortSignal },
  ): Promise<HttpResponse> {
    const { signal } = options;
    const { method, url, headers, body } = request;
    // Not stored at construction: instrumentation replaces the global one later.
    const fetch = this.#fetch ?? globalThis.fetch;
    const response = await fetch(url, { method, headers, body, signal, redirect: "manual" });
    // A browser hides a redirect's status and headers: it shows 0, and none.
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await readBody(response, { request, signal, maxResponseBytes: options.maxResponseBytes }),
    };
  }
}
