import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Anthropic, AsyncAnthropic, ConfigurationError } from "pageturn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../docs/all-snippets.ts";
import { buildLibrary } from "../docs/build-library.ts";

beforeAll(buildLibrary);

test("a sync call to a server of its own thread is refused at once, where it would hang for half an hour", async () => {
  const server = createServer((_, response) => response.end('{"data":[]}'));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // The cast: a server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo;
  const options = { baseURL: `http://127.0.0.1:${port}`, apiKey: "key" };
  const started = performance.now();
  const list = () => new Anthropic(options).models.list();
  expect(list).toThrow(ConfigurationError);
  expect(list).toThrow(
    new RegExp(`port ${port} as a server of the same thread listens there.*worker thread.*AsyncAnthropic`),
  );
  expect(performance.now() - started).toBeLessThan(120_000);
  expect((await new AsyncAnthropic(options).models.list()).data).toEqual([]);
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  expect(() => new Anthropic({ ...options, maxRetries: 0 }).models.list()).toThrow(/ECONNREFUSED/);
});

describe("a runtime that does not list its servers", () => {
  const folder = mkdtempSync(join(tmpdir(), "pageturn-own-server-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ["Bun", "bun/bin/bun.exe", "Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: answer }).port", []],
    ["Bun with node:http", "bun/bin/bun.exe", "await listen()", []],
    [
      "Deno",
      `deno/deno${process.platform === "win32" ? ".exe" : ""}`,
      "Deno.serve({ port: 0, hostname: '127.0.0.1', onListen() {} }, answer).addr.port",
      ["run", "-A"],
    ],
  ])("%s: the timeout names a server of the same thread", async (_, runtime, port, args) => {
    mkdirSync(join(folder, "node_modules"), { recursive: true });
    const link = join(folder, "node_modules/pageturn");
    if (!existsSync(link)) symlinkSync(join(root, "packages/pageturn"), link, "junction");
    writeFileSync(join(folder, "package.json"), "{}");
    const program = join(folder, "program.mjs");
    writeFileSync(
      program,
      `import { createServer } from "node:http";
import { Anthropic } from "pageturn";
const answer = () => new Response("[]");
const listen = () => new Promise((resolve) => {
  const server = createServer((_, response) => response.end("[]"));
  server.listen(0, "127.0.0.1", () => resolve(server.address().port));
});
const baseURL = "http://127.0.0.1:" + ${port};
try {
  new Anthropic({ baseURL, apiKey: "key", timeout: 200, maxRetries: 0 }).models.list();
} catch ({ name, message }) {
  console.log(name, message);
}
process.exit();
`,
    );
    const command = join(root, "node_modules", runtime);
    const { stdout } = await promisify(execFile)(command, [...args, program], { timeout: 200_000 });
    expect(stdout).toMatch(
      /^APITimeoutError .*within 200 ms.* A server of the same thread cannot answer.*or another process\.\n$/,
    );
  });
});
