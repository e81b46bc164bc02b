import { existsSync } from "node:fs";
// The global one of Jest with jsdom returns a number, which has no unref().
import { setTimeout } from "node:timers";
import { Worker, type WorkerOptions } from "node:worker_threads";
import { isError } from "../errors/instance-of.ts";
import { missingFile } from "../errors/missing-file.ts";
import { threadFailure } from "../errors/no-permission.ts";
import { ConfigurationError } from "../errors/pageturn-error.ts";
import type { ListChange } from "./data/list-changes.ts";
import type { FaultScript } from "./faults/fault-script.ts";
import type { LoggedRequest } from "./request-log.ts";
import {
  checkChange,
  checkScriptFor,
  type MockServerOptions,
  type ServerConfig,
  serverConfig,
} from "./server-config.ts";

/** A running mock server. */
export interface MockServer extends AsyncDisposable {
  /** The base URL, without a slash at the end: `http://127.0.0.1:40123`. */
  readonly url: string;
  /** The key that the server accepts; an empty string if it accepts any. */
  readonly apiKey: string;
  /**
   * Returns the requests so far, in order of arrival. If the log dropped old ones, the first `number` is above
   * 1.
   */
  requests(): Promise<readonly LoggedRequest[]>;
  /** Removes the requests so far from the log. Their numbers are not used again. */
  clearRequests(): Promise<void>;
  /**
   * Replaces the script: it is played from its first step, beginning with the next request. `[]` stops all
   * faults.
   *
   * @throws ConfigurationError if the script is invalid.
   */
  setScript(script: FaultScript): Promise<void>;
  /**
   * Changes the items of the list with a path: `mutate("/v1/models", { remove: [id] })`. Requests from then on see the
   * change.
   *
   * @throws ConfigurationError if no list has the path or an id was never in it. Then nothing changes.
   */
  mutate(path: string, change: ListChange): Promise<void>;
  /** Closes all connections and ends the thread. Further calls have no effect. */
  close(): Promise<void>;
}

/**
 * Starts a mock server on 127.0.0.1. It serves the lists of the Anthropic API over real HTTP and follows the
 * rules of the API. It runs in its own thread, so a sync client can call it from the thread that started it,
 * and it does not keep the process alive. Its responses depend only on its options and the requests.
 *
 * @throws ConfigurationError if an option does not exist or cannot be used.
 *
 * @example
 * ```ts
 * import { startMockServer } from "pageturn/testing";
 *
 * await using server = await startMockServer({ items: { models: 45 } });
 * const response = await fetch(`${server.url}/v1/models?limit=20`, {
 *   headers: { "x-api-key": server.apiKey, "anthropic-version": "2023-06-01" },
 * });
 * const { data, has_more } = await response.json();
 * console.log(data.length, has_more); // 20 true
 *
 * const [request] = await server.requests();
 * console.log(request?.path, request?.params); // /v1/models { limit: "20" }
 * ```
 */
export async function startMockServer(options: MockServerOptions = {}): Promise<MockServer> {
  const config = serverConfig(options);
  const thread = new ServerThread(config);
  const url = await thread.url;
  const close = () => thread.close();
  return {
    url,
    apiKey: config.apiKey ?? "",
    requests: () => thread.call({ command: "requests" }),
    clearRequests: async () => {
      await thread.call({ command: "clear" });
    },
    setScript: async (script) => {
      checkScriptFor(config, script);
      await thread.call({ command: "script", script });
    },
    mutate: async (path, change) => {
      if (typeof path !== "string")
        throw new ConfigurationError(
          `Cannot mutate a list as its path must be text: it is of type ${typeof path}`,
        );
      checkChange(change);
      await thread.call({ command: "mutate", path, change });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What the calling thread asks the server thread to do. */
export type ServerCommand =
  | { readonly command: "requests" }
  | { readonly command: "clear" }
  | { readonly command: "script"; readonly script: FaultScript }
  | { readonly command: "mutate"; readonly path: string; readonly change: ListChange }
  | { readonly command: "close" };

/** What the server thread starts with. */
export interface ServerStart {
  readonly config: ServerConfig;
  /** Becomes 1 when the server is closed, so that a busy thread notices it. */
  readonly closing: SharedArrayBuffer;
}

/** A command, with the number that its reply repeats. */
export interface ServerCall {
  readonly call: number;
  readonly command: ServerCommand;
}

/** A message of the server thread. */
export type ServerReply =
  | { readonly kind: "ready"; readonly url: string }
  | { readonly kind: "done"; readonly call: number; readonly requests: readonly LoggedRequest[] }
  | { readonly kind: "failed"; readonly call: number; readonly message: string };

interface Pending {
  resolve(requests: readonly LoggedRequest[]): void;
  reject(error: Error): void;
}

/** The flags with which Yarn Plug'n'Play makes a program find its packages; none without it. */
function plugAndPlayFlags(): string[] {
  if (process.versions["pnp"] === undefined) return [];
  const given = [process.env["NODE_OPTIONS"] ?? "", ...process.execArgv].join(" ");
  const flags = given.matchAll(
    /(?:^| )(-r|--require|--import|--(?:experimental-)?loader)[= ]"?([^"]*?\.pnp\.(?:c?js|loader\.mjs))"?(?= |$)/g,
  );
  return Array.from(flags).flatMap(([, flag = "", file = ""]) => [flag, file]);
}

function startThread(file: URL, options: WorkerOptions): Worker {
  try {
    return new Worker(file, options);
  } catch (cause) {
    throw threadFailure(cause, { what: "the mock server" });
  }
}

/** The calling thread's end of the server thread. It keeps the process alive only while a call is pending. */
class ServerThread {
  readonly url: Promise<string>;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;
  readonly #closing = new Int32Array(new SharedArrayBuffer(4));
  #closed: Promise<void> | null = null;
  #failure: Error | null = null;

  constructor(config: ServerConfig) {
    // The compiler rewrites import specifiers but not URLs. The thread is an ES module, also beside CommonJS.
    const here: string | undefined = import.meta.url;
    const name = `server-worker.${here?.endsWith(".ts") ? "ts" : "js"}`;
    // A bundle in CommonJS may have no URL of its own.
    const file = here === undefined ? undefined : new URL(`./${name}`, here);
    if (file === undefined || !existsSync(file)) throw missingFile(name);
    const start: ServerStart = { config, closing: this.#closing.buffer };
    // The caller's flags and environment (loaders, inspectors) must not reach this thread.
    const options: WorkerOptions = {
      workerData: start,
      execArgv: plugAndPlayFlags(),
      env: {},
      name: "pageturn mock server",
    };
    this.#worker = copying("options", () => startThread(file, options));
    this.url = new Promise((resolve, reject) => {
      this.#worker.on("message", (reply: ServerReply) => {
        if (reply.kind === "ready") {
          this.#worker.unref();
          resolve(reply.url);
        } else if (reply.kind === "done") this.#settle(reply.call, (call) => call.resolve(reply.requests));
        else this.#settle(reply.call, (call) => call.reject(new ConfigurationError(reply.message)));
      });
      this.#worker.on("error", (error) => {
        reject(error);
        this.#fail(error);
      });
      this.#worker.on("exit", () => this.#fail(new Error("The mock server is closed")));
    });
  }

  /** Rejects if the server is closed, its thread failed or the command cannot be copied. */
  call(command: ServerCommand): Promise<readonly LoggedRequest[]> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const call = ++this.#calls;
    const message: ServerCall = { call, command };
    return new Promise((resolve, reject) => {
      // First, because it throws for a script that cannot be copied, and a call without a reply would stay pending.
      copying(message.command.command, () => this.#worker.postMessage(message));
      this.#pending.set(call, { resolve, reject });
      this.#worker.ref();
    });
  }

  /** Resolves when the connections and the thread are closed. Further calls have no effect. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    if (this.#failure !== null) return;
    Atomics.store(this.#closing, 0, 1);
    // A thread that does not answer is ended all the same.
    await Promise.race([this.call({ command: "close" }), elapsed(CLOSE_MS)]);
    // Ended from this side: not every runtime gives a worker a `parentPort` that it can close.
    await this.#worker.terminate();
    this.#fail(new Error("The mock server is closed"));
  }

  #settle(call: number, settle: (pending: Pending) => void): void {
    const pending = this.#pending.get(call);
    this.#pending.delete(call);
    if (this.#pending.size === 0) this.#worker.unref();
    if (pending !== undefined) settle(pending);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const call of [...this.#pending.keys()]) this.#settle(call, (pending) => pending.reject(error));
  }
}

/**
 * How long the thread has for closing its connections, on a machine that is busy. Ending it in the middle of a computation can
 * take the process with it.
 */
const CLOSE_MS = 10_000;

function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

/** Copies `what` to the server thread. Throws `ConfigurationError` if it contains a value that cannot be copied. */
function copying<T>(what: string, copy: () => T): T {
  try {
    return copy();
  } catch (cause) {
    if (!(isError(cause) && cause.name === "DataCloneError")) throw cause;
    const reason = cause.message.replace(/\.$/, "");
    throw new ConfigurationError(
      `Cannot copy the ${what} of the mock server to its thread because ${reason}: use plain JSON`,
      { cause },
    );
  }
}
