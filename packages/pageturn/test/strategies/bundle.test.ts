import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import * as strategies from "../../src/strategies.ts";
import { root } from "../docs/all-snippets.ts";
import { buildLibrary } from "../docs/build-library.ts";

beforeAll(buildLibrary);

/** A bundle for browsers of what these lines import, as users would make it of the built library. */
async function bundle(source: string): Promise<string> {
  const { outputFiles, warnings } = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    write: false,
  });
  expect(warnings).toEqual([]);
  return outputFiles[0]?.text ?? "";
}

/** Names that only the Anthropic API has. */
const ANTHROPIC = /anthropic|claude|after_id|before_id|first_id|prev_page|["']next_page["']|page_token/i;

describe("a bundle", () => {
  test("of linkHeader and the async paginator has nothing of the Anthropic API", async () => {
    const text = await bundle(`
      import { linkHeader } from "pageturn/strategies";
      import { AsyncPaginator, definePages } from "pageturn/pagination";
      const { AsyncPage } = definePages(linkHeader());
      const pages = [
        { body: [1, 2], link: '</list?page=2>; rel="next"' },
        { body: [3], link: "" },
      ];
      let calls = 0;
      const fetch = async () => {
        const { body, link } = pages[calls++];
        const headers = new Headers({ link });
        return { body, response: { status: 200, headers, requestId: null, url: "memory:", durationMs: 0 } };
      };
      const request = { path: "/list", query: {} };
      export const items = await new AsyncPaginator(AsyncPage, { request, fetch }).toArray();
    `);
    expect(text).not.toMatch(ANTHROPIC);
    expect(text).not.toMatch(/\bnode:|\bundici\b/);
    const { items } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
    expect(items).toEqual([1, 2, 3]);
  });

  test("of an error class of pageturn/paginate has neither walks nor other SDKs", async () => {
    const text = await bundle(`
      import { IncompleteListError } from "pageturn/paginate";
      export const isIncomplete = (error) => error instanceof IncompleteListError;
    `);
    expect(text).not.toMatch(/getPaginatedItems|autoPagingEach|asyncIterator|prefetch/);
    expect(text.length).toBeLessThan(1000);
  });

  test("of linkHeader and createClient has nothing of the Anthropic API either", async () => {
    const text = await bundle(
      'export { linkHeader } from "pageturn/strategies"; export { createClient } from "pageturn/client";',
    );
    expect(text).not.toMatch(ANTHROPIC);
  });

  test.each([
    ["idCursor", /RFC 8288|pageInfo|next_cursor/],
    ["stripe", /RFC 8288|pageInfo|next_cursor|slack/i],
    ["linkHeader", /pageInfo|next_cursor|starting_after|nextPageToken/],
    ["slack", /RFC 8288|pageInfo|start_cursor|starting_after/],
    ["relayConnection", /RFC 8288|next_cursor|starting_after/],
  ])("of %s has no other strategy", async (name, others) => {
    expect(await bundle(`export { ${name} } from "pageturn/strategies";`)).not.toMatch(others);
  });
});

test("the oldest Node and a browser get the same names from pageturn/strategies", async () => {
  const node = join(
    root,
    "runtimes/node-20/node_modules/node/bin",
    process.platform === "win32" ? "node.exe" : "node",
  );
  const script =
    'import * as all from "pageturn/strategies"; console.log(process.version, Object.keys(all).sort().join());';
  const printed = execFileSync(node, ["--input-type=module", "-e", script], {
    cwd: import.meta.dirname,
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  const names = Object.keys(strategies).sort();
  expect(printed.trim()).toMatch(/^v20\.18\.\d+ /);
  expect(printed.trim().split(" ")[1]).toBe(names.join());
  const text = await bundle('export * from "pageturn/strategies";');
  expect(Object.keys(await import(`data:text/javascript,${encodeURIComponent(text)}`)).sort()).toEqual(names);
});
