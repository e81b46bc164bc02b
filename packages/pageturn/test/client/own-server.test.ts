import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Anthropic, AsyncAnthropic, ConfigurationError } from "pageturn";
import { expect, test } from "vitest";
import { runtimeProject } from "./runtime-project.ts";

const run = runtimeProject();

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

test.each([
  ["Bun", "bun", "Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: answer }).port", []],
  ["Bun with node:http", "bun", "await listen()", []],
  [
    "Deno",
    "deno",
    "Deno.serve({ port: 0, hostname: '127.0.0.1', onListen() {} }, answer).addr.port",
    ["run", "-A"],
  ],
] as const)("%s does not list such a server: the timeout names it", async (_, runtime, port, args) => {
  const program = `import { createServer } from "node:http";
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
`;
  expect(await run(program, runtime, args)).toMatch(
    /^APITimeoutError .*within 200 ms.* A server of the same thread cannot answer.*or another process\.$/,
  );
});
