import threads from "node:worker_threads";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { APIConnectionError } from "../../src/errors/api-error.ts";
import { SyncBridge } from "../../src/http/sync/sync-bridge.ts";
import {
  closeSync,
  type SyncSendOptions,
  sendSync,
  startSyncWorker,
} from "../../src/http/sync/sync-transport.ts";
import { get } from "./exchange-defaults.ts";
import { startFaultServerThread, type ThreadedFaultServer } from "./fault-server-thread.ts";

vi.mock(import("../../src/http/sync/sync-transport.ts"), async (original) => {
  const actual = await original();
  return { ...actual, startSyncWorker: vi.fn(actual.startSyncWorker) };
});

const OPTIONS: SyncSendOptions = { timeout: 10_000, maxRetries: 0, maxResponseBytes: 1_000_000 };

let server: ThreadedFaultServer;
beforeAll(async () => {
  server = await startFaultServerThread();
});
afterAll(async () => {
  closeSync();
  await server.close();
});

test("the loss of the worker is an error with a remedy, and the next request starts a new worker", () => {
  const entry = new URL("data:text/javascript,throw new Error('no')");
  vi.mocked(startSyncWorker).mockImplementationOnce(() => new SyncBridge(threads, { entry, silenceMs: 600 }));
  const request = get(`${server.origin}/ok`);
  expect(() => sendSync(request, OPTIONS)).toThrow(APIConnectionError);
  expect(sendSync(request, OPTIONS).response.status).toBe(200);
  expect(sendSync(request, OPTIONS).response.status).toBe(200);
  expect(startSyncWorker).toHaveBeenCalledTimes(2);
});
