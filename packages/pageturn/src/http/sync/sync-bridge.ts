import type { MessagePort, Worker } from "node:worker_threads";
import type { HttpRequest } from "../transport.ts";
import {
  ENDED,
  HEARTBEAT,
  REPLIES,
  type SyncCommand,
  type SyncOutcome,
  type SyncReply,
  type SyncSendOptions,
  type WorkerSetup,
} from "./sync-protocol.ts";

/** Node's `worker_threads`, which the caller brings: this file can be loaded everywhere. */
export type WorkerThreads = typeof import("node:worker_threads");

/** What a {@link SyncBridge} starts. */
export interface SyncBridgeOptions {
  /** The file that the worker runs. */
  readonly entry: URL;
  /** How long the worker may show no sign of life while the caller waits. Default: 30 seconds. */
  readonly silenceMs?: number | undefined;
}

const SILENCE_MS = 30_000;
/** The caller looks for the heartbeat this many times in the permitted silence. */
const LOOKS = 30;

/**
 * A worker thread, and the means to wait for its replies without an event loop.
 *
 * A worker that has died or hangs must not hold the caller for ever. One that ends says so in shared memory.
 * One that is killed or hangs is noticed by its heartbeat, also in shared memory. The silence is counted in
 * waits, not in time, so that a computer which was asleep does not look like a worker that hangs.
 */
export class SyncBridge {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #shared = new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT));
  readonly #receive: WorkerThreads["receiveMessageOnPort"];
  readonly #lookMs: number;
  /** Undefined while a request is under way. */
  readonly #outcomes = new Map<number, SyncOutcome | undefined>();
  /** The headers posted last. The worker keeps them, and neither gets nor checks them again. */
  #headers: HttpRequest["headers"] | null = null;
  #ended = false;

  constructor(threads: WorkerThreads, options: SyncBridgeOptions) {
    const { port1, port2 } = new threads.MessageChannel();
    const setup: WorkerSetup = { port: port2, shared: this.#shared };
    this.#receive = threads.receiveMessageOnPort;
    this.#lookMs = (options.silenceMs ?? SILENCE_MS) / LOOKS;
    this.#port = port1;
    this.#worker = new threads.Worker(options.entry, {
      name: "pageturn-sync",
      workerData: setup,
      transferList: [port2],
      // Proxies that are set later are seen too.
      env: threads.SHARE_ENV,
      // The program's own flags (a debugger, loaders, a preloaded file) are not for this worker.
      execArgv: [],
      // It holds little more than the pages on their way; unbounded, its heap grows as large as the program's.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    // Without a listener an error of the worker would end the whole program; the waiting caller gets it anyway.
    this.#worker.on("error", () => this.end());
    this.#worker.on("exit", () => this.end());
    this.#worker.unref();
    this.#port.unref();
  }

  /** True once no reply can come any more. */
  get ended(): boolean {
    return this.#ended || Atomics.load(this.#shared, ENDED) === 1;
  }

  /** Posts a request; returns at once. */
  send(id: number, { headers, ...request }: HttpRequest, options: SyncSendOptions): void {
    this.post({ kind: "send", id, request, headers: headers === this.#headers ? null : headers, options });
    this.#headers = headers;
  }

  /** Posts a command that is answered; returns at once. */
  post(command: SyncCommand): void {
    this.#outcomes.set(command.id, undefined);
    this.#port.postMessage(command);
  }

  /** Blocks until the command's reply is there. Undefined where none can come, as the worker is gone. */
  take(id: number): SyncOutcome | undefined {
    let beat = -1;
    for (let silent = 0; silent < LOOKS; ) {
      const ended = this.ended;
      const replies = Atomics.load(this.#shared, REPLIES);
      this.#drain();
      const outcome = this.#outcomes.get(id);
      if (outcome !== undefined || ended || !this.#outcomes.has(id)) {
        this.#outcomes.delete(id);
        return outcome;
      }
      if (Atomics.wait(this.#shared, REPLIES, replies, this.#lookMs) !== "timed-out") continue;
      const now = Atomics.load(this.#shared, HEARTBEAT);
      silent = now === beat ? silent + 1 : 0;
      beat = now;
    }
    this.end();
    return undefined;
  }

  /** Gives a command up; its reply is thrown away. */
  cancel(id: number): void {
    if (this.#outcomes.delete(id)) this.#port.postMessage({ kind: "cancel", id } satisfies SyncCommand);
  }

  /** Ends the worker and every connection with it. */
  end(): void {
    if (this.#ended) return;
    this.#drain();
    this.#ended = true;
    this.#port.close();
    void this.#worker.terminate();
  }

  #drain(): void {
    for (let next = this.#receive(this.#port); next !== undefined; next = this.#receive(this.#port)) {
      const { id, outcome }: SyncReply = next.message;
      if (this.#outcomes.has(id)) this.#outcomes.set(id, outcome);
    }
  }
}
