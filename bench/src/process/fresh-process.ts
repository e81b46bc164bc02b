import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import type { Job, Measured } from "./job.ts";

const src = join(import.meta.dirname, "..");
const programs = join(src, "../build");
const RUNNER = "process/run-contender.ts";
/** Bash asks the system what a process and its threads took from the first moment to the last; a process cannot. */
const TIMED = 'TIMEFORMAT="%R %U %S"; time "$@"';

/**
 * Compiles the files of contenders to JavaScript, one file for each and packages left out: a fresh process would spend
 * more on stripping types than on a short walk.
 */
export async function buildPrograms(files: readonly string[]): Promise<void> {
  await build({
    entryPoints: [RUNNER, ...files].map((file) => join(src, file)),
    outdir: programs,
    outbase: src,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: `node${process.versions.node}`,
  });
}

function program(file: string): string {
  return join(programs, file.replace(/\.ts$/, ".js"));
}

/** Runs a contender in a fresh process. Its time is that from its start to its end, or that of the walk after the warm-up. */
export async function runProgram(file: string, job: Job): Promise<Measured> {
  const contender = pathToFileURL(program(file)).href;
  const command = [process.execPath, program(RUNNER), contender, JSON.stringify(job)];
  const { stdout, stderr } = await promisify(execFile)("bash", ["--norc", "-c", TIMED, "bash", ...command], {
    // No NODE_OPTIONS, compile cache or proxy of the user; and a point in the figures.
    env: { PATH: process.env["PATH"], LC_ALL: "C" },
  });
  const measured: Measured = JSON.parse(stdout);
  if (job.warmUp) return measured;
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = stderr.trim().split(" ").map(Number);
  return { ...measured, wallMs: wall * 1000, cpuMs: (user + system) * 1000 };
}
