// Programs for browsers, bundled, moved to a folder where nothing else is, and run in a browser: one in the page, one in a web worker.
import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chromiumOptions } from "../../../../scripts/browser/find-browser.ts";
import { startSite } from "../../../../scripts/runtimes/site.ts";
import { type MockServer, startMockServer } from "../../src/testing.ts";
import { buildLibrary } from "../docs/build-library.ts";
import {
  type BundleFolders,
  type Bundler,
  bundleFolders,
  bundleWithEsbuild,
  bundleWithRollup,
  bundleWithVite,
  bundleWithWebpack,
} from "./bundlers.ts";

const OPTIONS = '{ apiKey: "key", baseURL: location.origin + "/api", dangerouslyAllowBrowser: true }';

const PAGE = `
  import { Anthropic, AsyncAnthropic } from "pageturn";
  async function main() {
    const ids = [];
    for await (const model of new AsyncAnthropic(${OPTIONS}).models.list({ limit: 4 })) ids.push(model.id);
    let refusal = "";
    try {
      new Anthropic(${OPTIONS});
    } catch (error) {
      refusal = error.name;
    }
    return [ids.length, refusal];
  }
  main().catch(String).then((found) => fetch("/report/page", { method: "POST", body: JSON.stringify(found) }));
`;
const WORKER = `
  import { Anthropic } from "pageturn";
  const walk = new Anthropic(${OPTIONS}).models.list({ limit: 4 }).items();
  const found = [[...walk].length, walk.outcome.reason];
  fetch("/report/worker", { method: "POST", body: JSON.stringify(found) });
`;
const HTML = `<!doctype html><meta charset="utf-8"><title>pageturn</title>
  <script type="module">
    import "/page.js";
    new Worker("/worker.js", { type: "module" });
  </script>`;

let server: MockServer;
let browser: Browser;
let folders: BundleFolders;

beforeAll(async () => {
  await buildLibrary();
  server = await startMockServer({ items: 10, apiKey: "key" });
  browser = await chromium.launch(chromiumOptions());
  folders = bundleFolders({ "page.mjs": PAGE, "worker.mjs": WORKER });
});
afterAll(async () => {
  folders?.remove();
  await browser?.close();
  await server?.close();
});

/** How a program names a built-in module: by its URL, or by a bare name that is loaded. */
const BUILT_IN = new RegExp(
  `["'\`]node:|\\b(?:require|import|from|getBuiltinModule)\\s*\\(?\\s*["'\`](?:${builtinModules.join("|")})["'\`]`,
);

test.each<[name: string, bundler: Bundler, isSplit: boolean]>([
  ["esbuild, one file each", bundleWithEsbuild, false],
  ["esbuild, split", bundleWithEsbuild, true],
  ["Rollup, split", bundleWithRollup, true],
  ["Vite, split", bundleWithVite, true],
  ["webpack, one file each", bundleWithWebpack, false],
])(
  "%s: a page and a web worker list, and no file names a built-in module",
  async (name, bundler, isSplit) => {
    const { source, target } = folders;
    const folder = join(target, name.replace(/\W+/g, "-"));
    const outDir = join(source, "made", name.replace(/\W+/g, "-"));
    const entries = { page: join(source, "page.mjs"), worker: join(source, "worker.mjs") };
    await bundler({ entries, outDir, platform: "browser", format: "esm", isSplit });
    cpSync(outDir, folder, { recursive: true });
    rmSync(outDir, { recursive: true });
    const files = Object.fromEntries(
      readdirSync(folder, { encoding: "utf8", recursive: true })
        .filter((file) => file.endsWith(".js"))
        .map((file) => [`/${file}`, readFileSync(join(folder, file), "utf8")]),
    );
    for (const [file, text] of Object.entries(files))
      expect([file, BUILT_IN.exec(text)?.[0]]).toEqual([file, undefined]);
    const site = await startSite(server.url, { "/": HTML, ...files });
    const page = await browser.newPage();
    try {
      await page.goto(site.origin);
      expect(await site.report("page")).toEqual([10, "ConfigurationError"]);
      expect(await site.report("worker")).toEqual([10, "exhausted"]);
    } finally {
      await page.close();
      site.close();
    }
  },
);
