import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A file of this folder tree; `name` is relative to `src`. */
function sourceFile(name: string): URL {
  return new URL(`../${name}`, import.meta.url);
}

/** A process that answers each message with one message. */
export class Child implements Disposable {
  readonly #process: ChildProcess;
  readonly #name: string;

  /** Starts `file`, relative to `src`. */
  constructor(file: string, ...args: readonly string[]) {
    this.#name = [file, ...args].join(" ");
    this.#process = fork(fileURLToPath(sourceFile(file)), args, {
      execArgv: ["--disable-warning=ExperimentalWarning"],
    });
  }

  /** Starts the process of a contender. */
  static contender(file: string): Child {
    return new Child("process/run-contender.ts", sourceFile(file).href);
  }

  /** The next message; `question`, where there is one, is sent before. */
  ask<A>(question?: object): Promise<A> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null) => reject(new Error(`${this.#name} ended with ${code}`));
      this.#process.once("exit", onExit);
      this.#process.once("message", (answer) => {
        this.#process.off("exit", onExit);
        // The cast: what the child sends is its own business.
        resolve(answer as A);
      });
      if (question !== undefined) this.#process.send(question);
    });
  }

  [Symbol.dispose](): void {
    this.#process.removeAllListeners();
    if (this.#process.connected) this.#process.disconnect();
  }
}
