import dns from "node:dns";
import { once } from "node:events";
import net from "node:net";
import { expect, test } from "vitest";
import { networkFlags, SyncBridge } from "../../src/http/sync/sync-bridge.ts";
import { get, SEND_DEFAULTS } from "./exchange-defaults.ts";

const RESULT = "{ result: null }";

function bridgeTo(code: string, silenceMs = 600): SyncBridge {
  const setup = 'import { workerData } from "node:worker_threads"; const { port, shared } = workerData;';
  return new SyncBridge(process.getBuiltinModule, {
    code: new URL(`data:text/javascript,${encodeURIComponent(setup + code)}`),
    silenceMs,
  });
}

function post(bridge: SyncBridge, id: number): void {
  const { timeout, maxRetries, maxResponseBytes } = SEND_DEFAULTS;
  bridge.send(get("http://host.invalid/"), {
    id,
    pool: 1,
    options: { timeout, maxRetries, maxResponseBytes },
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
  post(bridge, 1);
  expect(bridge.take(1)).toBeUndefined();
  expect(bridge.ended).toBe(true);
});

test("a worker that says it has ended is believed at once, after its last replies", () => {
  const code = `
    port.on("message", ({ id }) => {
      port.postMessage({ id, outcome: ${RESULT} });
      Atomics.store(shared, 2, 1);
      Atomics.add(shared, 0, 1);
      Atomics.notify(shared, 0);
    });`;
  const bridge = bridgeTo(code, 60_000);
  post(bridge, 1);
  expect(bridge.take(1)).toEqual({ result: null });
  expect(bridge.ended).toBe(true);
  bridge.end();
});

test("a worker whose heart beats is waited for longer than the permitted silence", async () => {
  // It begins to beat once it runs, and the start may take longer than the permitted silence.
  const channel = new BroadcastChannel("pageturn test: the heart beats");
  const beats = once(channel, "message");
  const bridge = bridgeTo(`
    const channel = new BroadcastChannel("pageturn test: the heart beats");
    const heart = setInterval(() => Atomics.add(shared, 1, 1), 10);
    port.on("message", ({ id }) => channel.postMessage("") || setTimeout(() => {
      channel.close();
      clearInterval(heart);
      port.postMessage({ id, outcome: ${RESULT} });
      Atomics.add(shared, 0, 1);
      Atomics.notify(shared, 0);
    }, 900));`);
  post(bridge, 1);
  await beats;
  channel.close();
  expect(bridge.take(1)).toEqual({ result: null });
  bridge.end();
});

test("a worker that dies while nobody waits does not end the program, and is known to be gone", async () => {
  const bridge = bridgeTo('port.on("message", () => { throw new Error("no"); });');
  post(bridge, 1);
  await expect.poll(() => bridge.ended, { interval: 5 }).toBe(true);
  expect(bridge.take(1)).toBeUndefined();
});

test("a reply to a request that was aborted is thrown away", () => {
  const bridge = bridgeTo(`
    port.on("message", ({ id }) => {
      port.postMessage({ id, outcome: ${RESULT} });
      Atomics.add(shared, 0, 1);
      Atomics.notify(shared, 0);
    });`);
  post(bridge, 1);
  bridge.cancel(1);
  post(bridge, 2);
  expect(bridge.take(2)).toEqual({ result: null });
  expect(bridge.take(1)).toBeUndefined();
  expect(bridge.ended).toBe(false);
  bridge.end();
});

test.each<[flags: string[], passed: string[]]>([
  [["--use-system-ca"], ["--use-system-ca"]],
  [
    ["--no-use-system-ca", "--use-env-proxy"],
    ["--no-use-system-ca", "--use-env-proxy"],
  ],
  [
    ["--tls-min-v1.3", "--tls-max-v1.3", "--insecure-http-parser"],
    ["--tls-min-v1.3", "--tls-max-v1.3", "--insecure-http-parser"],
  ],
  [["--max-http-header-size=32768"], ["--max-http-header-size=32768"]],
  [["--max-http-header-size", "32768", "--inspect"], ["--max-http-header-size=32768"]],
  [["--max_http_header_size=32768"], ["--max-http-header-size=32768"]],
  [["--import", "x", "--require=y", "-r", "z", "--loader", "l", "--inspect-brk", "--title=a"], []],
  [
    ["--use-openssl-ca", "--tls-cipher-list=A", "--use-system-cat", "--eval", "--use-system-ca"],
    ["--use-system-ca"],
  ],
])("of the flags %j, the worker gets %j", (flags, passed) => {
  expect(networkFlags(flags)).toEqual(passed);
});

test("the worker resolves names and selects addresses as the calling thread is set to", () => {
  const before = {
    order: dns.getDefaultResultOrder(),
    select: net.getDefaultAutoSelectFamily(),
    timeout: net.getDefaultAutoSelectFamilyAttemptTimeout(),
  };
  const other = before.order === "ipv4first" ? "verbatim" : "ipv4first";
  dns.setDefaultResultOrder(other);
  net.setDefaultAutoSelectFamily(!before.select);
  net.setDefaultAutoSelectFamilyAttemptTimeout(777);
  try {
    const bridge = bridgeTo(
      `
      import dns from "node:dns";
      import net from "node:net";
      await import(${JSON.stringify(new URL("../../src/http/sync/sync-worker.ts", import.meta.url).href)});
      const result = [
        dns.getDefaultResultOrder(),
        net.getDefaultAutoSelectFamily(),
        net.getDefaultAutoSelectFamilyAttemptTimeout(),
      ];
      port.postMessage({ id: 1, outcome: { result } });
      Atomics.add(shared, 0, 1);
      Atomics.notify(shared, 0);`,
      10_000,
    );
    post(bridge, 1);
    expect(bridge.take(1)).toEqual({ result: [other, !before.select, 777] });
    bridge.end();
  } finally {
    dns.setDefaultResultOrder(before.order);
    net.setDefaultAutoSelectFamily(before.select);
    net.setDefaultAutoSelectFamilyAttemptTimeout(before.timeout);
  }
});

test("a flag that a worker does not take does not keep it from starting", () => {
  const { execArgv } = process;
  // Both at once are refused.
  process.execArgv = ["--tls-min-v1.3", "--tls-max-v1.2"];
  try {
    const bridge = bridgeTo(`
      port.on("message", ({ id }) => {
        port.postMessage({ id, outcome: ${RESULT} });
        Atomics.add(shared, 0, 1);
        Atomics.notify(shared, 0);
      });`);
    post(bridge, 1);
    expect(bridge.take(1)).toEqual({ result: null });
    bridge.end();
  } finally {
    process.execArgv = execArgv;
  }
});
