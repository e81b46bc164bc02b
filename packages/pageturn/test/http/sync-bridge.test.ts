import threads from "node:worker_threads";
import { expect, test } from "vitest";
import { SyncBridge } from "../../src/http/sync/sync-bridge.ts";
import type { SyncCommand } from "../../src/http/sync/sync-protocol.ts";

const COMMAND: SyncCommand = { kind: "close", id: 1 };

function bridgeTo(code: string): SyncBridge {
  const setup = 'import { workerData } from "node:worker_threads"; const { port, shared } = workerData;';
  return new SyncBridge(threads, {
    entry: new URL(`data:text/javascript,${encodeURIComponent(setup + code)}`),
    silenceMs: 600,
  });
}

const dead: readonly [what: string, code: string][] = [
  ["throws at its start", 'throw new Error("no");'],
  ["never answers", "setInterval(() => undefined, 1000);"],
  ["hangs in a loop", "for (;;);"],
  ["dies of a message", 'port.on("message", () => process.exit(1));'],
];

test.each(dead)("a worker that %s does not hold its caller", (_, code) => {
  const bridge = bridgeTo(code);
  bridge.post(COMMAND);
  expect(bridge.take(1)).toBeUndefined();
  expect(bridge.ended).toBe(true);
});

test("a worker that says it has ended is believed at once, after its last replies", () => {
  const bridge = bridgeTo(`
    port.on("message", ({ id }) => {
      port.postMessage({ id, outcome: null });
      Atomics.store(shared, 2, 1);
      Atomics.add(shared, 0, 1);
      Atomics.notify(shared, 0);
    });`);
  bridge.post(COMMAND);
  expect(bridge.take(1)).toBeNull();
  expect(bridge.ended).toBe(true);
  bridge.end();
});

test("a worker whose heart beats is waited for longer than the permitted silence", () => {
  const bridge = bridgeTo(`
    const heart = setInterval(() => Atomics.add(shared, 1, 1), 10);
    port.on("message", ({ id }) => setTimeout(() => {
      clearInterval(heart);
      port.postMessage({ id, outcome: null });
      Atomics.add(shared, 0, 1);
      Atomics.notify(shared, 0);
    }, 900));`);
  bridge.post(COMMAND);
  expect(bridge.take(1)).toBeNull();
  bridge.end();
});

test("a worker that dies while nobody waits does not end the program, and is known to be gone", async () => {
  const bridge = bridgeTo('port.on("message", () => { throw new Error("no"); });');
  bridge.post(COMMAND);
  await expect.poll(() => bridge.ended, { interval: 5 }).toBe(true);
  expect(bridge.take(1)).toBeUndefined();
});

test("a reply to a command that was given up is thrown away", () => {
  const bridge = bridgeTo(`
    port.on("message", ({ id }) => {
      port.postMessage({ id, outcome: null });
      Atomics.add(shared, 0, 1);
      Atomics.notify(shared, 0);
    });`);
  bridge.post(COMMAND);
  bridge.cancel(1);
  bridge.post({ kind: "close", id: 2 });
  expect(bridge.take(2)).toBeNull();
  expect(bridge.take(1)).toBeUndefined();
  expect(bridge.ended).toBe(false);
  bridge.end();
});
