import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { APIConnectionError } from "../../src/errors/api-error.ts";
import type { SyncSendOptions } from "../../src/http/sync/blocking-transport.ts";
import { SyncTransport } from "../../src/http/sync/sync-transport.ts";
import { get } from "./exchange-defaults.ts";
import { startFaultServerThread, type ThreadedFaultServer } from "./fault-server-thread.ts";

const OPTIONS: SyncSendOptions = { timeout: 10_000, maxRetries: 0, maxResponseBytes: 1_000_000 };

let server: ThreadedFaultServer;
beforeAll(async () => {
  server = await startFaultServerThread();
});
afterAll(() => server.close());

/** A worker that says at once that it has ended. */
class DeadWorker extends Worker {
  constructor(_: URL, options: ConstructorParameters<typeof Worker>[1]) {
    const code = `
      import { workerData } from "node:worker_threads";
      Atomics.store(workerData.shared, 2, 1);
      Atomics.add(workerData.shared, 0, 1);
      Atomics.notify(workerData.shared, 0);`;
    super(new URL(`data:text/javascript,${encodeURIComponent(code)}`), options);
  }
}

test("the loss of the worker is an error with a remedy, and the next request starts a new worker", () => {
  const transport = new SyncTransport();
  const request = get(`${server.origin}/ok`);
  const { getBuiltinModule } = process;
  const spy = vi.spyOn(process, "getBuiltinModule").mockImplementation((id: string) => {
    const module: object | undefined = getBuiltinModule(id);
    return id === "node:worker_threads" ? Object.assign({}, module, { Worker: DeadWorker }) : module;
  });
  expect(() => transport.send(request, OPTIONS)).toThrow(APIConnectionError);
  spy.mockRestore();
  expect(transport.send(request, OPTIONS).response.status).toBe(200);
  expect(transport.send(request, OPTIONS).response.status).toBe(200);
});
