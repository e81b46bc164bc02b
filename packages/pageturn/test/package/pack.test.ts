import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installPacked, npm, type Packed, packLibrary } from "../../../../scripts/pack-library.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const home = join(root, "packages/pageturn");
const exe = process.platform === "win32" ? "node.exe" : "node";

interface Runtime {
  readonly name: string;
  readonly path: string;
  readonly version: RegExp;
}

/** The Node that the machine brings: the first on PATH that no package installed. CI brings one of each line. */
function machineRuntimes(): Runtime[] {
  const folder = (process.env["PATH"] ?? "")
    .split(delimiter)
    .find((entry) => !entry.includes("node_modules") && existsSync(join(entry, exe)));
  if (folder === undefined) return [];
  return [{ name: "the machine's Node", path: join(folder, exe), version: /^\d+/ }];
}

const runtimes: readonly Runtime[] = [
  {
    name: "the oldest Node",
    path: join(root, "runtimes/node-20/node_modules/node/bin", exe),
    version: /^20\.18\.\d+$/,
  },
  {
    name: "the pinned Node",
    path: join(root, "node_modules/node/bin", exe),
    version: /^24\.\d+\.\d+$/,
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
    timeout: 200_000,
    env: { ...process.env, NODE_OPTIONS: "", NODE_V8_COVERAGE: "" },
  });
  if (status !== 0) {
    throw new Error(
      `${file} ${args.join(" ")} ended with ${signal ?? status}\n${error ?? ""}\n${stdout}\n${stderr}`,
    );
  }
  return stdout;
}

let temporary = "";
let project = "";
let packed: Packed = { file: "", size: 0, paths: [] };

beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), "pageturn-pack-"));
  project = join(temporary, "project");
  packed = packLibrary(temporary);
  installPacked(project, { packed, manifest: { type: "module" } });
  for (const consumer of ["esm-consumer.mjs", "cjs-consumer.cjs", "typed-consumer.ts"]) {
    cpSync(fileURLToPath(new URL(consumer, import.meta.url)), join(project, consumer));
  }
});

afterAll(() => {
  rmSync(temporary, { recursive: true, force: true });
});

for (const { name, path, version } of runtimes) {
  for (const [kind, consumer] of [
    ["import", "esm-consumer.mjs"],
    ["require()", "cjs-consumer.cjs"],
  ] as const) {
    test(`on ${name}, by ${kind}, both loops list all items and the process ends by itself`, () => {
      const report: Report = JSON.parse(run(path, [consumer], project));
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
  expect(packed.paths).toEqual(
    expect.arrayContaining(["LICENSE", "README.md", "dist/pageturn.d.ts", "docs/walks.md", "package.json"]),
  );
  expect(
    packed.paths.filter(
      (path) =>
        !/^(LICENSE|README\.md|package\.json|docs\/(?:endpoints\/)?\w[\w-]*\.md|docs\/walk\.svg|dist\/.+\.(c?js|d\.c?ts|d\.c?ts\.map|json)|src\/.+\.ts)$/.test(
          path,
        ),
    ),
  ).toEqual([]);
});

test("users of the package install no other", () => {
  const { dependencies } = JSON.parse(npm(["ls", "--all", "--omit=dev", "--json"], project));
  expect(Object.keys(dependencies)).toEqual(["pageturn"]);
  // npm names an optional peer that is not installed, without a version.
  const installed: { version?: string }[] = Object.values(dependencies.pageturn.dependencies ?? {});
  expect(installed.filter(({ version }) => version !== undefined)).toEqual([]);
});

test("with both forms of modules, the package is smaller than twice the one with ES modules alone", () => {
  expect(packed.size).toBeLessThan(2 * 399_300);
});

test("there are few declaration files, and they keep the doc comments", () => {
  const files = packed.paths.filter((path) => path.endsWith(".d.ts"));
  expect(packed.paths.filter((path) => path.endsWith(".d.cts"))).toHaveLength(files.length);
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
