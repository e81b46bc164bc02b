import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, test } from "vitest";
import { buildLibrary } from "../docs/build-library.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const exe = process.platform === "win32" ? ".exe" : "";

interface Runtime {
  readonly name: string;
  /** From the root of the repository. */
  readonly path: string;
  readonly args?: readonly string[];
  readonly version: RegExp;
  /** The checks that are left out as the runtime itself fails in them, as a regular expression. */
  readonly without?: string;
}

const runtimes: readonly Runtime[] = [
  { name: "Node 20", path: `runtimes/node-20/node_modules/node/bin/node${exe}`, version: /^v20\.18\./ },
  { name: "Node 22", path: `runtimes/node-22/node_modules/node/bin/node${exe}`, version: /^v22\./ },
  { name: "Node 24", path: `node_modules/node/bin/node${exe}`, version: /^v24\./ },
  { name: "Node 26", path: `runtimes/node-26/node_modules/node/bin/node${exe}`, version: /^v26\./ },
  {
    name: "Bun",
    path: "node_modules/bun/bin/bun.exe",
    version: /^1\.4\./,
    // Its server does not know whether a session was taken up.
    without: "sessions",
  },
  {
    name: "Deno",
    path: `node_modules/deno/deno${exe}`,
    args: ["run", "-A"],
    version: /^deno 2\.9\./,
    // It does not report brotli that is cut off, loses the end of zstd, names another fault of the certificate and takes up no
    // session.
    without: "encodings: (?:br|zstd)|expired|sessions",
  },
];

beforeAll(buildLibrary);

interface Report {
  readonly checks: number;
  readonly failed: Readonly<Record<string, string>>;
}

async function run(path: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, NODE_OPTIONS: "", NODE_V8_COVERAGE: "", FORCE_COLOR: "0", NO_COLOR: "1" };
  const { stdout } = await promisify(execFile)(path, args, {
    cwd: import.meta.dirname,
    env,
    timeout: 200_000,
  });
  return stdout.trim();
}

test.for(runtimes)(
  "$name passes the transport program",
  { concurrent: true },
  async (runtime, { expect }) => {
    const { args = [], version, without = "^$" } = runtime;
    const path = join(root, runtime.path);
    if (!existsSync(path)) throw new Error(`Cannot test ${runtime.name} as ${path} is missing: run npm ci`);
    expect(await run(path, ["--version"])).toMatch(version);
    const report: Report = JSON.parse(await run(path, [...args, "transport-program.mjs", without]));
    expect(report.checks).toBeGreaterThan(40);
    expect(report.failed).toEqual({});
  },
);
