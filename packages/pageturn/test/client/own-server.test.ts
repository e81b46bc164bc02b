import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Anthropic, AsyncAnthropic, ConfigurationError } from "pageturn";
import { expect, test } from "vitest";

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
