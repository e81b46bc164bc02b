import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CatalogCopy, root, runGenerator } from "./catalog-copy.ts";

const home = join(root, "packages/pageturn");

/** The made-up entry of the guide. */
function exampleEntry(): Record<string, unknown> {
  const guide = readFileSync(join(root, "contributing/adding-an-endpoint.md"), "utf8");
  return JSON.parse(/```json\n([\s\S]*?)\n```/.exec(guide)?.[1] ?? "null");
}

/** A program that uses the new list; it is type-checked, and then run. */
const program = `
import type { BetaNote } from "./src/anthropic/catalog/generated/types.ts";
import { Anthropic } from "./src/anthropic/anthropic.ts";
import { AsyncAnthropic } from "./src/anthropic/async-anthropic.ts";
import { readFullCatalog } from "./src/testing/served-endpoints.ts";
import { startMockServer } from "./src/testing/start-mock-server.ts";

const endpoints = readFullCatalog().filter(({ id }) => id === "beta.notebooks.notes");
const server = await startMockServer({ items: 50, endpoints });
const options = { baseURL: server.url, apiKey: server.apiKey };
const client = new AsyncAnthropic(options);

// @ts-expect-error the notebook's id is missing
() => client.beta.notebooks.notes.list({ colors: ["red"] });
// @ts-expect-error a required parameter is missing
() => client.beta.notebooks.notes.list("nb_1");
// @ts-expect-error not among the allowed values
() => client.beta.notebooks.notes.list("nb_1", { colors: ["blue"] });

const first = await client.beta.notebooks.notes.list("nb_1", { colors: ["red"], limit: 20 });
const name: string = first.notebook_name;
const notes: BetaNote[] = await first.toArray();
const sync = new Anthropic(options).beta.notebooks.notes.list("nb_1", { colors: ["red"], limit: 20 }).toArray();
const requests = await server.requests();
console.log(JSON.stringify({
  named: name.length > 0,
  notes: notes.map(({ id }) => id).length,
  fields: [...new Set(notes.flatMap((note) => Object.keys(note)))].sort(),
  sameInSync: JSON.stringify(notes) === JSON.stringify(sync),
  path: requests[0]?.path,
  requests: requests.map(({ params }) => Object.keys(params)),
  beta: requests[0]?.headers["anthropic-beta"],
}));
await server.close();
`;

test("a new endpoint is one entry: the clients list it, typed, and the mock server serves it", () => {
  using copy = new CatalogCopy();
  cpSync(join(home, "src"), join(copy.home, "src"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy.home, "node_modules"));
  const imports = { "#default-transport": "./src/http/default-transport.node.ts" };
  writeFileSync(join(copy.home, "package.json"), JSON.stringify({ type: "module", imports }));
  writeFileSync(
    join(copy.home, "tsconfig.json"),
    JSON.stringify({
      extends: join(root, "tsconfig.base.json"),
      compilerOptions: { noEmit: true },
      files: ["program.ts"],
    }),
  );
  writeFileSync(join(copy.home, "program.ts"), program);

  copy.edit("beta", (entries) => entries.push(exampleEntry()));
  const out = join(copy.home, "src/anthropic/catalog/generated");
  const page = join(copy.home, "endpoints.md");
  const generator = runGenerator("--catalog", copy.folder, "--out", out, "--page", page);
  expect(generator.status, generator.output).toBe(0);
  expect(readFileSync(page, "utf8")).toContain("`client.beta.notebooks.notes.list(notebookId)`");

  const tsc = join(root, "node_modules/@typescript/native/bin/tsc");
  const types = spawnSync(process.execPath, [tsc, "-p", copy.home], { encoding: "utf8" });
  expect(types.stdout).toBe("");

  const run = spawnSync(process.execPath, [join(copy.home, "program.ts")], {
    encoding: "utf8",
    timeout: 200_000,
  });
  expect(run.stderr).toBe("");
  expect(JSON.parse(run.stdout)).toEqual({
    named: true,
    notes: 25,
    fields: ["color", "id", "tags", "text", "type"],
    sameInSync: true,
    path: "/v1/notebooks/nb_1/notes",
    requests: [
      ["colors[]", "limit"],
      ["colors[]", "limit", "page"],
      ["colors[]", "limit"],
      ["colors[]", "limit", "page"],
    ],
    beta: "notebooks-2026-11-01",
  });
});
