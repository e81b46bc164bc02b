import { APIConnectionError, APIError, APIUserAbortError, requestName } from "../../errors/api-error.ts";
import { isError } from "../../errors/instance-of.ts";
import { ConfigurationError } from "../../errors/pageturn-error.ts";
import { assertSendable } from "../assert-sendable.ts";
import { timeoutFailure, tooLargeFailure, withAttempts } from "../failures.ts";
import { nodeRemedy } from "../node-condition.ts";
import type { SendResult } from "../send.ts";
import { type HttpRequest, type HttpResponse, MAX_TIMER_MS } from "../transport.ts";
import {
  type BlockingTransport,
  block,
  type SyncExchange,
  type SyncSendOptions,
  type SyncTransportOptions,
} from "./blocking-transport.ts";

/**
 * Sends requests from a web worker by `XMLHttpRequest`, which can block there. One request travels at a time.
 *
 * @throws {@link ConfigurationError} at construction where the runtime has no way to wait for an answer.
 */
export class XHRTransport implements BlockingTransport {
  readonly retries = false;

  constructor({ asyncClient = "an async client", tls }: SyncTransportOptions = {}) {
    if (tls !== undefined)
      throw new ConfigurationError(
        `Cannot use the option tls as this runtime makes the connections itself: it needs Node.js${nodeRemedy()}`,
      );
    if (typeof XMLHttpRequest === "undefined" || "document" in globalThis)
      throw new ConfigurationError(
        "Cannot make a synchronous client as this runtime cannot wait for an answer: it needs Node.js, Bun, Deno or a web " +
          `worker. Use ${asyncClient}${nodeRemedy()}`,
      );
  }

  open(): void {}

  close(): void {}

  send(request: HttpRequest, options: SyncSendOptions): SendResult {
    assertSendable(request);
    const { attempts = 0, durationMs = 0 } = options.before ?? {};
    if (options.waitFirst) block(options.waitFirst);
    const start = performance.now() - durationMs;
    try {
      const response = attempt(request, options);
      return { response, url: request.url, retries: attempts, durationMs: performance.now() - start };
    } catch (error) {
      throw error instanceof APIError ? withAttempts(error, attempts + 1) : error;
    }
  }

  /** The request is sent by `wait()`: a request that blocks cannot travel while the caller works. */
  start(request: HttpRequest, options: SyncSendOptions): SyncExchange {
    assertSendable(request);
    let result: SendResult | null = null;
    let isCancelled = false;
    return {
      wait: () => {
        if (isCancelled && result === null)
          throw new APIUserAbortError(`${requestName(request)} was aborted by its caller.`, { request });
        result ??= this.send(request, options);
        return result;
      },
      cancel: () => {
        isCancelled = true;
      },
    };
  }
}

function attempt(request: HttpRequest, { timeout, maxResponseBytes }: SyncSendOptions): HttpResponse {
  const { method, url, headers, body } = request;
  const xhr = new XMLHttpRequest();
  xhr.open(method, url, false);
  xhr.responseType = "arraybuffer";
  xhr.timeout = Math.min(timeout, MAX_TIMER_MS);
  for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
  try {
    xhr.send(body);
  } catch (error) {
    if (isError(error) && error.name === "TimeoutError") throw timeoutFailure(request, timeout);
    // The message of the browser is left out: it has the URL, with what is secret in it.
    throw new APIConnectionError("the browser got no answer. Check the base URL, the network and CORS", {
      request,
    });
  }
  // As with `fetch`: the browser has followed it, and hides the answer that led away.
  if (xhr.responseURL !== "" && xhr.responseURL !== new URL(url).href.replace(/#.*/, ""))
    return { status: 0, headers: {}, body: new Uint8Array(0) };
  // The cast: the type of the response is set above.
  const bytes = new Uint8Array((xhr.response ?? new ArrayBuffer(0)) as ArrayBuffer);
  if (bytes.byteLength > maxResponseBytes) throw tooLargeFailure(request, maxResponseBytes);
  return { status: xhr.status, headers: headersIn(xhr.getAllResponseHeaders()), body: bytes };
}

/** The lines of `getAllResponseHeaders()`, whose names are in lower case. */
function headersIn(lines: string): Record<string, string> {
  const pairs = lines.split("\r\n").map((line) => /^([^:]+):\s*(.*)$/.exec(line));
  return Object.fromEntries(pairs.flatMap((pair) => (pair === null ? [] : [[pair[1] ?? "", pair[2] ?? ""]])));
}
