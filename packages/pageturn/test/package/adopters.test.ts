// Seven projects with the packed library. Each has a program of docs/runtimes.md or the README, and nothing else is configured.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { build as vite } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chromiumOptions } from "../../../../scripts/browser/find-browser.ts";
import { installPacked, type Packed, packLibrary } from "../../../../scripts/pack-library.ts";
import { startSite } from "../../../../scripts/runtimes/site.ts";
import { startWorkerd } from "../../../../scripts/runtimes/workerd.ts";
import { type MockServer, startMockServer } from "../../src/testing.ts";
import { allSnippets, root } from "../docs/all-snippets.ts";
import { bundleLikeNext } from "./bundlers.ts";

let server: MockServer;
let folder = "";
let packed: Packed;

beforeAll(async () => {
  server = await startMockServer({ items: { models: 45 }, apiKey: "key" });
  folder = mkdtempSync(join(tmpdir(), "pageturn-adopters-"));
  // All projects are below it, and find the library there.
  packed = packLibrary(folder);
  installPacked(folder, { packed, manifest: {} });
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.close();
});

/** The programs of docs/runtimes.md that are run here, by the names of their files. */
const programs = new Map(
  Array.from(
    readFileSync(join(root, "docs/runtimes.md"), "utf8").matchAll(
      /```(?:cjs|mjs)\n(\/\/ (\S+)\n[\s\S]*?)```\n/g,
    ),
    ([, program = "", file = ""]) => [file, program] as const,
  ),
);

const jest = join(dirname(createRequire(import.meta.url).resolve("jest/package.json")), "bin/jest.js");

/** A project with a program of docs/runtimes.md. Returns the path of the program. */
function project(file: string, manifest: object = {}): string {
  const program = programs.get(file);
  if (program === undefined) throw new Error(`docs/runtimes.md has no program ${file}`);
  const home = join(folder, file.replaceAll(".", "-"));
  mkdirSync(home);
  writeFileSync(join(home, "package.json"), JSON.stringify({ private: true, ...manifest }));
  writeFileSync(join(home, file), program);
  return join(home, file);
}

function run(path: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const env = { ...process.env, NODE_OPTIONS: "", NO_COLOR: "1", NODE_ENV: "test" };
  const api = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: "key" };
  const options = { cwd: dirname(path), timeout: 200_000, env: { ...env, ...api } };
  return promisify(execFile)(process.execPath, [...args, path], options);
}

test("every program of docs/runtimes.md with a file name is run here, and so is that of the mock server", () => {
  expect([...programs.keys()].sort()).toEqual([
    "jest.config.js",
    "main.js",
    "models.test.js",
    "route.js",
    "worker.js",
  ]);
  const others = allSnippets().filter(({ language }) => ["cjs", "mjs"].includes(language));
  expect(new Set(others.map(({ file }) => file))).toEqual(new Set(["docs/runtimes.md", "docs/testing.md"]));
});

test("a script for Node.js", async () => {
  const [, program = ""] = /```ts\n([\s\S]*?)```\n/.exec(readFileSync(join(root, "README.md"), "utf8")) ?? [];
  writeFileSync(join(folder, "models.mjs"), program);
  const { stdout, stderr } = await run(join(folder, "models.mjs"));
  expect(stdout.trim().split("\n")).toHaveLength(45);
  expect(stderr).toBe("");
});

test("the mock server for a program in another language", async () => {
  const [, program = ""] =
    /```mjs\n([\s\S]*?)```\n/.exec(readFileSync(join(root, "docs/testing.md"), "utf8")) ?? [];
  writeFileSync(join(folder, "mock.mjs"), program);
  const child = spawn(process.execPath, ["mock.mjs"], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const [line] = await once(child.stdout, "data");
  const [, url, key = ""] =
    /^export ANTHROPIC_BASE_URL=(\S+) ANTHROPIC_API_KEY=(\S+)\n$/.exec(String(line)) ?? [];
  const response = await fetch(`${url}/v1/models`, {
    headers: { "x-api-key": key, "anthropic-version": "2023-06-01" },
  });
  expect(response.status).toBe(200);
  await response.arrayBuffer();
  child.kill("SIGINT");
  // Windows ends a process that another one sends a signal; Ctrl-C itself comes from a terminal alone.
  expect(await ended).toEqual(process.platform === "win32" ? [null, "SIGINT"] : [0, null]);
});

test("a project of Yarn without node_modules", async () => {
  const home = join(folder, "yarn");
  mkdirSync(home);
  const manifest = { private: true, dependencies: { pageturn: `file:${packed.file}` } };
  writeFileSync(join(home, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(home, "yarn.lock"), "");
  // In CI, Yarn refuses to write its lockfile.
  const off = ["enableGlobalCache", "enableTelemetry", "enableImmutableInstalls", "enableHardenedMode"];
  const settings = ["nodeLinker: pnp", ...off.map((name) => `${name}: false`)];
  writeFileSync(join(home, ".yarnrc.yml"), settings.join("\n"));
  writeFileSync(
    join(home, "models.cjs"),
    `const { AsyncAnthropic, Anthropic } = require("pageturn");
const { startMockServer } = require("pageturn/testing");
startMockServer({ items: 45 }).then(async (server) => {
  const options = { baseURL: server.url, apiKey: server.apiKey };
  console.log((await new AsyncAnthropic(options).models.list().toArray()).length);
  console.log(new Anthropic(options).models.list().toArray().length);
  await server.close();
});
`,
  );
  const yarn = createRequire(import.meta.url).resolve("@yarnpkg/cli-dist/bin/yarn.js");
  await promisify(execFile)(process.execPath, [yarn, "install"], {
    cwd: home,
    env: { ...process.env, NODE_OPTIONS: "" },
    timeout: 200_000,
  });
  const { stdout } = await run(join(home, "models.cjs"), yarn, "node");
  expect(stdout).toBe("45\n45\n");
});

test("a project with Jest in its default mode", async () => {
  const file = project("models.test.js");
  // Jest takes its argument for a pattern.
  const { stderr } = await run(".", jest, "--rootDir", dirname(file));
  expect(stderr).toMatch(/Tests: +2 passed, 2 total/);
});

test("a project with Jest and jsdom: with its conditions both clients work, and without them the errors name what is missing", async () => {
  const home = dirname(project("jest.config.js"));
  writeFileSync(join(home, "models.test.js"), programs.get("models.test.js") ?? "");
  const environment = dirname(createRequire(import.meta.url).resolve("jest-environment-jsdom/package.json"));
  symlinkSync(environment, join(folder, "node_modules/jest-environment-jsdom"), "junction");
  expect((await run(".", jest, "--rootDir", home)).stderr).toMatch(/Tests: +2 passed, 2 total/);

  const bare = { testEnvironment: "jsdom" };
  const failed: { stderr: string } = await run(
    ".",
    jest,
    "--rootDir",
    home,
    "--config",
    JSON.stringify(bare),
  ).catch((error) => error);
  expect(failed.stderr).toContain("cannot wait for an answer: it needs Node.js");
  expect(failed.stderr).toMatch(
    /Expected constructor: .*APIConnectionError\n.*Received constructor: .*ConfigurationError/,
  );
});

test("an app with Vite", async () => {
  const home = dirname(project("main.js", { type: "module" }));
  writeFileSync(join(home, "index.html"), '<!doctype html><script type="module" src="/main.js"></script>');
  await vite({ root: home, configFile: false, logLevel: "error" });
  const dist = join(home, "dist");
  const files = readdirSync(dist, { encoding: "utf8", recursive: true })
    .filter((file) => /\.(?:html|js)$/.test(file))
    .map((file) => [
      `/${file.replaceAll("\\", "/").replace(/^index\.html$/, "")}`,
      readFileSync(join(dist, file), "utf8"),
    ]);
  const site = await startSite(server.url, Object.fromEntries(files), { ownKey: "key" });
  const browser = await chromium.launch(chromiumOptions());
  try {
    const page = await browser.newPage();
    await page.goto(site.origin);
    await expect.poll(() => page.title()).toBe("45 models");
  } finally {
    await browser.close();
    site.close();
  }
});

test("a bundle of a server", async () => {
  const home = dirname(project("route.js", { type: "module" }));
  const program = join(home, "program.js");
  writeFileSync(
    program,
    'import { GET } from "./route.js";\nGET().then((answer) => answer.text()).then((text) => console.log(text));\n',
  );
  const outDir = mkdtempSync(join(tmpdir(), "pageturn-server-"));
  try {
    await bundleLikeNext({
      entries: { models: program },
      outDir,
      platform: "node",
      format: "cjs",
      isSplit: true,
    });
    const { stdout } = await run(join(outDir, "server/app/models/route.js"));
    expect(JSON.parse(stdout)).toHaveLength(45);
  } finally {
    rmSync(outDir, { recursive: true });
  }
});

test("a Worker", async () => {
  const file = project("worker.js", { type: "module" });
  // As wrangler bundles it.
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    format: "esm",
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    write: false,
  });
  const env = { ANTHROPIC_API_KEY: "key", ANTHROPIC_BASE_URL: server.url };
  const worker = await startWorkerd(outputFiles[0]?.text ?? "", { folder: dirname(file), env });
  try {
    expect(await worker.answer("")).toHaveLength(45);
  } finally {
    worker.stop();
  }
});
