import { EventEmitter, once } from "node:events";
import { expect, it, vi } from "vitest";
import { serverConfig } from "../../src/testing/server-config.ts";
import type { ServerCall, ServerReply } from "../../src/testing/start-mock-server.ts";

/** What a worker of Deno has: it can send and receive messages, but not close the port. */
class PortWithoutClose extends EventEmitter {
  postMessage(reply: ServerReply): void {
    this.emit(reply.kind, reply);
  }
}

it("closes without an error in a runtime whose parentPort has no close()", async () => {
  const parentPort = new PortWithoutClose();
  vi.doMock("node:worker_threads", () => ({
    parentPort,
    workerData: { config: serverConfig({}), closing: new SharedArrayBuffer(4) },
  }));
  const ready = once(parentPort, "ready");
  await import("../../src/testing/server-worker.ts");
  const [{ url }] = await ready;
  expect((await fetch(url)).status).toBe(404);

  const done = once(parentPort, "done");
  const call: ServerCall = { call: 1, command: { command: "close" } };
  // The listener is async: a rejection of it would be an unhandled one, which fails the run.
  parentPort.emit("message", call);
  expect(await done).toEqual([{ kind: "done", call: 1, requests: [] }]);
  await expect(fetch(url)).rejects.toThrow();
});
