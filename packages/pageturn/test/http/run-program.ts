import { type ExecFileException, execFile } from "node:child_process";

/** How a program has ended. */
export interface ProgramRun {
  /** -1 for a program that did not end by itself. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  /** What comes before the program: it may take long on a busy machine. */
  readonly prelude: string;
  readonly flags?: readonly string[];
  readonly env?: object;
}

const READY = "the program begins\n";
/** Shorter than the time a kept connection lives, and than the timeout of an attempt. */
const LIMIT_MS = 20_000;

/** Runs an ES module in a process of its own, which is killed where it does not end by itself. */
export function runProgram(
  program: string,
  { prelude, flags = [], env = {} }: ProgramOptions,
): Promise<ProgramRun> {
  // Written at once, also by a program that ends its process in its first line.
  const ready = `;(await import("node:fs")).writeSync(1, ${JSON.stringify(READY)});`;
  const args = [...flags, "--input-type=module", "-e", `${prelude}\n${ready}\n${program}`];
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const done = (error: ExecFileException | null, stdout: string, stderr: string): void => {
      clearTimeout(timer);
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, stdout: stdout.replace(READY, "").trim(), stderr });
    };
    const options = { env: { ...process.env, ...env }, timeout: 200_000 };
    const child = execFile(process.execPath, args, options, done);
    let printed = "";
    child.stdout?.on("data", (text: string) => {
      printed += text;
      if (printed.includes(READY)) timer ??= setTimeout(() => child.kill(), LIMIT_MS);
    });
  });
}
