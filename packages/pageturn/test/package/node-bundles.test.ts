// Programs for Node.js, bundled and moved to a folder where nothing else is.
import { execFile } from "node:child_process";
import { readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type MockServer, startMockServer } from "../../src/testing.ts";
import { buildLibrary } from "../docs/build-library.ts";
import {
  type Bundle,
  type BundleFolders,
  type Bundler,
  bundleFolders,
  bundleLikeNext,
  bundleWithEsbuild,
  bundleWithRollup,
  bundleWithVite,
  bundleWithWebpack,
} from "./bundlers.ts";

/** Lists with both clients. */
const LOOPS = `
  async function main() {
    const options = { apiKey: "key", baseURL: process.argv[2] };
    const ids = [];
    for (const model of new Anthropic(options).models.list({ limit: 4 })) ids.push(model.id);
    for await (const model of new AsyncAnthropic(options).models.list({ limit: 4 })) ids.push(model.id);
    console.log(ids.length + " " + new Set(ids).size);
  }
  main();
`;
const IMPORTED = `import { Anthropic, AsyncAnthropic } from "pageturn";${LOOPS}`;
const REQUIRED = `const { Anthropic, AsyncAnthropic } = require("pageturn");${LOOPS}`;

const oneFile = { isSplit: false } as const;

let server: MockServer;
let folders: BundleFolders;

beforeAll(async () => {
  await buildLibrary();
  server = await startMockServer({ items: 10, apiKey: "key" });
  folders = bundleFolders({ "imported.mjs": IMPORTED, "required.cjs": REQUIRED });
});
afterAll(async () => {
  folders?.remove();
  await server.close();
});

/** What a bundled program prints. */
async function printed(
  program: string,
  bundler: (entry: string, outDir: string) => Promise<unknown>,
  file: string,
) {
  const folder = file.replace(/\W+/g, "-");
  const { source, target } = folders;
  writeFileSync(join(source, `${folder}.mjs`), program);
  await bundler(join(source, `${folder}.mjs`), join(source, folder));
  renameSync(join(source, folder), join(target, folder));
  return (await promisify(execFile)(process.execPath, [join(target, folder, file)])).stdout;
}

test("Rollup without conditions for Node.js: the errors name the condition", async () => {
  const program = `import { Anthropic, AsyncAnthropic } from "pageturn";
    const options = { apiKey: "key", baseURL: "http://127.0.0.1:1" };
    for (const make of [() => new Anthropic(options), () => new AsyncAnthropic({ ...options, tls: { ca: "" } })]) {
      try { make(); } catch (error) { console.log(error.name, error.message); }
    }`;
  const bundler = async (input: string, dir: string) => {
    const bundled = await rollup({ input, plugins: [nodeResolve()] });
    await bundled.write({ dir, entryFileNames: "plain-rollup.mjs" });
  };
  const lines = (await printed(program, bundler, "plain-rollup.mjs")).trim().split("\n");
  expect(lines).toHaveLength(2);
  for (const line of lines)
    expect(line).toMatch(/^ConfigurationError .*nodeResolve\(\{ exportConditions: \["node"\] \}\)/);
});

test.each(["esm", "cjs"] as const)(
  "what needs files of the package names them in a bundle (%s)",
  async (format) => {
    const program = `import { readCatalog } from "pageturn/catalog";
    import { startMockServer } from "pageturn/testing";
    Promise.resolve().then(readCatalog).catch((error) => console.log(error.name, error.message))
      .then(() => startMockServer({ endpoints: [] })).catch((error) => console.log(error.name, error.message));`;
    const file = `files.${format === "esm" ? "mjs" : "cjs"}`;
    const bundler = (entry: string, outDir: string) =>
      bundleWithEsbuild({ entries: { files: entry }, outDir, platform: "node", format, ...oneFile });
    const [catalog, testing] = (await printed(program, bundler, file)).trim().split("\n");
    expect(catalog).toMatch(/^ConfigurationError Cannot load full-catalog\.json .* Mark both as external/);
    expect(testing).toMatch(/^ConfigurationError Cannot load server-worker\.js .* Mark both as external/);
  },
);

type Output = Pick<Bundle, "format" | "isSplit"> & { readonly program?: "required.cjs" };

const split = { isSplit: true } as const;
const cases: readonly [name: string, bundler: Bundler, output: Output, file?: string][] = [
  ["esbuild, ESM, one file", bundleWithEsbuild, { format: "esm", ...oneFile }],
  ["esbuild, ESM, split", bundleWithEsbuild, { format: "esm", ...split }],
  ["esbuild, CommonJS", bundleWithEsbuild, { format: "cjs", ...oneFile }],
  [
    "esbuild, CommonJS of require()",
    bundleWithEsbuild,
    { format: "cjs", ...oneFile, program: "required.cjs" },
  ],
  ["Rollup, ESM, one file", bundleWithRollup, { format: "esm", ...oneFile }],
  ["Rollup, ESM, split", bundleWithRollup, { format: "esm", ...split }],
  ["Rollup, CommonJS, one file", bundleWithRollup, { format: "cjs", ...oneFile }],
  ["Rollup, CommonJS, split", bundleWithRollup, { format: "cjs", ...split }],
  ["Vite SSR, ESM", bundleWithVite, { format: "esm", ...split }],
  ["Vite SSR, CommonJS", bundleWithVite, { format: "cjs", ...split }],
  ["webpack, ESM", bundleWithWebpack, { format: "esm", ...split }],
  ["webpack, CommonJS, one file", bundleWithWebpack, { format: "cjs", ...oneFile }],
  ["webpack, CommonJS, split", bundleWithWebpack, { format: "cjs", ...split }],
  ["webpack, CommonJS of require()", bundleWithWebpack, { format: "cjs", ...split, program: "required.cjs" }],
  [
    "a server bundle as Next.js makes it",
    bundleLikeNext,
    { format: "cjs", ...split },
    "server/app/program/route.js",
  ],
];

test.each(cases)(
  "%s: both clients work where nothing else is",
  async (name, bundler, { program = "imported.mjs", ...output }, file) => {
    const folder = name.replace(/\W+/g, "-");
    const { source, target } = folders;
    const outDir = join(source, folder);
    await bundler({ entries: { program: join(source, program) }, outDir, platform: "node", ...output });
    if (!output.isSplit) expect(readdirSync(outDir)).toHaveLength(1);
    renameSync(outDir, join(target, folder));
    const entry = file ?? (output.format === "esm" ? "program.mjs" : "program.cjs");
    const run = promisify(execFile)(process.execPath, [join(target, folder, entry), server.url], {
      timeout: 200_000,
    });
    expect(await run).toEqual({ stdout: "20 10\n", stderr: "" });
  },
);
