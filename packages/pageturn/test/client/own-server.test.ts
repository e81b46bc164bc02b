import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { Anthropic, AsyncAnthropic, ConfigurationError } from "pageturn";
import { beforeAll, expect, test } from "vitest";
import { root } from "../docs/all-snippets.ts";
import { buildLibrary, dist } from "../docs/build-library.ts";

beforeAll(buildLibrary, 180_000);

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

test("in Bun, which does not list its servers, the timeout names such a server", async () => {
  const program = `import { createServer } from "node:http";
import { Anthropic } from "${pathToFileURL(join(dist, "pageturn.js"))}";
const server = createServer((_, response) => response.end("[]")).listen(0, "127.0.0.1", () => {
  const baseURL = "http://127.0.0.1:" + server.address().port;
  try {
    new Anthropic({ baseURL, apiKey: "key", timeout: 200, maxRetries: 0 }).models.list();
  } catch ({ name, message }) {
    console.log(name, message);
  }
  process.exit();
});`;
  const bun = join(root, "node_modules/bun/bin/bun.exe");
  const { stdout } = await promisify(execFile)(bun, ["-e", program], { timeout: 60_000 });
  expect(stdout).toMatch(
    /^APITimeoutError .*within 200 ms.* A server of the same thread cannot answer.*worker thread or another process\.\n$/,
  );
});
