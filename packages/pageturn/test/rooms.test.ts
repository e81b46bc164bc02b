import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterEach, expect, test } from "vitest";
import { readImports } from "../../../scripts/rooms/read-imports.ts";
import { findCycles, findProblems } from "../../../scripts/rooms/rules.ts";

const homes: string[] = [];

/** Writes a package of these sources and returns what the rule says about it, as `file:line message`. */
function problemsOf(sources: Readonly<Record<string, string>>): string[] {
  const home = mkdtempSync(join(tmpdir(), "pageturn-rooms-"));
  homes.push(home);
  const files: Record<string, string> = {
    "package.json": JSON.stringify({
      type: "module",
      imports: { "#transport": { node: "./dist/http/node.js", default: "./dist/http/fetch.js" } },
    }),
    "tsconfig.json": JSON.stringify({
      compilerOptions: { module: "NodeNext", noEmit: true, allowImportingTsExtensions: true, types: [] },
      include: ["src"],
    }),
    "src/errors/fault.ts": "export interface Fault { message: string }\n",
    "src/http/node.ts": 'import { request } from "node:http";\nimport { Agent } from "undici";\n',
    "src/http/fetch.ts": "export const send = 1;\n",
  };
  for (const [name, text] of Object.entries({ ...files, ...sources })) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  }
  const read = readImports(home);
  return [...findProblems(read), ...findCycles(read)].map(
    ({ file, line, message }) => `${relative(join(home, "src"), file)}:${line} ${message}`,
  );
}

afterEach(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});

test("imports from rooms above, from Node and packages in http/, and re-exporting entries are fine", () => {
  expect(
    problemsOf({
      "src/pagination/page.ts":
        'import type { Fault } from "../errors/fault.ts";\nexport type Page = Fault;\n',
      "src/client/client.ts": 'import { send } from "#transport";\nexport const client = send;\n',
      "src/testing/server.ts": 'import "node:http";\nimport "../client/client.ts";\n',
      "src/pagination.ts": 'export type { Page } from "./pagination/page.ts";\n',
      "src/pageturn.ts": 'export { client } from "./client/client.ts";\nexport * from "./pagination.ts";\n',
    }),
  ).toEqual([]);
});

test("an import from a room below is noticed, in every way to write one", () => {
  const rule = "errors/ may import from no other room";
  expect(
    problemsOf({
      "src/errors/early.ts": [
        'import { send } from "../http/fetch.ts";',
        'import type { Fault } from "../http/fetch.ts";',
        'export * from "../http/fetch.ts";',
        'export const later = () => import("../http/fetch.ts");',
        'export type Module = typeof import("../http/fetch.ts");',
        'export { send } from "#transport";',
      ].join("\n"),
    }),
  ).toEqual([
    ...[1, 2, 3, 4, 5].map((line) => `errors/early.ts:${line} imports "../http/fetch.ts": ${rule}`),
    `errors/early.ts:6 imports "#transport": ${rule}`,
  ]);
});

test("an import in a comment, a string or a template is none", () => {
  expect(
    problemsOf({
      "src/errors/quoted.ts": [
        '// import { send } from "../http/fetch.ts";',
        "/** @example import { send } from '../http/fetch.ts'; */",
        "export const text = 'import \"../http/fetch.ts\"';",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the template is part of the source under test
        'export const template = `${1} import { send } from "../http/fetch.ts";`;',
      ].join("\n"),
    }),
  ).toEqual([]);
});

test("pagination/ and its entry file import nothing but errors/ and themselves", () => {
  expect(
    problemsOf({
      "src/pagination/page.ts": 'import { Agent } from "undici";\nimport { inspect } from "node:util";\n',
      "src/pagination.ts": 'export * from "./pagination/page.ts";\nexport * from "./http/fetch.ts";\n',
    }),
  ).toEqual([
    'pagination.ts:2 imports "./http/fetch.ts": pagination.ts may import only from errors/, pagination/',
    'pagination/page.ts:1 imports "undici": only http/ may import a package',
    'pagination/page.ts:2 imports "node:util": only http/, testing/ may import from Node, as all else has to run in a browser',
  ]);
});

test("an entry file that does more than re-export is noticed", () => {
  expect(
    problemsOf({
      "src/pageturn.ts":
        'import { send } from "./http/fetch.ts";\nexport { send };\nexport const version = 1;\n',
    }),
  ).toEqual(
    [1, 2, 3].map((line) => `pageturn.ts:${line} an entry file only re-exports: move this into a room`),
  );
});

test("a room that imports an entry file is noticed", () => {
  expect(
    problemsOf({
      "src/pageturn.ts": 'export * from "./errors/fault.ts";\n',
      "src/client/client.ts": 'export * from "../pageturn.ts";\n',
    }),
  ).toEqual([
    'client/client.ts:1 imports "../pageturn.ts": an entry file is for users: import from the file that it re-exports',
  ]);
});

test("a cycle is noticed even where only types go round", () => {
  expect(
    problemsOf({
      "src/http/a.ts": 'import type { B } from "./b.ts";\nexport type A = B | 1;\n',
      "src/http/b.ts": '\nimport type { C } from "./c.ts";\nexport type B = C | 2;\n',
      "src/http/c.ts": 'import type { A } from "./a.ts";\nexport type C = A | 3;\n',
    }),
  ).toEqual(['http/c.ts:1 imports "./a.ts": this closes a cycle, a.ts -> b.ts -> c.ts -> a.ts']);
});

test("a folder that is no room is noticed", () => {
  expect(problemsOf({ "src/utils/text.ts": "export const text = 1;\n" })).toEqual([
    "utils/text.ts:1 is in utils/, which is no room. The rooms are errors/, pagination/, http/, catalog/, client/, testing/",
  ]);
});
