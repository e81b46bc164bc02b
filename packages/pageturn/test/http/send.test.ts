import { afterAll, beforeAll, expect, test } from "vitest";
import { APIConnectionError, APIUserAbortError } from "../../src/errors/api-error.ts";
import { ConfigurationError } from "../../src/errors/pageturn-error.ts";
import { NodeTransport } from "../../src/http/node-transport.ts";
import { abortableSleep, type SendOptions, type SendResult, send } from "../../src/http/send.ts";
import type { Transport } from "../../src/http/transport.ts";
import { get, SEND_DEFAULTS } from "./exchange-defaults.ts";
import { type FaultServer, startFaultServer } from "./fault-server.ts";

const transport = new NodeTransport();
let server: FaultServer;
let other: FaultServer;
beforeAll(async () => {
  [server, other] = await Promise.all([startFaultServer(), startFaultServer()]);
});
afterAll(async () => {
  await Promise.all([transport.close(), server.close(), other.close()]);
});

function sendTo(path: string, options: Partial<SendOptions> = {}): Promise<SendResult> {
  return send(transport, get(server.origin + path), { ...SEND_DEFAULTS, ...options });
}

test("an answer comes with its URL, the retries and the time it took", async () => {
  const result = await sendTo("/ok?a=1");
  expect(result).toMatchObject({ url: `${server.origin}/ok?a=1`, retries: 0, response: { status: 200 } });
  expect(result.durationMs).toBeGreaterThan(0);
});

test("a failure is tried again until it is answered", async () => {
  expect(await sendTo("/flaky?fail=2&t=1", { maxRetries: 2 })).toMatchObject({
    retries: 2,
    response: { status: 200 },
  });
  // One more: the first is written to a kept connection, which a server may close at any time, and is sent again at once.
  expect(await sendTo("/flaky?fail=3&reset&t=2", { maxRetries: 2 })).toMatchObject({ retries: 2 });
});

test("the last answer is returned when the retries are used up", async () => {
  const result = await sendTo("/flaky?fail=9&t=3", { maxRetries: 2 });
  expect(result).toMatchObject({ retries: 2, response: { status: 503 } });
});

test("a status that is not worth another attempt is returned at once", async () => {
  expect(await sendTo("/nowhere", { maxRetries: 2 })).toMatchObject({
    retries: 0,
    response: { status: 404 },
  });
});

test("the waits are those of the retry policy", async () => {
  const waits: number[] = [];
  const sleep = async (ms: number): Promise<void> => void waits.push(ms);
  await sendTo("/flaky?fail=3&t=4", { maxRetries: 3, timing: { now: () => 0, sleep, random: () => 0.5 } });
  expect(waits).toEqual([437.5, 875, 1750]);
});

test("an error says what happened, on which request, after how many attempts, and what to do", async () => {
  await expect(sendTo("/reset?q=1", { maxRetries: 2 })).rejects.toThrow(
    /^GET http:\/\/127\.0\.0\.1:\d+\/reset\?q=1 failed after 3 attempts: read ECONNRESET.*try again$/,
  );
  await expect(sendTo("/never", { timeout: 30, maxRetries: 1 })).rejects.toThrow(
    /\/never failed after 2 attempts: no complete answer within 30 ms\. Raise `timeout`/,
  );
  await expect(sendTo("/large", { maxResponseBytes: 10, maxRetries: 2 })).rejects.toThrow(
    /\/large failed after 1 attempt: the body is larger than 10 bytes/,
  );
});

test("a long URL is cut in the message, not in the error's request", async () => {
  const path = `/reset?ids=${"x".repeat(5000)}`;
  const error: unknown = await sendTo(path).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(APIConnectionError);
  expect(error).toMatchObject({ request: { url: server.origin + path } });
  expect((error as Error).message.length).toBeLessThan(500);
});

test("a signal ends the wait between two attempts at once", async () => {
  const controller = new AbortController();
  let waits = () => {};
  const waiting = new Promise<void>((resolve) => {
    waits = resolve;
  });
  // Longer than the test may take: nothing but the signal ends the wait.
  const sleep = (_: number, signal?: AbortSignal) => {
    waits();
    return abortableSleep(600_000, signal);
  };
  const count = server.requests.length;
  const sent = send(transport, get(`${server.origin}/flaky?fail=9&t=5`), {
    ...SEND_DEFAULTS,
    timing: { ...SEND_DEFAULTS.timing, sleep },
    maxRetries: 5,
    signal: controller.signal,
  });
  const caught = sent.catch((reason: unknown) => reason);
  await waiting;
  controller.abort();
  expect(await caught).toBeInstanceOf(APIUserAbortError);
  expect(server.requests.length).toBe(count + 1);
});

test("a credential that HTTP cannot carry is named, not shown, and nothing is sent", async () => {
  const count = server.requests.length;
  const request = get(`${server.origin}/ok`, { "x-api-key": "sk-ant-secret\n" });
  const error: unknown = await send(transport, request, SEND_DEFAULTS).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(String(error)).toContain('"x-api-key"');
  expect(String(error)).not.toContain("secret");
  await expect(send(transport, get(`${server.origin}/ok`, { "a b": "1" }), SEND_DEFAULTS)).rejects.toThrow(
    /"a b"/,
  );
  expect(server.requests.length).toBe(count);
});

test.each([301, 302, 303, 307, 308])("a redirect %s within the origin is followed", async (status) => {
  const result = await sendTo(`/${status}?to=/ok?x=1%23part`);
  expect(result).toMatchObject({ url: `${server.origin}/ok?x=1`, response: { status: 200 } });
});

test("a redirect to another origin is returned, and nothing is sent there", async () => {
  const result = await sendTo(`/302?to=${other.origin}/ok`);
  expect(result).toMatchObject({ response: { status: 302 } });
  expect(other.requests).toEqual([]);
});

test("a redirect whose location is UTF-8 leads there", async () => {
  const seen: string[] = [];
  const attempt: Transport["attempt"] = async ({ url }) => {
    seen.push(url);
    // As HTTP libraries return it: each byte is a character.
    const location = Buffer.from("/übersicht?q=ä").toString("latin1");
    const headers = seen.length === 1 ? { location } : {};
    return { status: seen.length === 1 ? 302 : 200, headers, body: new Uint8Array() };
  };
  await send({ attempt, close: async () => {} }, get("https://api.test/a"), SEND_DEFAULTS);
  expect(seen).toEqual(["https://api.test/a", "https://api.test/%C3%BCbersicht?q=%C3%A4"]);
});

test("a redirect cannot smuggle a user name in", async () => {
  const to = encodeURIComponent(server.origin.replace("//", "//user:password@"));
  expect((await sendTo(`/302?to=${to}/ok`)).url).toBe(`${server.origin}/ok`);
});

test.each(["/302", "/302?to=http://", "/302?to=mailto:a@b"])("%s leads nowhere and ends", async (path) => {
  const result = await sendTo(path);
  expect(result.response.status).toBe(path === "/302" ? 200 : 302);
});

test("a circle of redirects ends after five", async () => {
  const loop = await startFaultServer();
  const to = (inner: string): string => `/302?to=${encodeURIComponent(inner)}`;
  const five = to(to(to(to(to("/ok")))));
  expect((await send(transport, get(loop.origin + five), SEND_DEFAULTS)).response.status).toBe(200);
  const six = await send(transport, get(loop.origin + to(five)), SEND_DEFAULTS);
  expect(six.response.status).toBe(302);
  await loop.close();
});

test("a redirected POST is returned: its body is not sent twice", async () => {
  const request = { method: "POST", url: `${server.origin}/307?to=/ok`, headers: {}, body: "{}" };
  expect((await send(transport, request, SEND_DEFAULTS)).response.status).toBe(307);
});
