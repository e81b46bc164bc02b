// The examples for users of the official TypeScript SDK, run with both libraries.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Anthropic, AsyncAnthropic } from "pageturn";
import { type MockServer, startMockServer } from "pageturn/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "./all-snippets.ts";
import { buildLibrary } from "./build-library.ts";
import { claimedOutput, markdownSnippets } from "./snippet.ts";
import { SnippetProject, type SnippetRun } from "./snippet-project.ts";

const FILE = "docs/migrating.md";
const text = readFileSync(join(root, FILE), "utf8");

/** The rows of the table of imports: ours, and that of the official SDK. */
const imports = Array.from(
  text.matchAll(/^\| `(import .* from "@anthropic-ai\/sdk";)` \| `(import .* from "pageturn";)` \|$/gm),
  ([, sdk = "", ours = ""]) => ({ sdk, ours }),
);

const end = text.split("\n").indexOf("### Differences");
const ours = markdownSnippets(FILE, text).filter(({ language, line }) => language === "ts" && line < end);
const swapped = ours.map((snippet) => {
  const row = imports.find((each) => snippet.code.includes(each.ours));
  const code = row === undefined ? snippet.code : snippet.code.replace(row.ours, row.sdk);
  return { ...snippet, code };
});

let server: MockServer;
let problems: readonly (readonly string[])[] = [];
let runs: readonly (SnippetRun | undefined)[] = [];

beforeAll(async () => {
  buildLibrary();
  server = await startMockServer();
  const project = new SnippetProject([...ours, ...swapped], () => ({}));
  problems = await project.check();
  runs = await project.run({
    ANTHROPIC_BASE_URL: server.url,
    ANTHROPIC_API_KEY: server.apiKey,
    NO_PROXY: "127.0.0.1",
  });
  project.remove();
});
afterAll(() => server.close());

test("there are examples, and each has an import of the table", () => {
  expect(ours.length).toBeGreaterThan(4);
  expect(swapped.filter(({ code }) => code.includes('"pageturn"'))).toEqual([]);
});

for (const [index, { line, code }] of ours.entries()) {
  test(`${FILE}:${line} compiles, runs and prints the same with the official SDK`, () => {
    const [mine, theirs] = [runs[index], runs[ours.length + index]];
    expect([problems[index], problems[ours.length + index]]).toEqual([[], []]);
    expect([mine?.error, theirs?.error]).toEqual([null, null]);
    expect(theirs?.printed).toEqual(mine?.printed);
    expect(theirs?.printed).toHaveLength(claimedOutput(code).length);
  });
}

test("every member that the table for Python names is there", async () => {
  const options = { baseURL: server.url, apiKey: server.apiKey };
  const [sync, async] = [new Anthropic(options), new AsyncAnthropic(options)];
  const error = await async.models.list({ after_id: "gone" }).catch((cause: unknown) => cause);
  const homes: Readonly<Record<string, unknown>>[] = [
    { client: sync, page: sync.models.list(), error },
    { client: async, page: await async.models.list(), list: async.models.list(), error },
  ];
  const [, table = ""] = text.split("## From the Python SDK");
  let seen = 0;
  for (const row of table.split("\n").filter((line) => line.startsWith("| `"))) {
    for (const [index, cell] of row.split("|").slice(2, 4).entries()) {
      for (const [all, home = "", member = ""] of cell.matchAll(/\b(client|page|list|error)\.(\w+)/g)) {
        const object = homes[index]?.[home];
        expect(member in Object(object), `${all} in ${cell.trim()}`).toBe(true);
        seen += 1;
      }
    }
  }
  expect(seen).toBeGreaterThan(20);
});
