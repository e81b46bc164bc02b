import { Worker, type WorkerOptions } from "node:worker_threads";
import { ConfigurationError } from "../errors/pageturn-error.ts";
import type { FaultScript } from "./faults/fault-script.ts";
import type { LoggedRequest } from "./request-log.ts";
import type { ServerConfig } from "./server-config.ts";

/** What the calling thread asks the server thread to do. */
export type ServerCommand =
  | { readonly command: "requests" }
  | { readonly command: "clear" }
  | { readonly command: "script"; readonly script: FaultScript }
  | { readonly command: "close" };

/** A command, with the number that its reply repeats. */
export interface ServerCall {
  readonly call: number;
  readonly command: ServerCommand;
}

/** A message of the server thread. */
export type ServerReply =
  | { readonly kind: "ready"; readonly url: string }
  | { readonly kind: "done"; readonly call: number; readonly requests: readonly LoggedRequest[] };

interface Pending {
  resolve(requests: readonly LoggedRequest[]): void;
  reject(error: Error): void;
}

/** The calling thread's end of the server thread. It keeps the process alive only while a call is pending. */
export class ServerThread {
  readonly url: Promise<string>;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;
  #failure: Error | null = null;

  constructor(config: ServerConfig) {
    // The compiler rewrites import specifiers but not URLs, so the extension is that of this file.
    const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
    const file = new URL(`./server-worker.${extension}`, import.meta.url);
    // The caller's flags and environment (loaders, inspectors) must not reach this thread.
    const options: WorkerOptions = {
      workerData: config,
      execArgv: [],
      env: {},
      name: "pageturn mock server",
    };
    this.#worker = copying("options", () => new Worker(file, options));
    this.url = new Promise((resolve, reject) => {
      this.#worker.on("message", (reply: ServerReply) => {
        if (reply.kind === "ready") {
          this.#worker.unref();
          resolve(reply.url);
        } else this.#settle(reply.call, (call) => call.resolve(reply.requests));
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
      copying("script", () => this.#worker.postMessage(message));
      this.#pending.set(call, { resolve, reject });
      this.#worker.ref();
    });
  }

  /** Resolves when the connections and the thread are closed. */
  async close(): Promise<void> {
    if (this.#failure !== null) return;
    await this.call({ command: "close" });
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

/** Copies `what` to the server thread. Throws `ConfigurationError` if it contains a value that cannot be copied. */
function copying<T>(what: string, copy: () => T): T {
  try {
    return copy();
  } catch (cause) {
    const reason = (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, "");
    throw new ConfigurationError(
      `Cannot copy the ${what} of the mock server to its thread because ${reason}: use plain JSON`,
      { cause },
    );
  }
}
