import { APIConnectionError, APIUserAbortError, requestName } from "../../errors/api-error.ts";
import { threadFailure } from "../../errors/no-permission.ts";
import { ConfigurationError } from "../../errors/pageturn-error.ts";
import { assertSendable } from "../assert-sendable.ts";
import type { SendResult } from "../send.ts";
import type { HttpRequest, TLSOptions } from "../transport.ts";
import type {
  BlockingTransport,
  SyncExchange,
  SyncSendOptions,
  SyncTransportOptions,
} from "./blocking-transport.ts";
import { ownServerHint, refuseOwnServer } from "./own-server.ts";
import { SyncBridge } from "./sync-bridge.ts";
import { type Caller, type Failure, fromFailure, type SyncOutcome } from "./sync-protocol.ts";
import { WORKER_CODE } from "./worker-code.ts";

/**
 * Starts the worker that sends synchronous requests.
 *
 * @throws {@link ConfigurationError} where there is no Node, or threads are forbidden.
 */
export function startSyncWorker({ asyncClient = "an async client" }: SyncTransportOptions = {}): SyncBridge {
  // Not by an import: bundlers for browsers would fail on it, though it is never called there.
  const builtin = typeof process === "undefined" ? undefined : process.getBuiltinModule;
  if (builtin === undefined) {
    throw new ConfigurationError(
      "Cannot start the synchronous client as it needs Node.js 20.16 or newer: no other runtime can wait for an " +
        `answer. Use ${asyncClient}`,
    );
  }
  try {
    return new SyncBridge(builtin, { code: WORKER_CODE });
  } catch (cause) {
    throw threadFailure(cause, { what: "the synchronous client", otherwise: `, or use ${asyncClient}` });
  }
}

/** One worker for all clients of this thread. */
let shared: SyncBridge | undefined;
let lastId = 0;

function bridge(options: SyncTransportOptions): SyncBridge {
  if (shared === undefined || shared.ended) shared = startSyncWorker(options);
  return shared;
}

function workerGone(request: HttpRequest): APIConnectionError {
  return new APIConnectionError(
    `${requestName(request)} failed: the worker thread that sends synchronous requests has ended or hangs. ` +
      "Send it again: the next request starts a new one.",
    { request },
  );
}

interface ExchangeInit {
  readonly bridge: SyncBridge;
  readonly pool: number;
  readonly options: SyncSendOptions;
  readonly tls: TLSOptions | undefined;
}

class Exchange implements SyncExchange {
  readonly bridge: SyncBridge;
  readonly id: number;
  readonly #request: HttpRequest;
  #outcome: SyncOutcome | undefined;
  #taken = false;
  #cancelled = false;

  constructor(request: HttpRequest, { bridge, ...command }: ExchangeInit) {
    this.#request = request;
    this.bridge = bridge;
    lastId += 1;
    this.id = lastId;
    bridge.send(request, { id: this.id, ...command });
  }

  wait(caller: Caller = this.wait): SendResult {
    if (!this.#taken && !this.#cancelled) {
      this.#outcome = this.bridge.take(this.id);
      this.#taken = true;
      abandoned.unregister(this);
    }
    const outcome = this.#outcome;
    if (outcome && "result" in outcome) return outcome.result;
    if (outcome) throw fromFailure(withHint(outcome.failure, this.#request), caller);
    throw this.#cancelled ? cancelled(this.#request) : workerGone(this.#request);
  }

  cancel(): void {
    if (this.#taken || this.#cancelled) return;
    this.#cancelled = true;
    abandoned.unregister(this);
    this.bridge.cancel(this.id);
  }
}

function withHint(failure: Failure, { url }: HttpRequest): Failure {
  if (failure.kind !== "APITimeoutError") return failure;
  return { ...failure, message: failure.message + ownServerHint(url) };
}

function cancelled(request: HttpRequest): APIUserAbortError {
  return new APIUserAbortError(`${requestName(request)} was aborted by its caller.`, { request });
}

/**
 * Aborts requests whose answers can no longer be taken: the walk was dropped without being left. Only requests under way are
 * registered: in a program that never yields, all others would stay here.
 */
const abandoned = new FinalizationRegistry<() => void>((cancel) => cancel());

/** Closes the pools of clients that were dropped without a `close()`. */
const dropped = new FinalizationRegistry<number>(closePool);

function closePool(pool: number): void {
  if (shared?.ended === false) shared.close(pool);
}

/**
 * Sends requests from a thread that blocks until they are answered, on connections of its own. All of them share the one
 * worker of this thread, which is started with the first request.
 */
export class SyncTransport implements BlockingTransport {
  readonly retries = true;
  readonly #options: SyncTransportOptions;
  /** The number of its pool on the worker; it has none before the first request. */
  #pool: number | undefined;

  constructor(options: SyncTransportOptions = {}) {
    this.#options = options;
  }

  /** Starts the worker ahead of the first request; does nothing where it runs. Throws like {@link SyncTransport.send}. */
  open(): void {
    bridge(this.#options);
  }

  /**
   * Sends a request like `send()` and blocks this thread until it is answered.
   *
   * @throws what `send()` rejects with: same classes, same messages, with a stack that begins at the caller's line;
   * {@link ConfigurationError} where there is no Node, or where the server runs on this very thread.
   */
  send(request: HttpRequest, options: SyncSendOptions): SendResult {
    return this.#exchange(request, options).wait(this.send);
  }

  /** Sends a request and returns at once: it travels while the caller works, until `wait()` is called. */
  start(request: HttpRequest, options: SyncSendOptions): SyncExchange {
    const exchange = this.#exchange(request, options);
    const { bridge, id } = exchange;
    abandoned.register(exchange, () => bridge.cancel(id), exchange);
    return exchange;
  }

  /** Closes the idle connections, and the busy ones once they are idle. A later request opens new ones. */
  close(): void {
    if (this.#pool !== undefined) closePool(this.#pool);
  }

  #exchange(request: HttpRequest, options: SyncSendOptions): Exchange {
    // Here too, as the worker gets a copy: what cannot be copied is found first.
    assertSendable(request);
    const running = bridge(this.#options);
    refuseOwnServer(request.url, this.#options);
    if (this.#pool === undefined) {
      lastId += 1;
      this.#pool = lastId;
      dropped.register(this, this.#pool);
    }
    return new Exchange(request, { bridge: running, pool: this.#pool, options, tls: this.#options.tls });
  }
}
