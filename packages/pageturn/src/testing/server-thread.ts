import { Worker } from "node:worker_threads";
import type { LoggedRequest } from "./logged-request.ts";
import type { ServerConfig } from "./server-config.ts";
import type { ServerCall, ServerCommand, ServerReply } from "./server-message.ts";

interface Pending {
  resolve(requests: readonly LoggedRequest[]): void;
  reject(error: Error): void;
}

/** The calling thread's end of the server thread. It keeps the process alive only while a call waits. */
export class ServerThread {
  readonly url: Promise<string>;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;
  #failure: Error | null = null;

  constructor(config: ServerConfig) {
    // The compiler rewrites import specifiers but not URLs, so the extension follows this file's own.
    const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
    const file = new URL(`./server-worker.${extension}`, import.meta.url);
    // Flags and environment of the caller (loaders, inspectors) are not for this thread.
    this.#worker = new Worker(file, {
      workerData: config,
      execArgv: [],
      env: {},
      name: "pageturn mock server",
    });
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

  /** Rejects where the server is closed or its thread failed. */
  call(command: ServerCommand): Promise<readonly LoggedRequest[]> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const call = ++this.#calls;
    const message: ServerCall = { call, command };
    return new Promise((resolve, reject) => {
      this.#pending.set(call, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage(message);
    });
  }

  /** Waits until the thread is gone. */
  async close(): Promise<void> {
    if (this.#failure !== null) return;
    const exited = new Promise((resolve) => this.#worker.once("exit", resolve));
    await this.call({ command: "close" });
    this.#worker.ref();
    await exited;
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
