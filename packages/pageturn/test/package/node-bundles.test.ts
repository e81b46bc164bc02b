// Programs for Node.js, bundled and moved to a folder where nothing else is.
import { execFile } from "node:child_process";
import { readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
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

let server: MockServer;
let folders: BundleFolders;

beforeAll(async () => {
  await buildLibrary();
  server = await startMockServer({ items: 10, apiKey: "key" });
  folders = bundleFolders({ "imported.mjs": IMPORTED, "required.cjs": REQUIRED });
}, 120_000);
afterAll(async () => {
  folders?.remove();
  await server.close();
});

type Output = Pick<Bundle, "format" | "isSplit"> & { readonly program?: "required.cjs" };

const oneFile = { isSplit: false } as const;
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
      timeout: 30_000,
    });
    expect(await run).toEqual({ stdout: "20 10\n", stderr: "" });
  },
  60_000,
);
