import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import * as esbuild from "esbuild";
import { rollup } from "rollup";
import { build as vite } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import webpack from "webpack";
import { type MockServer, startMockServer } from "../../src/testing.ts";
import { buildLibrary } from "../docs/build-library.ts";

/** A program of one file that lists with both clients. */
const PROGRAM = `
  import { Anthropic, AsyncAnthropic } from "pageturn";
  async function main() {
    const options = { apiKey: "key", baseURL: process.argv[2] };
    const ids = [];
    for (const model of new Anthropic(options).models.list({ limit: 4 })) ids.push(model.id);
    for await (const model of new AsyncAnthropic(options).models.list({ limit: 4 })) ids.push(model.id);
    console.log(ids.length + " " + new Set(ids).size);
  }
  main();
`;

let server: MockServer;
/** Where the program is written and bundled; the bundles are moved to another folder, where nothing else is. */
let [source, target] = ["", ""];

beforeAll(async () => {
  await buildLibrary();
  server = await startMockServer({ items: 10, apiKey: "key" });
  // Inside the package, so that bundlers find the library.
  source = mkdtempSync(join(import.meta.dirname, "one-file-"));
  target = mkdtempSync(join(tmpdir(), "pageturn-"));
  writeFileSync(join(source, "program.mjs"), PROGRAM);
}, 120_000);
afterAll(async () => {
  rmSync(source, { recursive: true, force: true });
  rmSync(target, { recursive: true, force: true });
  await server.close();
});

interface Output {
  readonly entry: string;
  readonly file: string;
}

const bundlers: readonly [name: string, file: string, bundle: (output: Output) => Promise<unknown>][] = [
  ["esbuild, ESM", "a.mjs", ({ entry, file }) => bundleWithEsbuild("esm", { entry, file })],
  ["esbuild, CommonJS", "b.cjs", ({ entry, file }) => bundleWithEsbuild("cjs", { entry, file })],
  ["Rollup, ESM", "c.mjs", ({ entry, file }) => bundleWithRollup("es", { entry, file })],
  ["Rollup, CommonJS", "d.cjs", ({ entry, file }) => bundleWithRollup("cjs", { entry, file })],
  ["Vite for servers", "e.mjs", bundleWithVite],
  ["webpack, CommonJS", "f.cjs", bundleWithWebpack],
];

function bundleWithEsbuild(format: "esm" | "cjs", { entry, file }: Output): Promise<unknown> {
  const options = { bundle: true, platform: "node", logLevel: "silent" } as const;
  return esbuild.build({ ...options, entryPoints: [entry], outfile: file, format });
}

async function bundleWithRollup(format: "es" | "cjs", { entry, file }: Output): Promise<void> {
  const bundled = await rollup({
    input: entry,
    plugins: [nodeResolve({ exportConditions: ["node"] })],
    onwarn: ({ message }) => {
      throw new Error(message);
    },
  });
  await bundled.write({ file, format, inlineDynamicImports: true });
}

async function bundleWithVite({ entry, file }: Output): Promise<void> {
  await vite({
    configFile: false,
    logLevel: "error",
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir: join(file, ".."),
      emptyOutDir: false,
      rollupOptions: { output: { entryFileNames: "e.mjs" } },
    },
  });
}

function bundleWithWebpack({ entry, file }: Output): Promise<void> {
  return new Promise((resolve, reject) => {
    const output = { path: join(file, ".."), filename: "f.cjs" };
    webpack({ mode: "production", target: "node", entry, output }, (error, stats) => {
      if (error ?? stats?.hasErrors()) reject(error ?? new Error(stats?.toString("errors-only")));
      else resolve();
    });
  });
}

test.each(bundlers)(
  "%s: a program of one file works in a folder where nothing else is",
  async (_, name, bundle) => {
    const made = join(source, "made");
    await bundle({ entry: join(source, "program.mjs"), file: join(made, name) });
    // Chunks of what is loaded later, such as the tunnels through a proxy, may be beside it.
    expect(readdirSync(made)).toContain(name);
    renameSync(made, join(target, name));
    const run = promisify(execFile)(process.execPath, [join(target, name, name), server.url], {
      timeout: 30_000,
    });
    expect(await run).toEqual({ stdout: "20 10\n", stderr: "" });
  },
  60_000,
);
