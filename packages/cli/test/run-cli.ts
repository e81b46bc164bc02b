import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { COMPILE_CACHE, MAIN } from "../scripts/run-pageturn.ts";

export { build, MAIN } from "../scripts/run-pageturn.ts";

/** What a run left. */
export interface Run {
  /** As a shell shows it: 128 and the signal's number where one ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly input?: string | undefined;
  readonly cwd?: string | undefined;
  /** Of the terminal. Default: 100. */
  readonly columns?: number | undefined;
  /** Called with everything printed so far, whenever something is. */
  onOutput?(text: string, child: RunningProcess): void;
}

/** As much of a child process as the tests need. */
export interface RunningProcess {
  kill(signal: NodeJS.Signals): void;
  type(text: string): void;
}

/** The environment of a server: its URL and key. */
export function envOf({ url, apiKey }: { readonly url: string; readonly apiKey: string }): NodeJS.ProcessEnv {
  return { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: apiKey };
}

let home: string | undefined;

function plainEnv(env: NodeJS.ProcessEnv | undefined): NodeJS.ProcessEnv {
  home ??= mkdtempSync(join(tmpdir(), "pageturn-home-"));
  // No key, no colour and no profile of the user.
  return { PATH: process.env["PATH"], HOME: home, LANG: "C.UTF-8", ...COMPILE_CACHE, ...env };
}

/** Runs `pageturn ...args` in a pipe. */
export function runCLI(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return run(process.execPath, { args: [MAIN, ...args], options });
}

/** Expects that arguments are refused: by exit code 2 and one line on stderr, which has the message and is returned. */
export async function expectRefused(args: readonly string[], message: string): Promise<string> {
  const { code, stdout, stderr } = await runCLI(args);
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(/^error: [^\n]+\n$/),
  });
  expect(stderr).toContain(message);
  return stderr;
}

/** Runs `pageturn ...args` in a pseudo-terminal: what it shows is in `stdout`. */
export function runInTerminal(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return runCommandInTerminal([process.execPath, MAIN, ...args], options);
}

/** Runs a command in a pseudo-terminal. */
export function runCommandInTerminal(command: readonly string[], options: RunOptions = {}): Promise<Run> {
  const line = command.map(quoted).join(" ");
  return run("script", {
    args: ["-qec", `stty cols ${options.columns ?? 100}; exec ${line}`, "/dev/null"],
    options,
  });
}

/** Runs a line of a shell; `pageturn` is the command. */
export function runShell(line: string, options: RunOptions = {}): Promise<Run> {
  const script = `pageturn() { ${quoted(process.execPath)} ${quoted(MAIN)} "$@"; }\n${line}`;
  return run("bash", { args: ["-c", script], options });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function run(
  command: string,
  {
    args,
    options: { env, input, cwd, onOutput },
  }: { readonly args: readonly string[]; readonly options: RunOptions },
): Promise<Run> {
  const child = spawn(command, args, { cwd, env: plainEnv(env), stdio: "pipe", timeout: 200_000 });
  const running = {
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    type: (text: string) => child.stdin.write(text),
  };
  // A command that fails at once may end before it has read its input.
  child.stdin.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  // A terminal stays open, as a user would leave it.
  if (command !== "script" || input !== undefined) child.stdin.end(input);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
    onOutput?.(stdout + stderr, running);
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
    onOutput?.(stdout + stderr, running);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ code: signal === null ? code : 128 + constants.signals[signal], stdout, stderr });
    });
  });
}
