import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
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

/** Another Node, to test with. */
const NODE = process.env["PAGETURN_NODE"] ?? process.execPath;
/** The command as it is published: a process that strips the types of its sources takes twice as long to start. */
export const MAIN = join(import.meta.dirname, "../bin/pageturn.js");

/** Compiled code of the command, which one run leaves to the next. */
export const COMPILE_CACHE = { NODE_COMPILE_CACHE: join(tmpdir(), "pageturn-compile-cache") };

let isBuilt = false;

/** Builds the library and the command, if a source is newer. */
export function build(): void {
  if (isBuilt) return;
  const args = [join(import.meta.dirname, "../../../scripts/build.ts"), "--if-stale"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`The command does not build:\n${stdout}${stderr}`);
  isBuilt = true;
}

/** Runs `pageturn` as a process of its own until it ends. */
export function runPageturn(args: readonly string[], options: RunOptions): Promise<Ended> {
  build();
  const { cwd, server, nodeOptions = [], env = {}, node = NODE } = options;
  const child = spawn(node, [...nodeOptions, MAIN, ...args], {
    cwd,
    env: {
      PATH: process.env["PATH"],
      HOME: cwd,
      ...COMPILE_CACHE,
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
