import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");

interface Report {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
    readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string }[] };
  };
}

/** Sources that break no rule. */
const sound = {
  "errors/fault.ts": "export interface Fault { message: string }",
  "pagination/request/query.ts": "export const query = 1;",
  "pagination/walk/walk.ts":
    'import type { Fault } from "../../errors/fault.ts"; export * from "../request/query.ts"; export type Walk = Fault;',
  "http/fetch.ts":
    'import { request } from "node:http"; import type { Fault } from "../errors/fault.ts"; export type A = Fault; export const send = request;',
  "http/default-transport.node.ts": 'export * from "./fetch.ts";',
  "client/client.ts": 'import { send } from "#default-transport"; export const client = send;',
  "testing/server.ts": 'import "node:http"; export { client } from "../client/client.ts";',
  "pagination.ts": 'export * from "./pagination/walk/walk.ts";',
  "pageturn.ts": 'export type * from "./pagination.ts"; export { client } from "./client/client.ts";',
};

/** Checks these sources, in a folder of their own, by the rules of the repository. */
function check(sources: Readonly<Record<string, string>>): { found: string[]; rules: string[] } {
  const folder = mkdtempSync(join(tmpdir(), "pageturn-layers-"));
  const src = join(folder, "packages/pageturn/src");
  const paths = { "#default-transport": ["./http/default-transport.node.ts"] };
  try {
    const files = { "tsconfig.json": JSON.stringify({ compilerOptions: { paths } }), ...sources };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(src, name)), { recursive: true });
      writeFileSync(join(src, name), text);
    }
    const cruiser = join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
    const config = join(root, ".dependency-cruiser.mjs");
    const args = [cruiser, "--config", config, "--output-type", "json", "packages/pageturn/src"];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    expect(stderr).toBe("");
    const { summary }: Report = JSON.parse(stdout);
    const lines = summary.violations.map(
      ({ from, rule }) => `${rule.name}: ${from.replace("packages/pageturn/src/", "")}`,
    );
    return {
      found: [...new Set(lines)].sort(),
      rules: summary.ruleSetUsed.forbidden.map(({ name }) => name),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("imports from earlier layers, Node in http/ and testing/, and entries that re-export break no rule", () => {
  expect(check(sound).found).toEqual([]);
});

test("an import from a later layer is found, in every way to write one", () => {
  const ways = [
    'import { send } from "../http/fetch.ts"; send;',
    'import type { A } from "../http/fetch.ts"; export type B = A;',
    'import { type A } from "../http/fetch.ts"; export type B = A;',
    'export * from "../http/fetch.ts";',
    'export type * from "../http/fetch.ts";',
    'export const later = () => import("../http/fetch.ts");',
    'export type Module = typeof import("../http/fetch.ts");',
    'export function call(a: import("../http/fetch.ts").A): void {}',
    'export { send } from "#default-transport";',
  ];
  const files = ways.map((text, index) => [`errors/early-${index}.ts`, text] as const);
  expect(check({ ...sound, ...Object.fromEntries(files) }).found).toEqual(
    files.map(([name]) => `order-of-errors: ${name}`),
  );
});

test("an import in a comment or a string is none", () => {
  const text = [
    '// import "../http/fetch.ts";',
    "export const text = 'import \"../http/fetch.ts\"';",
    'export * from "./fault.ts";',
  ].join("\n");
  expect(check({ ...sound, "errors/quoted.ts": text }).found).toEqual([]);
});

test("each rule finds what it is for", () => {
  const { found, rules } = check({
    ...sound,
    "errors/early.ts": 'export * from "../pagination/request/query.ts";',
    "pagination/early.ts": 'export * from "../strategies/early.ts";',
    "strategies/early.ts": 'export * from "../http/fetch.ts";',
    "http/early.ts": 'export * from "../client/client.ts";',
    "client/early.ts": 'export * from "../anthropic/early.ts";',
    "anthropic/early.ts": 'export * from "../testing/server.ts";',
    "testing/early.ts": 'export * from "../utils/text.ts";',
    "pagination/request/early.ts": 'export * from "../page/early.ts";',
    "pagination/page/early.ts": 'export * from "../checkpoint/early.ts";',
    "pagination/checkpoint/early.ts": 'export * from "../walk/walk.ts";',
    "pagination/walk/early.ts": 'export * from "../list/early.ts";',
    "pagination/list/early.ts": 'export * from "../flat-map/early.ts";',
    "pagination/flat-map/early.ts": 'export * from "../segments/early.ts";',
    "pagination/segments/early.ts": 'export * from "../slices/early.ts";',
    "pagination/slices/early.ts": 'export * from "../streams/early.ts";',
    "pagination/streams/early.ts": 'export * from "../early.ts";',
    "utils/text.ts": 'export * from "../errors/fault.ts";',
    "testing.ts": 'import { client } from "./testing/server.ts"; export { client };',
    "pagination.ts": 'export * from "./client/client.ts";',
    "testing/entry.ts": 'export * from "../pageturn.ts";',
    "client/node.ts": 'import "node:util";',
    "client/package.ts": 'import "undici";',
    "http/a.ts": 'import type { B } from "./b.ts"; export type A = B | 1;',
    "http/b.ts": 'import type { A } from "./a.ts"; export type B = A | 2;',
    "testing/alone.ts": "export const alone = 1;",
    "http/missing.ts": 'export * from "./nowhere.ts";',
  });
  const early = (folder: string) => `order-of-${folder.split("/").at(-1)}: ${folder}/early.ts`;
  expect(found).toEqual(
    [
      ...["errors", "pagination", "strategies", "http", "client", "anthropic", "testing"].map(early),
      ...["request", "page", "checkpoint", "walk", "list", "flat-map", "segments", "slices", "streams"].map(
        (part) => early(`pagination/${part}`),
      ),
      "entries-only-re-export: testing.ts",
      "known-folders: pagination/early.ts",
      "known-folders: utils/text.ts",
      "no-cycles: http/a.ts",
      "no-missing-files: client/package.ts",
      "no-missing-files: http/missing.ts",
      "no-orphans: testing/alone.ts",
      "node-only-in-http-and-testing: client/node.ts",
      "nothing-imports-an-entry: testing/entry.ts",
      "order-of-testing: testing/entry.ts",
      "packages-only-in-http: client/package.ts",
      "pagination-brings-nothing-else: pagination.ts",
    ].sort(),
  );
  expect(rules.filter((rule) => !found.some((line) => line.startsWith(`${rule}: `)))).toEqual([]);
});
