import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll } from "vitest";
import { root } from "../docs/all-snippets.ts";
import { buildLibrary } from "../docs/build-library.ts";

const exe = process.platform === "win32" ? ".exe" : "";

/** The programs of runtimes, from npm packages. */
export const runtimes = {
  node24: join(root, `node_modules/node/bin/node${exe}`),
  node26: join(root, `runtimes/node-26/node_modules/node/bin/node${exe}`),
  bun: join(root, "node_modules/bun/bin/bun.exe"),
  deno: join(root, `node_modules/deno/deno${exe}`),
};

/** Makes a project with the built library for the tests of a file. Returns a function that runs a program in it, and returns what that prints. */
export function runtimeProject(): (
  program: string,
  runtime: keyof typeof runtimes,
  args: readonly string[],
) => Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "pageturn-runtime-"));
  beforeAll(() => {
    buildLibrary();
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(join(root, "packages/pageturn"), join(folder, "node_modules/pageturn"), "junction");
    writeFileSync(join(folder, "package.json"), "{}");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return async (program, runtime, args) => {
    const file = join(folder, "program.mjs");
    writeFileSync(file, program);
    const env = { ...process.env, NODE_OPTIONS: "", NODE_V8_COVERAGE: "", NO_COLOR: "1" };
    const options = { env, timeout: 200_000 };
    return (await promisify(execFile)(runtimes[runtime], [...args, file], options)).stdout.trim();
  };
}
