import { Anthropic, AsyncAnthropic, ConfigurationError } from "pageturn";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type RecordingServer, startRecordingServer } from "../servers/recording-server.ts";

let server: RecordingServer;
beforeAll(async () => {
  server = await startRecordingServer();
});
beforeEach(() => server.play());
afterEach(() => vi.unstubAllEnvs());
afterAll(() => server.close());

/** The headers that each client sends, the sync one first. */
async function sent(options: object = {}): Promise<Readonly<Record<string, string>>[]> {
  const all = { apiKey: "key", baseURL: server.url, ...options };
  new Anthropic(all).models.list();
  await new AsyncAnthropic(all).models.list();
  return (await server.requests()).map(({ headers }) => headers);
}

test("ANTHROPIC_CUSTOM_HEADERS has a header in each line", async () => {
  vi.stubEnv("ANTHROPIC_CUSTOM_HEADERS", "X-Team: search\r\n\n  x-link : https://h:1/a \nX-Empty:");
  const [sync, async] = await sent();
  expect(sync).toMatchObject({ "x-team": "search", "x-link": "https://h:1/a", "x-empty": "" });
  expect(async).toMatchObject({ "x-team": "search", "x-link": "https://h:1/a", "x-empty": "" });
});

test("defaultHeaders are over those of the environment, whatever their case, and null removes one", async () => {
  vi.stubEnv("ANTHROPIC_CUSTOM_HEADERS", "x-one: 1\nx-two: 2\nanthropic-version: 2026-10-21");
  for (const headers of await sent({ defaultHeaders: { "X-One": "mine", "X-Two": null } })) {
    expect(headers["x-one"]).toBe("mine");
    expect(headers).not.toHaveProperty("x-two");
    expect(headers["anthropic-version"]).toBe("2026-10-21");
  }
});

test("they can hold the credential, and a clone has them as its original read them", async () => {
  vi.stubEnv("ANTHROPIC_CUSTOM_HEADERS", "X-Api-Key: from-headers");
  const options = { apiKey: null, baseURL: server.url };
  const clients = [new Anthropic(options), new AsyncAnthropic(options)];
  vi.stubEnv("ANTHROPIC_CUSTOM_HEADERS", "");
  for (const client of clients) await client.withOptions({ maxRetries: 0 }).models.list();
  const keys = (await server.requests()).map(({ headers }) => headers["x-api-key"]);
  expect(keys).toEqual(["from-headers", "from-headers"]);
});

test.each([
  "x-one: 1\n\nsk-ant-secret",
  "x-one: 1\n\nx one: sk-ant-secret",
  "\n\nx-one: sk-ant-secret\u0007",
])("a line that is no header is an error that names the line and shows nothing of it: %j", (lines) => {
  vi.stubEnv("ANTHROPIC_CUSTOM_HEADERS", lines);
  for (const make of [() => new Anthropic(), () => new AsyncAnthropic()]) {
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow("Cannot use line 3 of ANTHROPIC_CUSTOM_HEADERS as it must be a header: Name: value");
  }
});
