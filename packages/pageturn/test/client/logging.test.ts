import { inspect } from "node:util";
import {
  Anthropic,
  AsyncAnthropic,
  ConfigurationError,
  createClient,
  createSyncClient,
  type LogLevel,
} from "pageturn";
import { pageCursor } from "pageturn/strategies";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { Attempts } from "../../src/http/attempts.ts";
import { type RecordingServer, startRecordingServer } from "../servers/recording-server.ts";

const KEY = "sk-ant-secret-key";

let server: RecordingServer;
beforeAll(async () => {
  server = await startRecordingServer();
});
beforeEach(async () => {
  vi.stubEnv("ANTHROPIC_LOG", "");
  await server.play();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
afterAll(() => server.close());

interface Line {
  readonly level: string;
  readonly text: string;
  readonly details: readonly unknown[];
}

/** A logger that keeps its lines, with ids, times and the port of the server replaced. */
function recorder() {
  const lines: Line[] = [];
  const at =
    (level: string) =>
    (text: string, ...details: unknown[]): void => {
      const stable = text
        .replace(/log_[\da-f]{6}/, "ID")
        .replace(/in \d+ ms/, "in N ms")
        .replace(/http:\S+?:\d+/, "URL");
      lines.push({ level, text: stable, details });
    };
  const logger = { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") };
  return { lines, logger };
}

/** What each client logs for the same list, and how it ended. */
async function logged(
  options: object,
  use: (client: Anthropic | AsyncAnthropic) => unknown = (client) => client.models.list(),
): Promise<readonly [sync: Line[], async: Line[]]> {
  const [sync, async] = [recorder(), recorder()];
  const all = { apiKey: KEY, baseURL: server.url, ...options };
  const clients = [
    new Anthropic({ ...all, logger: sync.logger }),
    new AsyncAnthropic({ ...all, logger: async.logger }),
  ];
  for (const client of clients) {
    try {
      await use(client);
    } catch {
      // The lines are looked at.
    }
  }
  return [sync.lines, async.lines];
}

const texts = (lines: readonly Line[]): string[] => lines.map(({ level, text }) => `${level} ${text}`);

test("at info there is a line for each answer, with what follows", async () => {
  const script = [{ status: 529, headers: { "retry-after-ms": "1" } }, {}, { status: 400 }];
  await server.play(...script, ...script);
  const each = await logged({ logLevel: "info" }, async (client) => {
    await client.models.list({ limit: 5 });
    await client.models.list();
  });
  for (const lines of each) {
    expect(texts(lines)).toEqual([
      'info [ID, request-id: "req_1"] GET URL/v1/models?limit=5 failed with status 529 in N ms - retrying in 1 ms, 2 left',
      'info [ID, request-id: "req_1"] GET URL/v1/models?limit=5 succeeded with status 200 in N ms',
      'info [ID, request-id: "req_1"] GET URL/v1/models failed with status 400 in N ms - not retried',
    ]);
    expect(lines.flatMap(({ details }) => details)).toEqual([]);
  }
});

test("the workspace of an answer is in its line", async () => {
  const headers = { "anthropic-workspace-id": "wrkspc_1" };
  await server.play({ headers }, { headers });
  for (const lines of await logged({ logLevel: "info" }))
    expect(texts(lines)[0]).toContain('[ID, request-id: "req_1", anthropic-workspace-id: "wrkspc_1"]');
});

test("a failed connection and the last retry are named", async () => {
  const nowhere = { logLevel: "info", baseURL: "http://127.0.0.1:1", maxRetries: 0 };
  for (const lines of await logged(nowhere)) {
    expect(texts(lines)).toEqual([
      "info [ID] GET URL/v1/models failed with APIConnectionError in N ms - no retries left",
    ]);
  }
});

test("at debug there is a line for each request too, and headers without credentials", async () => {
  const headers = { "set-cookie": "session=abc", location: "/x?signature=abc&a=1", "x-echo": `got ${KEY}` };
  await server.play({ headers }, { headers });
  const defaultHeaders = { "x-goog-api-key": "another-secret", "x-team": "search" };
  for (const lines of await logged({
    logLevel: "debug",
    defaultHeaders,
    defaultQuery: { api_key: "q-secret" },
  })) {
    expect(texts(lines)).toEqual([
      "debug [ID] sending GET URL/v1/models?api_key=[redacted]",
      'info [ID, request-id: "req_1"] GET URL/v1/models?api_key=[redacted] succeeded with status 200 in N ms',
    ]);
    const [sent, answer] = lines.map(({ details }) => details);
    expect(sent).toEqual([
      {
        headers: expect.objectContaining({
          "x-api-key": "[redacted]",
          "x-goog-api-key": "[redacted]",
          "x-team": "search",
        }),
      },
    ]);
    expect(answer).toEqual([
      {
        headers: expect.objectContaining({
          "set-cookie": "[redacted]",
          location: "/x?signature=[redacted]&a=1",
          "x-echo": "got [redacted]",
        }),
      },
    ]);
    expect(inspect(lines, { depth: 9 })).not.toMatch(/secret|session=abc/);
  }
});

test("keys of a function are masked as fixed ones are, and a 401 says what is tried", async () => {
  const refused = { status: 401, headers: { "x-echo": "first-key" } };
  await server.play(refused, {}, refused, {});
  const keys = ["first-key", "other-key", "first-key", "other-key"];
  const each = await logged({ logLevel: "debug", apiKey: () => keys.shift() });
  for (const lines of each) {
    expect(texts(lines)).toEqual([
      "debug [ID] sending GET URL/v1/models",
      'info [ID, request-id: "req_1"] GET URL/v1/models failed with status 401 in N ms - asking for another key, which is sent if it is another one',
      "debug [ID] sending GET URL/v1/models again, attempt 2",
      'info [ID, request-id: "req_1"] GET URL/v1/models succeeded with status 200 in N ms',
    ]);
    expect(inspect(lines, { depth: 9 })).not.toMatch(/first-key|other-key/);
  }
});

test("an error under a 200 that is retried has a line of its own", async () => {
  const body = { type: "error", error: { type: "overloaded_error", message: "busy" } };
  const hidden = { body, headers: { "retry-after-ms": "1" } };
  await server.play(hidden, {}, hidden, {});
  for (const lines of await logged({ logLevel: "info" })) {
    expect(texts(lines)[1]).toBe(
      "info GET URL/v1/models answered 200 with an error that stands for status 529 - retrying in N ms",
    );
    expect(lines).toHaveLength(3);
  }
});

test("a page that is fetched ahead is logged when it is taken", async () => {
  const more = { body: { data: [{ id: "a" }], has_more: true, last_id: "a" } };
  await server.play(more, {}, more, {});
  const each = await logged({ logLevel: "info" }, async (client) => {
    const page = await client.models.list();
    for await (const _ of page.items({ prefetch: 1 }));
  });
  for (const lines of each) expect(lines).toHaveLength(2);
});

test("by default, and below info, no request is logged", async () => {
  for (const level of [undefined, "off", "error", "warn"]) {
    await server.play({ status: 400 }, { status: 400 });
    expect(await logged({ logLevel: level })).toEqual([[], []]);
  }
});

test("where nothing is logged, nothing is done around an attempt", async () => {
  const next = vi.spyOn(Attempts.prototype, "next");
  await logged({});
  expect(next).not.toHaveBeenCalled();
  await logged({ logLevel: "info" });
  expect(next).toHaveBeenCalledTimes(2);
});

test("ANTHROPIC_LOG sets the level, the option wins, and without a logger it is the console", async () => {
  vi.stubEnv("ANTHROPIC_LOG", " info ");
  for (const lines of await logged({})) expect(lines).toHaveLength(1);
  expect(await logged({ logLevel: "off" })).toEqual([[], []]);
  const info = vi.spyOn(console, "info").mockImplementation(() => undefined);
  new Anthropic({ apiKey: KEY, baseURL: server.url }).models.list();
  await new AsyncAnthropic({ apiKey: KEY, baseURL: server.url }).models.list();
  expect(info).toHaveBeenCalledTimes(2);
});

test("a level in the environment that does not exist is ignored with one warning, as in the official SDK", async () => {
  vi.stubEnv("ANTHROPIC_LOG", "verbose");
  const { lines, logger } = recorder();
  for (const client of [new Anthropic({ apiKey: KEY, logger }), new AsyncAnthropic({ apiKey: KEY, logger })])
    client.withOptions({ maxRetries: 0 });
  const warning =
    "warn pageturn: ANTHROPIC_LOG is ignored as it must be one of off, error, warn, info, debug";
  expect(texts(lines)).toEqual([warning, warning]);
  new Anthropic({ apiKey: KEY, logger, logLevel: "info" });
  new Anthropic({ apiKey: KEY, logger, logLevel: "error" });
  expect(lines).toHaveLength(2);
});

test("a wrong level and a wrong logger are refused", () => {
  const levels = /option logLevel as it must be one of "off", "error", "warn", "info", "debug"/;
  for (const make of [
    (options: object) => new Anthropic(options),
    (options: object) => new AsyncAnthropic(options),
    (options: object) => createClient({ baseURL: server.url, ...options }),
    (options: object) => createSyncClient({ baseURL: server.url, ...options }),
  ]) {
    expect(() => make({ logLevel: "verbose" as LogLevel })).toThrow(levels);
    expect(() => make({ logger: { error() {}, warn() {}, info() {} } })).toThrow(
      /option logger .*: debug is missing/,
    );
    expect(() => make({ logger: "console" })).toThrow(ConfigurationError);
  }
});

test("clients of other APIs log too", async () => {
  const { lines, logger } = recorder();
  const options = { baseURL: server.url, strategy: pageCursor(), logger, logLevel: "info" } as const;
  await createClient(options).list("/x").toArray();
  createSyncClient(options).list("/x").toArray();
  expect(lines).toHaveLength(2);
});
