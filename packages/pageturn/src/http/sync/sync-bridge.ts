import type { MessagePort, Worker } from "node:worker_threads";
import { isError } from "../../errors/instance-of.ts";
import type { HttpRequest } from "../transport.ts";
import {
  ENDED,
  HEARTBEAT,
  type NetworkSettings,
  REPLIES,
  type SyncCommand,
  type SyncOutcome,
  type SyncReply,
  type WorkerSetup,
} from "./sync-protocol.ts";

/** `process.getBuiltinModule`, passed by the caller: this file can be loaded in browsers too. */
export type Builtin = typeof process.getBuiltinModule;

/**
 * Those of the program's own Node flags that concern the network and that a worker takes. The others stay out: a
 * debugger, loaders, preloaded files. Some (`--use-openssl-ca`, `--tls-cipher-list`) hold for the whole process anyway.
 */
const NETWORK_FLAG =
  /^--(?:no-)?(?:use-system-ca|use-env-proxy|tls-(?:min|max)-v1\.\d|tls-keylog|max-http-header-size|insecure-http-parser)(?==|$)/;

/** The flags for the worker, each with its value: Node leaves `--name value` in two parts. */
export function networkFlags(execArgv: readonly string[]): string[] {
  return execArgv.flatMap((flag, at) => {
    // Node takes `_` for `-` in names.
    const dashed = flag.replace(/^--[^=]+/, (name) => name.replaceAll("_", "-"));
    if (!NETWORK_FLAG.test(dashed)) return [];
    const next = execArgv[at + 1];
    return dashed.includes("=") || next === undefined || next.startsWith("-")
      ? [dashed]
      : [`${dashed}=${next}`];
  });
}

/** What the program may have set by calls or flags: a worker starts with the defaults of Node. */
function networkSettings(builtin: Builtin): NetworkSettings {
  const dns = builtin("node:dns");
  const net = builtin("node:net");
  return {
    dnsResultOrder: dns.getDefaultResultOrder(),
    autoSelectFamily: net.getDefaultAutoSelectFamily(),
    autoSelectFamilyAttemptTimeout: net.getDefaultAutoSelectFamilyAttemptTimeout(),
  };
}

type SendCommand = Extract<SyncCommand, { kind: "send" }>;

/** What a {@link SyncBridge} starts. */
export interface SyncBridgeOptions {
  /** The program that the worker runs: text, or a file. */
  readonly code: string | URL;
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
  readonly #receive: typeof import("node:worker_threads").receiveMessageOnPort;
  readonly #lookMs: number;
  /** Undefined while a request is under way. */
  readonly #outcomes = new Map<number, SyncOutcome | undefined>();
  /** The headers posted last. The worker keeps them, and neither gets nor checks them again. */
  #headers: HttpRequest["headers"] | null = null;
  #ended = false;

  constructor(builtin: Builtin, options: SyncBridgeOptions) {
    const threads = builtin("node:worker_threads");
    const { port1, port2 } = new threads.MessageChannel();
    const network = networkSettings(builtin);
    const start = (execArgv: string[]): Worker =>
      new threads.Worker(options.code, {
        eval: typeof options.code === "string",
        name: "pageturn-sync",
        workerData: { port: port2, shared: this.#shared, network } satisfies WorkerSetup,
        transferList: [port2],
        // Proxies that are set later are seen too.
        env: threads.SHARE_ENV,
        execArgv,
        // It holds little more than the pages on their way; unbounded, its heap grows as large as the program's.
        resourceLimits: { maxYoungGenerationSizeMb: 4 },
      });
    this.#receive = threads.receiveMessageOnPort;
    this.#lookMs = (options.silenceMs ?? SILENCE_MS) / LOOKS;
    this.#port = port1;
    this.#worker = startWorker(start);
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
  send(
    { headers, ...request }: HttpRequest,
    command: Omit<SendCommand, "kind" | "request" | "headers">,
  ): void {
    this.#outcomes.set(command.id, undefined);
    this.#post({ kind: "send", ...command, request, headers: headers === this.#headers ? null : headers });
    this.#headers = headers;
  }

  /** Blocks until the reply to a request is there. Undefined where none can come, as the worker is gone. */
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

  /** Aborts a request; its reply is thrown away. */
  cancel(id: number): void {
    if (this.#outcomes.delete(id)) this.#post({ kind: "cancel", id });
  }

  /** Closes the idle connections of a pool, and the busy ones once they are idle; returns at once. */
  close(pool: number): void {
    this.#post({ kind: "close", pool });
  }

  /** Ends the worker and every connection with it. */
  end(): void {
    if (this.#ended) return;
    this.#drain();
    this.#ended = true;
    this.#port.close();
    void this.#worker.terminate();
  }

  #post(command: SyncCommand): void {
    this.#port.postMessage(command);
  }

  #drain(): void {
    for (let next = this.#receive(this.#port); next !== undefined; next = this.#receive(this.#port)) {
      const { id, outcome }: SyncReply = next.message;
      if (this.#outcomes.has(id)) this.#outcomes.set(id, outcome);
    }
  }
}

/** A flag that this version of Node takes for the program only must not keep the client from working. */
function startWorker(start: (execArgv: string[]) => Worker): Worker {
  try {
    return start(networkFlags(process.execArgv));
  } catch (error) {
    if (!(isError(error) && "code" in error && error.code === "ERR_WORKER_INVALID_EXEC_ARGV")) throw error;
    return start([]);
  }
}
