import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startMockServer } from "pageturn/testing";
import { expect, test } from "vitest";
import { root } from "../../../pageturn/test/docs/all-snippets.ts";
import { buildLibrary } from "../../../pageturn/test/docs/build-library.ts";
import { markdownSnippets } from "../../../pageturn/test/docs/snippet.ts";
import { SnippetProject } from "../../../pageturn/test/docs/snippet-project.ts";

const file = "packages/postgres/README.md";

test("the program of the README compiles and runs, on a folder in place of a server", async () => {
  buildLibrary();
  await using server = await startMockServer({ items: 5 });
  const snippets = markdownSnippets(file, readFileSync(join(root, file), "utf8"))
    .filter(({ language }) => language === "ts no-run")
    .map((snippet) => ({ ...snippet, language: "ts" }));
  expect(snippets).toHaveLength(1);
  const project = new SnippetProject(snippets, () => ({
    "postgres://mirror@localhost/company": "./mirror",
    "port: 8080": "port: 0",
  }));
  try {
    expect(await project.check()).toEqual([[]]);
    const environment = {
      ANTHROPIC_BASE_URL: server.url,
      ANTHROPIC_API_KEY: server.apiKey,
      NO_PROXY: "127.0.0.1",
    };
    expect(await project.run(environment, 35)).toEqual([{ error: null, printed: [] }]);
  } finally {
    project.remove();
  }
}, 60_000);
