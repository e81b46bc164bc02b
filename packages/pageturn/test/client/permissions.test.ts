import { expect, test } from "vitest";
import { runtimeProject, type runtimes } from "./runtime-project.ts";

const run = runtimeProject();

/** What a runtime prints for the error of a program: its name and its message. */
function failure(program: string, runtime: keyof typeof runtimes, ...args: string[]): Promise<string> {
  return run(
    `import { Anthropic, AsyncAnthropic } from "pageturn";
import { readCatalog } from "pageturn/catalog";
import { startMockServer } from "pageturn/testing";
const options = { baseURL: "http://127.0.0.1:8799", apiKey: "key" };
try { ${program} } catch ({ name, message }) { console.log(name + ": " + message) }`,
    runtime,
    args,
  );
}

const restricted = ["--permission", "--allow-fs-read=*"];

test.each([
  ["a synchronous client", "new Anthropic(options).models.list()", "AsyncAnthropic"],
  ["the mock server", "await startMockServer()", "mock server"],
])("without the permission for threads, %s names the flag", async (_, program, name) => {
  const message = await failure(program, "node24", ...restricted);
  expect(message).toMatch(/^ConfigurationError: .*run node with --allow-worker/);
  expect(message).toContain(name);
});

test("a connection that is not permitted is not taken for a fault of the network, and not tried again", async () => {
  const program = "await new AsyncAnthropic(options).models.list()";
  const message = await failure(program, "node26", ...restricted);
  expect(message).toMatch(/^Error: .*ERR_ACCESS_DENIED .*--allow-net/);
  expect(message).not.toMatch(/attempts|proxy/);
  const byFetch = "await new AsyncAnthropic({ ...options, fetch }).models.list()";
  expect(await failure(byFetch, "node26", ...restricted)).toMatch(/ERR_ACCESS_DENIED .*--allow-net/);
  for (const each of [program, "new Anthropic(options).models.list()"])
    expect(await failure(each, "deno", "run", "--no-prompt", "--allow-env")).toMatch(
      /^NotCapable: Requires net access/,
    );
});

test("a catalog that may not be read is not taken for one that is missing", async () => {
  expect(await failure("readCatalog()", "deno", "run", "--no-prompt")).toMatch(
    /^NotCapable: Requires read access/,
  );
});
