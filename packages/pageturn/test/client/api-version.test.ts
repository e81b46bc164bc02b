import { Anthropic, AsyncAnthropic, ConfigurationError } from "pageturn";
import { startMockServer } from "pageturn/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type RecordingServer, startRecordingServer } from "../servers/recording-server.ts";

let server: RecordingServer;
beforeAll(async () => {
  server = await startRecordingServer();
});
beforeEach(async () => {
  for (const name of ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"]) vi.stubEnv(name, "");
  await server.play();
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => server.close());

interface Credentials {
  readonly version: string | undefined;
  readonly key: string | undefined;
  readonly token: string | undefined;
}

/** The credentials that both clients send; they are the same. */
async function sent(options: object): Promise<Credentials> {
  const all = { baseURL: server.url, ...options };
  new Anthropic(all).models.list();
  await new AsyncAnthropic(all).models.list();
  const [sync, async] = (await server.requests()).map(({ headers }) => ({
    version: headers["anthropic-version"],
    key: headers["x-api-key"],
    token: headers["authorization"],
  }));
  expect(async).toEqual(sync);
  if (sync === undefined) throw new Error("nothing was sent");
  return sync;
}

test("the version is 2023-06-01 by default, and the key goes as x-api-key", async () => {
  expect(await sent({ apiKey: "k" })).toEqual({ version: "2023-06-01", key: "k", token: undefined });
});

test.each(["2026-10-21", "2027-01-01"])(
  "from version 2026-10-21 on the key goes as a token: %s",
  async (apiVersion) => {
    const token = "Bearer k";
    expect(await sent({ apiKey: "k", apiVersion })).toEqual({ version: apiVersion, key: undefined, token });
  },
);

test("a token goes the same way with every version", async () => {
  for (const apiVersion of ["2023-06-01", "2026-10-21"]) {
    await server.play();
    const { key, token } = await sent({ authToken: "t", apiVersion });
    expect([key, token]).toEqual([undefined, "Bearer t"]);
  }
});

test("key and token are both sent with the old version, and cannot both be sent with the new one", async () => {
  const both = { apiKey: "sk-1", authToken: "tok-2" };
  expect(await sent(both)).toMatchObject({ key: "sk-1", token: "Bearer tok-2" });
  const options = { ...both, apiVersion: "2026-10-21" };
  for (const make of [() => new Anthropic(options), () => new AsyncAnthropic(options)]) {
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(/options apiKey and authToken together .* Leave one of them out/);
    expect(make).not.toThrow(/sk-1|tok-2/);
  }
});

test("of key and token in the environment the key is sent with the new version, and the logger is told once", async () => {
  vi.stubEnv("ANTHROPIC_API_KEY", "k");
  vi.stubEnv("ANTHROPIC_AUTH_TOKEN", "t");
  const warn = vi.fn();
  const logger = { ...console, warn };
  expect(await sent({ apiVersion: "2026-10-21", logger })).toMatchObject({
    key: undefined,
    token: "Bearer k",
  });
  expect(warn.mock.calls.flat()).toEqual([
    expect.stringContaining("ANTHROPIC_AUTH_TOKEN is ignored"),
    expect.stringContaining("ANTHROPIC_AUTH_TOKEN is ignored"),
  ]);
  new Anthropic({ apiVersion: "2026-10-21", logger }).withOptions({ maxRetries: 0 });
  expect(warn).toHaveBeenCalledTimes(3);
  new Anthropic({ apiVersion: "2026-10-21", logger, logLevel: "error" });
  expect(warn).toHaveBeenCalledTimes(3);
});

test("a clone may have another version, and the mock server takes both", async () => {
  const mock = await startMockServer({ items: 5 });
  const options = { baseURL: mock.url, apiKey: mock.apiKey };
  const sync = new Anthropic(options);
  const async = new AsyncAnthropic({ ...options, apiVersion: "2026-10-21" });
  expect(sync.models.list().toArray()).toHaveLength(5);
  expect(sync.withOptions({ apiVersion: "2026-10-21" }).models.list().toArray()).toHaveLength(5);
  expect(await async.models.list().toArray()).toHaveLength(5);
  expect(await async.withOptions({ apiVersion: "2023-06-01" }).models.list().toArray()).toHaveLength(5);
  const seen = (await mock.requests()).map(({ headers }) => [
    headers["anthropic-version"],
    "x-api-key" in headers,
  ]);
  expect(seen).toEqual([
    ["2023-06-01", true],
    ["2026-10-21", false],
    ["2026-10-21", false],
    ["2023-06-01", true],
  ]);
  await mock.close();
});

test("a null key switches both variables of the environment off", async () => {
  vi.stubEnv("ANTHROPIC_API_KEY", "k");
  vi.stubEnv("ANTHROPIC_AUTH_TOKEN", "t");
  const options = { apiKey: null, defaultHeaders: { "x-api-key": null } };
  expect(await sent(options)).toMatchObject({ key: undefined, token: undefined });
  expect(() => new Anthropic({ apiKey: null }).models.list()).toThrow(/no API key and no token/);
  expect(() => new AsyncAnthropic({ apiKey: null }).models.list()).toThrow(/no API key and no token/);
  await server.play();
  expect(await sent({ apiKey: null, authToken: "mine" })).toMatchObject({
    key: undefined,
    token: "Bearer mine",
  });
  const keyed = new Anthropic({ apiKey: "k", baseURL: server.url });
  expect(() => keyed.withOptions({ apiKey: null }).models.list()).toThrow(/no API key and no token/);
});
