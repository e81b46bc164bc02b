// Packs the library, runs every feature of it in every runtime, and prints a table. Fails if a check fails, or a runtime does not start.
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startMockServer } from "pageturn/testing";
import { chromiumOptions } from "../browser/find-browser.ts";
import { findFirefox } from "../browser/find-firefox.ts";
import { installPacked, packLibrary } from "../pack-library.ts";
import { startFailure } from "../start-failure.ts";
import { bundledPrograms, writePrograms } from "./programs.ts";
import { startSite } from "./site.ts";
import { startWorkerd } from "./workerd.ts";

const root = join(import.meta.dirname, "../..");
const exe = process.platform === "win32" ? ".exe" : "";
const LIMIT_MS = 60_000;

/** Why a runtime does not have a feature. Its check is that of the refusal, if there is one. */
const NO_WAIT =
  "The runtime cannot wait for an answer: the constructor says so and names AsyncAnthropic. This is checked.";
const NO_SERVER = "The runtime has no TCP servers: pageturn/testing is for tests in Node.js, Bun and Deno.";
const NO_MODULES = "It needs a module of Node.js: it is for Node.js, Bun and Deno.";
const NO_NODE: Readonly<Record<string, string>> = {
  "mock server": NO_SERVER,
  toReadable: NO_MODULES,
  catalog: NO_MODULES,
  tracing: NO_MODULES,
};
const NO_FIREFOX = "Firefox comes from Debian's packages: it is run on Linux.";

interface Runtime {
  readonly name: string;
  /** Features that it does not have, each with the reason. */
  readonly without: Readonly<Record<string, string>>;
  /** Runs the checks: for each feature, null or why it failed. Or why the runtime is not run on this system. */
  readonly run: (() => Promise<unknown>) | string;
}

const folder = mkdtempSync(join(tmpdir(), "pageturn-runtimes-"));
const project = join(folder, "project");
installPacked(project, { packed: packLibrary(folder), manifest: {} });
const server = await startMockServer({ items: 50, apiKey: "key" });
const files = await writePrograms(project);
const bundles = await bundledPrograms(project);
const html =
  '<!doctype html><meta charset="utf-8"><title>pageturn</title><script type="module" src="/page.js"></script>';
const ended: (() => void)[] = [];

function command(name: string, path: string, args: readonly string[], file = files.esm): Runtime {
  const run = async (): Promise<unknown> => {
    const env = { ...process.env, NODE_OPTIONS: "", NO_COLOR: "1" };
    const options = { cwd: project, env, timeout: LIMIT_MS };
    const { stdout } = await promisify(execFile)(join(root, path), [...args, file, server.url], options);
    return JSON.parse(stdout);
  };
  return { name, without: {}, run };
}

/** A page and its web worker, in one browser. */
function browser(name: string, args: (profile: string) => readonly string[], path: string | null): Runtime[] {
  const reports = open(path, args);
  // Both wait for it.
  reports.catch(() => undefined);
  return [
    {
      name: `${name}, page`,
      without: { ...NO_NODE, "sync walk": NO_WAIT },
      run: async () => (await reports).page,
    },
    { name: `${name}, web worker`, without: NO_NODE, run: async () => (await reports).worker },
  ];
}

async function open(
  path: string | null,
  args: (profile: string) => readonly string[],
): Promise<{ page: unknown; worker: unknown }> {
  if (path === null) throw new Error("it is not installed");
  const site = await startSite(server.url, {
    "/": html,
    "/page.js": bundles.page,
    "/worker.js": bundles.worker,
  });
  const profile = mkdtempSync(join(folder, "profile-"));
  const child = spawn(path, [...args(profile), `${site.origin}/`], {
    stdio: "ignore",
    detached: process.platform !== "win32",
  });
  ended.push(site.close, () => endGroup(child.pid));
  const failed = new Promise<never>((_, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`it ended with ${code}`)));
    setTimeout(() => reject(new Error(`it reported nothing in ${LIMIT_MS} ms`)), LIMIT_MS).unref();
  });
  const [page, worker] = await Promise.race([
    Promise.all([site.report("page"), site.report("worker")]),
    failed,
  ]);
  return { page, worker };
}

/** Ends a browser with all its processes. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

async function workerd(): Promise<unknown> {
  const started = await startWorkerd(bundles.workerd, { folder });
  ended.push(started.stop);
  return started.answer(`?api=${encodeURIComponent(server.url)}`);
}

const { executablePath = null, args = [] } = chromiumOptions();
// The library needs the network alone. The mock server reads its own file, and the SDK of the check has these variables.
const sdkVariables = "ANTHROPIC_CUSTOM_HEADERS,ANTHROPIC_OPEN_TELEMETRY*";
const deno = [
  "run",
  "--no-prompt",
  "--allow-net=127.0.0.1",
  `--allow-read=${project}`,
  `--allow-env=${sdkVariables}`,
];
const runtimes: readonly Runtime[] = [
  command("Node 20.18", `runtimes/node-20/node_modules/node/bin/node${exe}`, []),
  command("Node 20.18, CommonJS", `runtimes/node-20/node_modules/node/bin/node${exe}`, [], files.cjs),
  command("Node 22", `runtimes/node-22/node_modules/node/bin/node${exe}`, []),
  command("Node 24", `node_modules/node/bin/node${exe}`, []),
  command("Node 26", `runtimes/node-26/node_modules/node/bin/node${exe}`, []),
  command("Bun 1.4", "node_modules/bun/bin/bun.exe", []),
  command("Deno 2.9", `node_modules/deno/deno${exe}`, deno),
  { name: "workerd", without: { ...NO_NODE, "sync walk": NO_WAIT }, run: workerd },
  ...browser(
    "Chromium",
    (profile) => ["--headless", ...args, "--disable-gpu", `--user-data-dir=${profile}`],
    executablePath,
  ),
  ...(process.platform === "linux"
    ? browser("Firefox", (profile) => ["--headless", "--no-remote", "--profile", profile], findFirefox())
    : [{ name: "Firefox", without: {}, run: NO_FIREFOX }]),
];

const reasons: string[] = [];
const failures: string[] = [];

/** The number of a reason under the table. */
function footnote(reason: string): string {
  if (!reasons.includes(reason)) reasons.push(reason);
  return `no [${reasons.indexOf(reason) + 1}]`;
}

function cell(
  runtime: string,
  feature: string,
  { failure, reason }: { failure: unknown; reason: string | undefined },
): string {
  // What was not run needs a reason, and what has one was refused as it should be, or not run.
  const isExpected = failure === null || (failure === false && reason !== undefined);
  if (!isExpected) failures.push(`${runtime}, ${feature}: ${failure || "it was not run"}`);
  if (!isExpected) return "FAILS";
  return reason === undefined ? "yes" : footnote(reason);
}

/** The results of a runtime by the names of the features; a failure for all of them where it did not start. */
async function results({ name, run }: Runtime): Promise<Readonly<Record<string, unknown>> | null> {
  if (typeof run === "string") return null;
  try {
    const found = await run();
    if (typeof found === "object" && found !== null && !("error" in found)) return { ...found };
    failures.push(`${name}: ${JSON.stringify(found)}`);
  } catch (error) {
    failures.push(`${name} cannot be started: ${startFailure(error)}`);
  }
  return null;
}

// Two at a time: more would be slower on a small machine.
const found = new Map<string, Readonly<Record<string, unknown>> | null>();
const waiting = [...runtimes];
await Promise.all(
  [1, 2].map(async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      found.set(next.name, await results(next));
  }),
);

const features = Object.keys([...found.values()].find((each) => each !== null) ?? {});
const rows = runtimes.map(({ name, without, run }) => {
  if (typeof run === "string") return [name, ...features.map(() => footnote(run))];
  const all = found.get(name) ?? null;
  const cells = features.map((feature) =>
    all === null ? "FAILS" : cell(name, feature, { failure: all[feature], reason: without[feature] }),
  );
  return [name, ...cells];
});
const table = [["runtime", ...features], ...rows];
const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
for (const row of table)
  console.log(
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
for (const [index, reason] of reasons.entries()) console.log(`[${index + 1}] ${reason}`);
for (const failure of failures) console.error(failure);

for (const end of ended) end();
await server.close();
rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
process.exit(failures.length === 0 ? 0 : 1);
