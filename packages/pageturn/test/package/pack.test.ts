import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const home = join(root, "packages/pageturn");
const exe = process.platform === "win32" ? "node.exe" : "node";

/** `require()` of an ES module came without a flag in Node 20.19; from 20.17 it is there behind this one. */
const requireEsm = "--experimental-require-module";

interface Runtime {
  readonly name: string;
  readonly path: string;
  readonly version: RegExp;
  readonly cjsFlags: readonly string[];
}

/** The Node that the machine brings: the first on PATH that no package installed. CI brings one of each line. */
function machineRuntimes(): Runtime[] {
  const folder = (process.env["PATH"] ?? "")
    .split(delimiter)
    .find((entry) => !entry.includes("node_modules") && existsSync(join(entry, exe)));
  if (folder === undefined) return [];
  const path = join(folder, exe);
  const hasRequire = run(path, ["-p", "process.features.require_module"], root).trim() === "true";
  return [{ name: "the machine's Node", path, version: /^\d+/, cjsFlags: hasRequire ? [] : [requireEsm] }];
}

const runtimes: readonly Runtime[] = [
  {
    name: "the oldest Node",
    path: join(root, "runtimes/node-20/node_modules/node/bin", exe),
    version: /^20\.18\.\d+$/,
    cjsFlags: [requireEsm],
  },
  {
    name: "the pinned Node",
    path: join(root, "node_modules/node/bin", exe),
    version: /^24\.\d+\.\d+$/,
    cjsFlags: [],
  },
  ...machineRuntimes(),
];

interface Report {
  readonly node: string;
  readonly sync: readonly string[];
  readonly async: readonly string[];
  readonly isPage: boolean;
}

/** Runs a program to its end. One that hangs or fails is a failed test that shows what it printed. */
function run(file: string, args: readonly string[], cwd: string): string {
  const { status, signal, stdout, stderr, error } = spawnSync(file, args, {
    cwd,
    encoding: "utf8",
    timeout: 120_000,
    env: { ...process.env, NODE_OPTIONS: "", NODE_V8_COVERAGE: "" },
  });
  if (status !== 0) {
    throw new Error(
      `${file} ${args.join(" ")} ended with ${signal ?? status}\n${error ?? ""}\n${stdout}\n${stderr}`,
    );
  }
  return stdout;
}

function npm(args: readonly string[], cwd: string): string {
  const cli = process.env["npm_execpath"];
  // Without `npm run` there is no npm_execpath: then it is the npm on PATH.
  return cli === undefined ? run("npm", args, cwd) : run(process.execPath, [cli, ...args], cwd);
}

let temporary = "";
let project = "";
let packed: readonly string[] = [];

beforeAll(() => {
  run(process.execPath, [join(root, "scripts/build.ts"), "--if-stale"], root);
  temporary = mkdtempSync(join(tmpdir(), "pageturn-pack-"));
  project = join(temporary, "project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }\n');
  const [pack]: { filename: string; files: { path: string }[] }[] = JSON.parse(
    npm(["pack", "--json", "--pack-destination", temporary], home),
  );
  if (pack === undefined) throw new Error("npm pack packed nothing");
  packed = pack.files.map(({ path }) => path);
  npm(["install", "--no-audit", "--no-fund", "--prefer-offline", join(temporary, pack.filename)], project);
  for (const consumer of ["esm-consumer.mjs", "cjs-consumer.cjs", "typed-consumer.ts"]) {
    cpSync(fileURLToPath(new URL(consumer, import.meta.url)), join(project, consumer));
  }
}, 180_000);

afterAll(() => {
  rmSync(temporary, { recursive: true, force: true });
});

for (const { name, path, version, cjsFlags } of runtimes) {
  for (const [kind, flags, consumer] of [
    ["import", [], "esm-consumer.mjs"],
    ["require()", cjsFlags, "cjs-consumer.cjs"],
  ] as const) {
    test(`on ${name}, by ${kind}, both loops list all items and the process ends by itself`, () => {
      const report: Report = JSON.parse(run(path, [...flags, consumer], project));
      expect(report.node).toMatch(version);
      expect(report.sync).toHaveLength(50);
      expect(new Set(report.sync).size).toBe(50);
      expect(report.async).toEqual(report.sync);
      expect(report.isPage).toBe(true);
    });
  }
}

for (const module of ["NodeNext", "Preserve"]) {
  test(`its types hold in a strict project with module ${module}, without types of Node or anything else`, () => {
    const compilerOptions = {
      module,
      target: "ES2022",
      lib: ["ES2022", "ESNext.Disposable", "DOM"],
      types: [],
      strict: true,
      declaration: true,
      emitDeclarationOnly: true,
      outDir: module,
      skipLibCheck: false,
    };
    const file = `tsconfig.${module}.json`;
    writeFileSync(join(project, file), JSON.stringify({ compilerOptions, files: ["typed-consumer.ts"] }));
    run(process.execPath, [join(root, "node_modules/@typescript/native/bin/tsc"), "-p", file], project);
    expect(readFileSync(join(project, module, "typed-consumer.d.ts"), "utf8")).toContain(
      'import("pageturn").AsyncPaginator<import("pageturn/named-types").ModelInfo',
    );
  });
}

test("the package holds what its users need and nothing else", () => {
  expect(packed).toEqual(
    expect.arrayContaining(["LICENSE", "README.md", "dist/pageturn.d.ts", "docs/walks.md", "package.json"]),
  );
  expect(
    packed.filter(
      (path) =>
        !/^(LICENSE|README\.md|package\.json|docs\/(?:endpoints\/)?\w[\w-]*\.md|docs\/walk\.svg|dist\/.+\.(js|d\.ts|json))$/.test(
          path,
        ),
    ),
  ).toEqual([]);
});

test("there are few declaration files, and they keep the doc comments", () => {
  const files = packed.filter((path) => path.endsWith(".d.ts"));
  // One for each entry point, and four that they share.
  const entries = Object.keys(
    JSON.parse(readFileSync(join(project, "node_modules/pageturn/package.json"), "utf8")).exports,
  ).filter((name) => name !== "./package.json");
  expect(files.length).toBeLessThanOrEqual(entries.length + 4);
  const texts = files
    .map((path) => readFileSync(join(project, "node_modules/pageturn", path), "utf8"))
    .join();
  expect(texts).toContain("/** An item of `client.models`. */\ninterface ModelInfo {");
  expect(texts).toContain("@throws");
});

test("the licence of the package is the licence of the repository", () => {
  expect(readFileSync(join(home, "LICENSE"), "utf8")).toBe(readFileSync(join(root, "LICENSE"), "utf8"));
});
