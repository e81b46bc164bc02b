import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildLibrary } from "../docs/build-library.ts";

const root = join(import.meta.dirname, "../../../..");
const exe = process.platform === "win32" ? ".exe" : "";
const node = (version: string) => join(root, `${version}node_modules/node/bin/node${exe}`);
const deno = join(root, `node_modules/deno/deno${exe}`);
const folder = mkdtempSync(join(tmpdir(), "pageturn-permissions-"));

beforeAll(() => {
  buildLibrary();
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(join(root, "packages/pageturn"), join(folder, "node_modules/pageturn"), "junction");
  writeFileSync(join(folder, "package.json"), "{}");
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a runtime prints for the error of a program: its name and its message. */
async function failure(program: string, command: string, ...args: string[]): Promise<string> {
  const file = join(folder, "program.mjs");
  writeFileSync(
    file,
    `import { Anthropic, AsyncAnthropic } from "pageturn";
import { readCatalog } from "pageturn/catalog";
import { startMockServer } from "pageturn/testing";
const options = { baseURL: "http://127.0.0.1:8799", apiKey: "key" };
try { ${program} } catch ({ name, message }) { console.log(name + ": " + message) }`,
  );
  const env = { ...process.env, NODE_OPTIONS: "", NODE_V8_COVERAGE: "", NO_COLOR: "1" };
  const { stdout } = await promisify(execFile)(command, [...args, file], { env, timeout: 60_000 });
  return stdout.trim();
}

const restricted = ["--permission", "--allow-fs-read=*"];

test.each([
  ["a synchronous client", "new Anthropic(options).models.list()", "AsyncAnthropic"],
  ["the mock server", "await startMockServer()", "mock server"],
])("without the permission for threads, %s names the flag", async (_, program, name) => {
  const message = await failure(program, node(""), ...restricted);
  expect(message).toMatch(/^ConfigurationError: .*run node with --allow-worker/);
  expect(message).toContain(name);
});

test("a connection that is not permitted is not taken for a fault of the network, and not tried again", async () => {
  const program = "await new AsyncAnthropic(options).models.list()";
  const message = await failure(program, node("runtimes/node-26/"), ...restricted);
  expect(message).toMatch(/^Error: .*ERR_ACCESS_DENIED .*--allow-net/);
  expect(message).not.toMatch(/attempts|proxy/);
  const byFetch = "await new AsyncAnthropic({ ...options, fetch }).models.list()";
  expect(await failure(byFetch, node("runtimes/node-26/"), ...restricted)).toMatch(
    /ERR_ACCESS_DENIED .*--allow-net/,
  );
  for (const each of [program, "new Anthropic(options).models.list()"])
    expect(await failure(each, deno, "run", "--no-prompt", "--allow-env")).toMatch(
      /^NotCapable: Requires net access/,
    );
});

test("a catalog that may not be read is not taken for one that is missing", async () => {
  expect(await failure("readCatalog()", deno, "run", "--no-prompt")).toMatch(
    /^NotCapable: Requires read access/,
  );
});
