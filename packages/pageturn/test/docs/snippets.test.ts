import { type MockServer, type ServedEndpoint, startMockServer } from "pageturn/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { allSnippets } from "./all-snippets.ts";
import { buildLibrary } from "./build-library.ts";
import { type ExampleAPIs, startExampleAPIs } from "./example-apis.ts";
import { type SdkApis, startSdkApis } from "./sdk-apis.ts";
import { claimedOutput } from "./snippet.ts";
import { SnippetProject, type SnippetRun } from "./snippet-project.ts";

/** What stands for any other API in the documents: https://api.example.com/notes. */
const notes: ServedEndpoint = {
  id: "notes",
  path: "/notes",
  page: "TokenPage",
  itemsKey: "data",
  envelope: [
    { name: "data", type: "object[]" },
    { name: "has_more", type: "boolean" },
    { name: "next_page", type: "string", nullable: true },
  ],
  betaHeader: [],
  queryParams: [{ wire: "limit", default: 20, min: 1, max: 100 }, { wire: "page_token" }],
  itemFields: [
    { name: "id", type: "string" },
    { name: "text", type: "string" },
  ],
};

const all = allSnippets();
const snippets = all.filter(({ language }) => ["ts", "js", "ts no-run"].includes(language));
const servers: (MockServer | ExampleAPIs | SdkApis)[] = [];
let problems: readonly (readonly string[])[] = [];
let runs: readonly (SnippetRun | undefined)[] = [];

beforeAll(async () => {
  buildLibrary();
  const api = await startMockServer();
  const other = await startMockServer({ apiKey: null, endpoints: [notes] });
  const examples = await startExampleAPIs();
  const sdks = await startSdkApis();
  servers.push(api, other, examples, sdks);
  const hosts = { "https://api.anthropic.com": api.url, "https://api.example.com": other.url };
  const project = new SnippetProject(snippets, (file) => ({
    ...hosts,
    // Both have GitHub: one answers `fetch`, the other one the official client.
    ...(/own-sdk|migrating|tanstack|adapters/.test(file) ? sdks.hosts : examples.hosts),
  }));
  problems = await project.check();
  runs = await project.run({
    ANTHROPIC_BASE_URL: api.url,
    ANTHROPIC_API_KEY: api.apiKey,
    NO_PROXY: "127.0.0.1",
    ...sdks.environment,
  });
  project.remove();
});

afterAll(async () => {
  for (const server of servers) await server.close();
});

/** Not run here: adopters.test.ts runs `cjs` and `mjs`; the packages of the command and of the mirror run their `console` and `sql`. */
const others = ["cjs", "mjs", "sh", "text", "json", "console", "sql"];

test("every code block says its language, and only these are not compiled: cjs, mjs, sh, text, json, console, sql", () => {
  const unknown = all.filter((snippet) => !snippets.includes(snippet) && !others.includes(snippet.language));
  expect(unknown.map(({ file, line, language }) => `${file}:${line} ${language}`)).toEqual([]);
});

for (const [index, { file, line, language, code }] of snippets.entries()) {
  const isRun = language !== "ts no-run";
  test(`${file}:${line} compiles${isRun ? ", runs, and prints what it says" : ""}`, () => {
    expect(problems[index]).toEqual([]);
    if (!isRun) return;
    const run = runs[index];
    expect(run?.error, run === undefined ? "an example before it blocked the process" : "").toBeNull();
    // Whatever else it prints, its claims have to come in this order.
    const rest = (run?.printed ?? []).map((text) => text.replaceAll("'", '"'));
    for (const claim of claimedOutput(code)) {
      const at = rest.indexOf(claim.replaceAll("'", '"'));
      expect(
        at,
        `it says that it prints "${claim}", and printed:\n${rest.join("\n")}`,
      ).toBeGreaterThanOrEqual(0);
      rest.splice(0, at + 1);
    }
  });
}
