import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Anthropic, AsyncAnthropic } from "pageturn";
import { startMockServer } from "pageturn/testing";
import { expect, test } from "vitest";

test("10,000 items come through 500 pages with 500 requests, sync and async", async () => {
  await using server = await startMockServer({ items: 10_000 });
  const options = { baseURL: server.url, apiKey: server.apiKey };

  const sync = [];
  for (const model of new Anthropic(options).models.list()) sync.push(model.id);
  const syncRequests = (await server.requests()).length;
  await server.clearRequests();

  const async = [];
  for await (const model of new AsyncAnthropic(options).models.list()) async.push(model.id);

  expect([syncRequests, (await server.requests()).length]).toEqual([500, 500]);
  expect(new Set(sync).size).toBe(10_000);
  expect(async).toEqual(sync);
});

test("a process that walked a list synchronously exits by itself", async () => {
  await using server = await startMockServer({ items: 60 });
  const script = fileURLToPath(new URL("sync-walk-process.ts", import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, server.url, server.apiKey], {
    encoding: "utf8",
    timeout: 200_000,
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "60 items\n", stderr: "" });
});
