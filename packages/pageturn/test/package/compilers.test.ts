// The declarations of the packed library, with the oldest and the newest compilers that it supports, in ES modules and in CommonJS.
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installPacked, packLibrary } from "../../../../scripts/pack-library.ts";
import { root } from "../docs/all-snippets.ts";

let project = "";

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), "pageturn-compilers-"));
  project = join(folder, "project");
  // No member "type": files are CommonJS, unless their extension says otherwise.
  installPacked(project, { packed: packLibrary(folder), manifest: {} });
  for (const extension of ["ts", "mts", "cts"])
    for (const name of ["typed-consumer", "inferred-consumer"])
      cpSync(join(import.meta.dirname, `${name}.ts`), join(project, `${name}.${extension}`));
});
afterAll(() => rmSync(join(project, ".."), { recursive: true, force: true }));

const compilers = [
  { name: "TypeScript 5.4", file: "compilers/typescript-5.4/node_modules/typescript/bin/tsc", node10: true },
  { name: "TypeScript 5.9", file: "compilers/typescript-5.9/node_modules/typescript/bin/tsc", node10: true },
  // In CommonJS without Node's resolution, it does not find the entry point that names an inferred type. TypeScript 7 does.
  { name: "TypeScript 6", file: "node_modules/typescript/bin/tsc6", node10: false, commonjsEmits: false },
  { name: "TypeScript 7", file: "node_modules/@typescript/native/bin/tsc", node10: false },
];

const libs = { "with dom": ["ES2018", "DOM"], "without dom": ["ES2018"] };
const types = { "with @types/node": ["node"], "without @types/node": [] };
const platforms = Object.entries(libs).flatMap(([lib, names]) =>
  Object.entries(types).map(([type, packages]) => ({
    platform: `${lib}, ${type}`,
    lib: names,
    types: packages,
  })),
);

interface Modules {
  readonly kind: string;
  readonly module: string;
  readonly moduleResolution: string;
  readonly extension: string;
}

/** Each way of modules with another platform, so that all of both are seen by each compiler. */
function waysOf(node10: boolean): readonly Modules[] {
  return [
    { kind: "NodeNext", module: "NodeNext", moduleResolution: "NodeNext", extension: "mts" },
    { kind: "Bundler", module: "ESNext", moduleResolution: "Bundler", extension: "ts" },
    { kind: "node16 in CommonJS", module: "Node16", moduleResolution: "Node16", extension: "cts" },
    {
      kind: "module commonjs",
      module: "CommonJS",
      moduleResolution: node10 ? "Node10" : "Bundler",
      extension: "ts",
    },
  ];
}

const cases = compilers.flatMap(({ name, file: compiler, node10, commonjsEmits = true }, shift) =>
  waysOf(node10).map((modules, index) => {
    const platform = platforms[(index + shift) % platforms.length];
    if (platform === undefined) throw new Error("there is no platform");
    const declaration = modules.kind !== "module commonjs" || commonjsEmits;
    return {
      name: `${name}, ${modules.kind}, ${platform.platform}`,
      compiler,
      declaration,
      ...modules,
      ...platform,
    };
  }),
);

test.concurrent.for(cases)("$name: everything is typed", async (each, { expect }) => {
  const { name, compiler, module, moduleResolution, extension, lib, types, declaration } = each;
  const compilerOptions = {
    module,
    moduleResolution,
    lib,
    types,
    typeRoots: [join(root, "node_modules/@types")],
    target: "ES2018",
    strict: true,
    declaration,
    noEmit: true,
    skipLibCheck: false,
  };
  const config = `tsconfig.${name.replace(/\W+/g, "-")}.json`;
  const files = [`typed-consumer.${extension}`, `inferred-consumer.${extension}`];
  writeFileSync(join(project, config), JSON.stringify({ compilerOptions, files }));
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, compiler), "-p", config], {
    cwd: project,
  }).catch((error: { stdout: string }) => error);
  expect(stdout).toBe("");
});

test("each compiler sees each way of modules and each platform", () => {
  for (const { file } of compilers) {
    const seen = cases.filter(({ compiler }) => compiler === file);
    expect(new Set(seen.map(({ kind }) => kind)).size).toBe(4);
    expect(new Set(seen.map(({ platform }) => platform)).size).toBe(4);
  }
});
