import { APIConnectionError, APIUserAbortError } from "../../errors/api-error.ts";
import { ConfigurationError } from "../../errors/pageturn-error.ts";
import { assertSendable, type SendResult } from "../send.ts";
import { type HttpRequest, requestName } from "../transport.ts";
import { type Caller, fromFailure } from "./failure.ts";
import { SyncBridge } from "./sync-bridge.ts";
import type { SyncOutcome, SyncSendOptions } from "./sync-protocol.ts";

function notHere(why: string, cause?: unknown): ConfigurationError {
  return new ConfigurationError(`The synchronous client ${why}`, cause === undefined ? undefined : { cause });
}

/** The worker's file, beside this one: `.ts` in the source, `.js` where it was built. */
function workerEntry(): URL {
  const own = import.meta.url;
  try {
    return new URL(own.endsWith(".ts") ? "./sync-worker.ts" : "./sync-worker.js", own);
  } catch (cause) {
    throw notHere(
      "cannot find its own files. Tell the bundler to leave the package pageturn as it is.",
      cause,
    );
  }
}

/**
 * Starts the worker that carries synchronous requests.
 *
 * @throws {@link ConfigurationError} where there is no Node, or a bundler has left the worker's file out.
 */
export function startSyncWorker(): SyncBridge {
  // Not by an import: bundlers for browsers would stumble over it, though nobody calls this there.
  const builtin = typeof process === "undefined" ? undefined : process.getBuiltinModule;
  if (builtin === undefined) {
    throw notHere(
      "needs Node.js 20.16 or newer: no other runtime can wait for an answer. Use AsyncAnthropic.",
    );
  }
  const entry = workerEntry();
  if (entry.protocol === "file:" && !builtin("node:fs").existsSync(entry)) {
    throw notHere(
      `cannot find its worker at ${entry.href}. Tell the bundler to leave the package pageturn as it is, ` +
        "or use AsyncAnthropic.",
    );
  }
  return new SyncBridge(builtin("node:worker_threads"), { entry });
}

export type { SyncSendOptions } from "./sync-protocol.ts";

/** A request that travels while the caller works. */
export interface SyncExchange {
  /** Blocks until the answer is there. Throws what `send` rejects with. May be called again. */
  wait(): SendResult;
  /** Gives the request up, unless its answer has been taken. A `wait()` after it throws `APIUserAbortError`. */
  cancel(): void;
}

/** One worker for all clients of this thread: it holds the connections that they share. */
let shared: SyncBridge | undefined;
let lastId = 0;

function bridge(): SyncBridge {
  if (shared === undefined || shared.ended) shared = startSyncWorker();
  return shared;
}

function workerGone(request: HttpRequest): APIConnectionError {
  return new APIConnectionError(
    `${requestName(request)} failed: the worker thread that carries synchronous requests has ended or hangs. ` +
      "Send it again: the next request starts a new one.",
    { request },
  );
}

class Exchange implements SyncExchange {
  readonly bridge: SyncBridge;
  readonly id: number;
  readonly #request: HttpRequest;
  #outcome: SyncOutcome | undefined;
  #taken = false;
  #cancelled = false;

  constructor(request: HttpRequest, options: SyncSendOptions) {
    const { timeout, maxRetries, maxResponseBytes, waitFirst } = options;
    // Here too, as the worker gets a copy: what cannot be copied is found first.
    assertSendable(request);
    this.#request = request;
    this.bridge = bridge();
    lastId += 1;
    this.id = lastId;
    this.bridge.send(this.id, request, { timeout, maxRetries, maxResponseBytes, waitFirst });
  }

  wait(caller: Caller = this.wait): SendResult {
    if (!this.#taken && !this.#cancelled) {
      this.#outcome = this.bridge.take(this.id);
      this.#taken = true;
      abandoned.unregister(this);
    }
    const outcome = this.#outcome;
    if (outcome && "result" in outcome) return outcome.result;
    if (outcome) throw fromFailure(outcome.failure, caller);
    const error = this.#cancelled ? cancelled(this.#request) : workerGone(this.#request);
    throw error;
  }

  cancel(): void {
    if (this.#taken || this.#cancelled) return;
    this.#cancelled = true;
    abandoned.unregister(this);
    this.bridge.cancel(this.id);
  }
}

function cancelled(request: HttpRequest): APIUserAbortError {
  return new APIUserAbortError(`${requestName(request)} was given up by its caller.`, { request });
}

/**
 * Sends a request like `send()` and blocks this thread until it is answered.
 *
 * @throws what `send()` rejects with: same classes, same messages, with a stack that begins at the caller's
 * line; {@link ConfigurationError} where there is no Node.
 */
export function sendSync(request: HttpRequest, options: SyncSendOptions): SendResult {
  return new Exchange(request, options).wait(sendSync);
}

/** Sends a request and returns at once: it travels while the caller works, until `wait()` asks for it. */
export function startSync(request: HttpRequest, options: SyncSendOptions): SyncExchange {
  const exchange = new Exchange(request, options);
  const { bridge, id } = exchange;
  abandoned.register(exchange, () => bridge.cancel(id), exchange);
  return exchange;
}

/**
 * Gives up the answers that nobody can ask for any more: those of walks that were dropped, not left. It knows only those
 * which are still to come: a program that never yields would gather all the others here.
 */
const abandoned = new FinalizationRegistry<() => void>((cancel) => cancel());

/** Closes the worker's idle connections, and the busy ones once they are idle. A later request works again. */
export function closeSync(): void {
  if (shared === undefined || shared.ended) return;
  lastId += 1;
  shared.post({ kind: "close", id: lastId });
  shared.take(lastId);
}
