import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { AsyncAnthropic } from "pageturn";
import { startMockServer } from "pageturn/testing";
import { describe, expect, test, vi } from "vitest";
import { openDatabase } from "../../src/database/open-database.ts";
import { type Mirror, openMirror } from "../../src/mirror/mirror.ts";
import { mirrorStatus, readStatus } from "../../src/status/mirror-status.ts";
import { prometheusText } from "../../src/status/prometheus.ts";
import { serveStatus } from "../../src/status/status-server.ts";
import { databases } from "../support/databases.ts";

describe.each(databases)("the status on %s", (_, target) => {
  test("names rows, lag, errors and the next run of each list, on a page, as JSON and for Prometheus", async () => {
    await using server = await startMockServer({ items: 30 });
    const database = await openDatabase(await target());
    const client = new AsyncAnthropic({ baseURL: server.url, apiKey: server.apiKey, maxRetries: 0 });
    const mirror = await openMirror({ database, client });
    await mirror.add({ list: "models", name: 'a "quoted"\\ list' });
    await mirror.add({ list: "organization.users" });
    await mirror.run('a "quoted"\\ list');
    await server.setScript([{ fault: "status", status: 400, path: "/v1/organizations/users" }]);
    await expect(mirror.run("organization.users")).rejects.toThrow(/400/);

    const [models, users] = (await readStatus(mirror)).lists;
    expect(models).toMatchObject({ state: "good", rows: 30, errors: 0, lastError: null });
    expect(models?.lag).toBeLessThan(60);
    expect(users).toMatchObject({ state: "failing", rows: 0, lag: null, errors: 1, lastComplete: null });
    expect(users?.lastError).toMatch(/400/);

    // The key is refused: the run stays open.
    await server.setScript([{ fault: "status", status: 401, path: "/v1/organizations/users" }]);
    await expect(mirror.run("organization.users")).rejects.toThrow(/401/);
    const [open] = (await readStatus(mirror)).lists.slice(1);
    expect(open).toMatchObject({ state: "failing", errors: 2, lastError: expect.stringMatching(/401/) });
    const text = prometheusText(open === undefined ? [] : [open]);
    expect(text).toContain('pageturn_mirror_failing{list="organization.users"} 1\n');
    expect(text).toContain('pageturn_mirror_running{list="organization.users"} 1\n');
    expect(text).toContain('pageturn_mirror_late{list="organization.users"} 0\n');

    const status = await serveStatus(mirror, { port: 0 });
    try {
      expect(status.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
      const page = await fetch(status.url);
      expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(await page.text()).toContain("<h1>Mirror</h1>");
      const { lists } = (await (await fetch(`${status.url}status.json`)).json()) as { lists: unknown[] };
      expect(lists).toHaveLength(2);
      const metrics = await (await fetch(`${status.url}metrics`)).text();
      expect(metrics).toContain('pageturn_mirror_rows{list="a \\"quoted\\"\\\\ list"} 30\n');
      expect(metrics).toContain("# TYPE pageturn_mirror_lag_seconds gauge\n");
      expect(metrics).not.toContain('lag_seconds{list="organization.users"}');
      expect((await fetch(`${status.url}other`)).status).toBe(404);
      expect((await fetch(status.url, { method: "POST" })).status).toBe(405);
      const statusFor = (host: string) =>
        new Promise<number | undefined>((resolve, reject) => {
          const asked = request(`${status.url}metrics`, { headers: { host } }, (response) => {
            response.resume();
            resolve(response.statusCode);
          });
          asked.on("error", reject).end();
        });
      for (const host of ["localhost", "localhost:8080", "127.0.0.1:1", "[::1]:1"])
        expect(await statusFor(host)).toBe(200);
      // The name of another site, which its owner has made lead here.
      for (const host of ["evil.example", "localhost.evil.example:80", "127.0.0.1.evil.example"])
        expect(await statusFor(host)).toBe(403);
    } finally {
      await status.close();
    }
    await client.close();
    await database.close();
  });
});

test("the lag is that of the clock of the database, whatever that of the machine is", async () => {
  await using server = await startMockServer({ items: 3 });
  const database = await openDatabase((await databases[0]?.[1]()) ?? "");
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10 * 86_400_000 });
  try {
    const client = new AsyncAnthropic({ baseURL: server.url, apiKey: server.apiKey });
    const mirror = await openMirror({ database, client });
    await mirror.add({ list: "models" });
    await mirror.run("models");
    const status = await serveStatus(mirror, { port: 0 });
    const read = async (path: string) => (await fetch(`${status.url}${path}`)).text();
    const { now, lists } = JSON.parse(await read("status.json"));
    expect(Date.parse(now)).toBeLessThan(Date.now() - 9 * 86_400_000);
    expect(lists).toMatchObject([{ state: "good" }]);
    expect(lists[0].lag).toBeLessThan(60);
    expect(await read("metrics")).toMatch(/lag_seconds\{list="models"\} \d?\d(\.|\n)/);
    await status.close();
    await client.close();
  } finally {
    vi.useRealTimers();
    await database.close();
  }
});

test("the status names what the addresses of the database refuse", async () => {
  const lists = async () => {
    throw new AggregateError([new Error("connect ECONNREFUSED ::1:5432"), new Error("other")]);
  };
  // The cast: the server reads nothing but the lists.
  const status = await serveStatus({ lists } as unknown as Mirror, { port: 0 });
  const response = await fetch(`${status.url}status.json`);
  expect(response.status).toBe(503);
  expect(await response.text()).toBe("The database cannot be read: connect ECONNREFUSED ::1:5432\n");
  await status.close();
});

test("a database that does not answer is asked once, and requests are answered with 503", async () => {
  let asked = 0;
  const lists = () => {
    asked += 1;
    return new Promise(() => {});
  };
  // The cast: the server reads nothing but the lists.
  const status = await serveStatus({ lists } as unknown as Mirror, { port: 0 });
  const begin = performance.now();
  const answers = await Promise.all(
    ["status.json", "metrics", "status.json"].map((path) => fetch(`${status.url}${path}`)),
  );
  expect(answers.map((answer) => answer.status)).toEqual([503, 503, 503]);
  expect(await answers[0]?.text()).toBe(
    "The database cannot be read: The database has not answered for 10 seconds\n",
  );
  // One after the other, they would take 30 seconds.
  expect(performance.now() - begin).toBeLessThan(28_000);
  expect(asked).toBe(1);
  await status.close();
});

test("requests of any kind are answered, and none ends the process", async () => {
  const rejected: unknown[] = [];
  const onRejection = (error: unknown) => rejected.push(error);
  process.on("unhandledRejection", onRejection);
  let wake = () => {};
  const waiting = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const lists = async () => {
    await waiting;
    throw new Error("the database is away");
  };
  // The cast: the server reads nothing but the lists.
  const status = await serveStatus({ lists } as unknown as Mirror, { port: 0 });
  const port = Number(new URL(status.url).port);
  const answerTo = async (text: string, { leave = false } = {}) => {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    socket.write(text);
    if (leave) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      socket.resetAndDestroy();
      return "";
    }
    let answer = "";
    socket.on("error", () => {});
    socket.on("data", (bytes: Buffer) => {
      answer += bytes.toString("latin1");
    });
    await once(socket, "close");
    return /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? answer;
  };
  const get = (target: string, host = "localhost") =>
    answerTo(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  try {
    const odd = [
      "//",
      "///",
      "//[",
      "//:80/",
      "/%",
      "/\\\\",
      "*",
      "http://",
      "http://[",
      "http:",
      "x",
      "://",
      "/\xff",
    ];
    for (const target of odd) expect(["404", "400"]).toContain(await get(target));
    expect(await get("//")).toBe("404");
    expect(await get("/", "[")).toBe("403");
    expect(await get("/?a=%")).toBe("200");
    expect(await get("http://elsewhere/")).toBe("200");
    expect(await answerTo("OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).toBe("405");
    expect(await answerTo("GET / HTTP/1.1\r\n\r\n")).toBe("400");
    expect(await answerTo("\x16\x03\x01 not HTTP\r\n\r\n")).toBe("400");
    expect(await answerTo("CONNECT a:1 HTTP/1.1\r\nHost: localhost\r\n\r\n")).toBe("");
    await answerTo("GET /status.json HTTP/1.1\r\nHost: localhost\r\n\r\n", { leave: true });
    await answerTo("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(5), { leave: true });
    const last = get("/metrics");
    wake();
    expect(await last).toBe("503");
  } finally {
    await status.close();
    process.off("unhandledRejection", onRejection);
  }
  expect(rejected).toEqual([]);
});

test("a list that is due for longer than its interval is late, and one whose last run was incomplete fails", () => {
  const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);
  const run = { outcome: "complete", pages: 1, errors: 0, lastError: null, failing: false } as const;
  const list = {
    every: 60,
    nextRunAt: at(0),
    position: at(-60),
    newFields: [],
    lastComplete: null,
    rows: 1,
    list: "models",
  };
  const stateOf = (runs: readonly object[], now: number) =>
    // The cast: only what the status reads.
    mirrorStatus([{ ...list, name: "x", mode: "feed", runs } as never], at(now))[0]?.state;
  expect(stateOf([], 0)).toBe("new");
  expect(stateOf([run], 30)).toBe("good");
  expect(stateOf([run], 90)).toBe("late");
  expect(stateOf([{ ...run, outcome: "incomplete" }], 30)).toBe("failing");
  expect(stateOf([{ ...run, outcome: "incomplete" }], 90)).toBe("failing");
  const open = { ...run, outcome: "open", startedAt: at(10), seenAt: null };
  expect(stateOf([open], 70)).toBe("running");
  expect(stateOf([open], 71)).toBe("late");
  expect(stateOf([{ ...open, seenAt: at(1000) }], 1060)).toBe("running");
  expect(stateOf([{ ...open, failing: true }], 30)).toBe("failing");
  expect(stateOf([{ ...open, failing: true }], 1000)).toBe("failing");
  expect(prometheusText([])).toContain("# HELP pageturn_mirror_rows ");
});
