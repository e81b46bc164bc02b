import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

/** How a process ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run `pageturn`. */
export interface RunOptions {
  readonly cwd: string;
  /** The server that it calls. */
  readonly server: { readonly url: string; readonly apiKey: string };
  /** What comes before the program: options of Node. */
  readonly nodeOptions?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What is run instead of Node, with the arguments of Node. */
  readonly node?: string;
  /** Called with the process when it has begun. */
  onStart?(child: ChildProcess): void;
  /** Called with each piece of stderr. */
  onStderr?(text: string, child: ChildProcess): void;
}

/** Another Node, to test with: the oldest one that the command supports has to run a build (`PAGETURN_MAIN`). */
const NODE = process.env["PAGETURN_NODE"] ?? process.execPath;
const MAIN = process.env["PAGETURN_MAIN"] ?? join(import.meta.dirname, "../src/main.ts");

/** Runs `pageturn` as a process of its own until it ends. */
export function runPageturn(args: readonly string[], options: RunOptions): Promise<Ended> {
  const { cwd, server, nodeOptions = [], env = {}, node = NODE } = options;
  const child = spawn(node, [...nodeOptions, MAIN, ...args], {
    cwd,
    env: {
      PATH: process.env["PATH"],
      HOME: cwd,
      NO_PROXY: "127.0.0.1",
      ANTHROPIC_BASE_URL: server.url,
      ANTHROPIC_API_KEY: server.apiKey,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  options.onStart?.(child);
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    options.onStderr?.(text, child);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
