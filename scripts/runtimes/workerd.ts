import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";

/** The path of the program for this system. */
const { default: program }: { default: string } = createRequire(import.meta.url)("workerd");
const LIMIT_MS = 120_000;

/** A Worker that runs. */
export interface StartedWorker {
  /** The JSON that it answers with at a path. Rejects where it does not start. */
  answer(path: string): Promise<unknown>;
  stop(): void;
}

export interface WorkerOptions {
  /** For its files. */
  readonly folder: string;
  /** What it gets as `env`. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts workerd with a Worker, one ES module. It may send requests to every host, this machine too. */
export async function startWorkerd(
  code: string,
  { folder, env = {} }: WorkerOptions,
): Promise<StartedWorker> {
  const bindings = Object.entries(env).map(([name, value]) => `(name = "${name}", text = "${value}")`);
  const worker = `modules = [(name = "main", esModule = embed "worker.js")], compatibilityDate = "2026-01-01"`;
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (${worker}, bindings = [${bindings.join(", ")}])),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);`;
  writeFileSync(join(folder, "worker.js"), code);
  writeFileSync(join(folder, "config.capnp"), config);
  const child = spawn(program, ["serve", "--control-fd=3", join(folder, "config.capnp")], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  const failed = new Promise<never>((_, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`workerd ended with ${code}`)));
  });
  failed.catch(() => undefined);
  const stop = () => child.kill("SIGKILL");
  // Its end is the end of the wait for its port, too.
  const limit = setTimeout(stop, LIMIT_MS);
  try {
    const port = await Promise.race([failed, portOf(child.stdio[3])]);
    return {
      answer: (path) => Promise.race([failed, answerOf(`http://127.0.0.1:${port}/${path}`)]),
      stop,
    };
  } catch (error) {
    stop();
    throw error;
  } finally {
    clearTimeout(limit);
  }
}

/** The JSON of a server that may be starting. */
async function answerOf(url: string): Promise<unknown> {
  const until = Date.now() + LIMIT_MS;
  for (;;) {
    try {
      const answer = await fetch(url);
      return await answer.json();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** The port on which workerd says that it listens. */
async function portOf(events: unknown): Promise<number> {
  if (!(events instanceof Readable)) throw new Error("workerd has no pipe for its events");
  for await (const line of createInterface(events)) {
    const { event, port }: { event: string; port?: number } = JSON.parse(line);
    if (event === "listen" && port !== undefined) return port;
  }
  throw new Error("workerd has not said on which port it listens");
}
