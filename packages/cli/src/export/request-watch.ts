import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest, IncomingMessage } from "node:http";

/** A request that was sent again. */
export interface Retry {
  /** The milliseconds since the attempt before it was answered or failed. */
  readonly waitMs: number;
  /** Whether that was answered with 429. */
  readonly isRateLimit: boolean;
}

/** The last attempt of a request. */
interface Attempt {
  readonly at: number;
  readonly status: number | undefined;
}

/** How many requests are remembered: more than are ever under way. */
const MOST_REQUESTS = 1000;

const [STARTED, ANSWERED, FAILED] = [
  "http.client.request.start",
  "http.client.response.finish",
  "http.client.request.error",
];

/**
 * Calls `onRetry` for each request of this process that is sent again. `node:http` tells when one is sent, answered or fails
 * (https://nodejs.org/api/diagnostics_channel.html#http). The pages of a list have different paths, so a path that is
 * requested again is that of a retry. Returns a function that ends the watch.
 */
export function watchRetries(onRetry: (retry: Retry) => void): () => void {
  const attempts = new Map<string, Attempt>();
  const ended = (request: ClientRequest, status: number | undefined) => {
    const key = keyOf(request);
    if (attempts.has(key)) attempts.set(key, { at: performance.now(), status });
  };
  const listeners: readonly (readonly [string, (message: unknown) => void])[] = [
    [
      STARTED,
      (message) => {
        const { request } = asMessage(message);
        if (request.method === "CONNECT") return;
        const key = keyOf(request);
        const before = attempts.get(key);
        if (before !== undefined)
          onRetry({ waitMs: performance.now() - before.at, isRateLimit: before.status === 429 });
        const [oldest] = attempts.size < MOST_REQUESTS ? [] : attempts.keys();
        if (oldest !== undefined) attempts.delete(oldest);
        attempts.set(key, { at: performance.now(), status: undefined });
      },
    ],
    [
      ANSWERED,
      (message) => {
        const { request, response } = asMessage(message);
        ended(request, response?.statusCode);
      },
    ],
    [
      FAILED,
      (message) => {
        const { request, error } = asMessage(message);
        const isAnswered = attempts.get(keyOf(request))?.status !== undefined;
        // A kept connection that the server has closed meanwhile: the client sends the request at once on a new one.
        if (request.reusedSocket && !isAnswered && isReset(error)) attempts.delete(keyOf(request));
        else ended(request, undefined);
      },
    ],
  ];
  for (const [name, listener] of listeners) subscribe(name, listener);
  return () => {
    for (const [name, listener] of listeners) unsubscribe(name, listener);
  };
}

function keyOf({ method, host, path }: ClientRequest): string {
  return `${method} ${host}${path}`;
}

function isReset(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ECONNRESET" || error.code === "EPIPE");
}

interface Message {
  readonly request: ClientRequest;
  readonly response?: IncomingMessage;
  readonly error?: unknown;
}

/** The cast: the messages of a channel have no type, and Node documents these. */
function asMessage(message: unknown): Message {
  return message as Message;
}
