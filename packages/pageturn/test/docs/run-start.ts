import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { root } from "./all-snippets.ts";

/** What a run of `scripts/start.ts` left. */
export interface StartRun {
  /** As a shell shows it: 128 and the signal's number where one ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Called with everything printed so far, whenever something is. */
  onOutput?(stdout: string, child: StartedProcess): void;
}

/** As much of a child process as the tests need. */
export interface StartedProcess {
  kill(signal: NodeJS.Signals): void;
  closeStdout(): void;
}

/** Runs what `npm start -- ...args` runs, with no key and no colour in the environment but what `env` says. */
export function runStart(args: readonly string[], options: StartOptions = {}): Promise<StartRun> {
  const { PATH, SystemRoot } = process.env;
  const child = spawn(process.execPath, [join(root, "scripts/start.ts"), ...args], {
    cwd: root,
    env: { PATH, SystemRoot, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 200_000,
  });
  const started = {
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    closeStdout: () => child.stdout.destroy(),
  };
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    options.onOutput?.(stdout, started);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ code: signal === null ? code : 128 + constants.signals[signal], stdout, stderr });
    });
  });
}
