import { inspect } from "node:util";
import {
  Anthropic,
  APIUserAbortError,
  AsyncAnthropic,
  AuthenticationError,
  ConfigurationError,
  MissingCredentialsError,
} from "pageturn";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type RecordingServer, startRecordingServer } from "../servers/recording-server.ts";
import { expectLongWait, LONG_WAIT_MS } from "./long-wait.ts";

let server: RecordingServer;
beforeAll(async () => {
  server = await startRecordingServer();
});
beforeEach(() => server.play());
afterEach(() => vi.unstubAllEnvs());
afterAll(() => server.close());

/** Runs `use` with each client, with functions that give the keys in order, the last one again and again. */
async function withKeys(
  keys: readonly unknown[],
  use: (client: Anthropic | AsyncAnthropic) => unknown,
  options: object = {},
): Promise<{ readonly sync: unknown; readonly async: unknown; readonly asked: readonly [number, number] }> {
  const counts: [number, number] = [0, 0];
  const next = (which: 0 | 1): unknown => {
    const key = keys[Math.min(counts[which], keys.length - 1)];
    counts[which] += 1;
    if (key instanceof Error) throw key;
    return key;
  };
  const all = { baseURL: server.url, maxRetries: 2, ...options };
  // The casts: some tests return what programs without types would.
  const sync = new Anthropic({ ...all, apiKey: () => next(0) as string });
  const async = new AsyncAnthropic({ ...all, apiKey: async () => next(1) as string });
  const attempt = async (client: Anthropic | AsyncAnthropic): Promise<unknown> => {
    try {
      return await use(client);
    } catch (error) {
      return error;
    }
  };
  return { sync: await attempt(sync), async: await attempt(async), asked: counts };
}

/** The keys that were sent so far. */
async function sentKeys(): Promise<(string | undefined)[]> {
  return (await server.requests()).map(({ headers }) => headers["x-api-key"] ?? headers["authorization"]);
}

const RETRY = { "retry-after-ms": "1" };
const more = { body: { data: [{ id: "a" }], has_more: true, last_id: "a" } };

test("each page, and each attempt for it, asks for the key", async () => {
  const script = [more, { status: 503, headers: RETRY }, {}];
  await server.play(...script, ...script);
  const { asked } = await withKeys(["k1", "k2", "k3"], async (client) => {
    for await (const _ of client.models.list());
  });
  expect(await sentKeys()).toEqual(["k1", "k2", "k3", "k1", "k2", "k3"]);
  expect(asked).toEqual([3, 3]);
});

test("a connection that breaks leads to another attempt with another key", async () => {
  const unreachable = { baseURL: "http://127.0.0.1:1", maxRetries: 1 };
  const { sync, async, asked } = await withKeys(["k1", "k2"], (client) => client.models.list(), unreachable);
  expect(asked).toEqual([2, 2]);
  for (const error of [sync, async]) {
    expect(String(error)).toMatch(/APIConnectionError: GET .* failed after 2 attempts: .*ECONNREFUSED/);
  }
});

test("after a 401 another key is tried once, at once", async () => {
  await server.play({ status: 401 }, {}, { status: 401 }, {});
  const { sync, async } = await withKeys(["old", "new"], async (client) => (await client.models.list()).data);
  expect([sync, async]).toEqual([[], []]);
  expect(await sentKeys()).toEqual(["old", "new", "old", "new"]);
});

test("after a second 401 the error is thrown, however many keys there are", async () => {
  const refused = { status: 401 };
  await server.play(refused, refused, refused, refused);
  const { sync, async } = await withKeys(["1111", "2222", "3333"], (client) => client.models.list());
  for (const error of [sync, async]) {
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(String(error)).toContain("after 2 attempts");
  }
  expect(await sentKeys()).toEqual(["1111", "2222", "1111", "2222"]);
});

test("a key that was refused is not sent again, and a client without retries sends none", async () => {
  await server.play({ status: 401 }, { status: 401 });
  const same = await withKeys(["same"], (client) => client.models.list());
  expect(same.sync).toBeInstanceOf(AuthenticationError);
  expect(same.async).toBeInstanceOf(AuthenticationError);
  expect(same.asked).toEqual([2, 2]);
  expect(await sentKeys()).toEqual(["same", "same"]);
  await server.play({ status: 401 }, { status: 401 });
  const none = await withKeys(["1", "2"], (client) => client.models.list(), { maxRetries: 0 });
  expect([none.sync, none.async]).toEqual([expect.any(AuthenticationError), expect.any(AuthenticationError)]);
  expect(none.asked).toEqual([1, 1]);
});

test("a server that asks for a retry of a 401 gets it, with the same key too", async () => {
  const again = { status: 401, headers: { ...RETRY, "x-should-retry": "true" } };
  await server.play(again, {}, again, {});
  const { sync, async } = await withKeys(["same"], async (client) => (await client.models.list()).data);
  expect([sync, async]).toEqual([[], []]);
});

test("a fixed key that is refused is not tried again", async () => {
  await server.play({ status: 401 }, { status: 401 });
  const options = { baseURL: server.url, apiKey: "fixed" };
  expect(() => new Anthropic(options).models.list()).toThrow(AuthenticationError);
  await expect(new AsyncAnthropic(options).models.list()).rejects.toThrow(AuthenticationError);
  expect(await sentKeys()).toHaveLength(2);
});

test("from version 2026-10-21 on the key is a token", async () => {
  await withKeys(["k"], (client) => client.models.list(), { apiVersion: "2026-10-21" });
  expect(await sentKeys()).toEqual(["Bearer k", "Bearer k"]);
});

test("the environment is switched off, and a header of the caller is sent instead, without asking", async () => {
  vi.stubEnv("ANTHROPIC_AUTH_TOKEN", "token");
  const { asked } = await withKeys(["k"], async (client) => {
    await client.models.list();
    await client.models.list({}, { headers: { "X-Api-Key": "mine" } });
    await client.models.list({}, { headers: { "x-api-key": null } });
    await client.withOptions({ apiKey: "fixed" }).models.list();
  });
  expect(asked).toEqual([1, 1]);
  const each = ["k", "mine", undefined, "fixed"];
  expect(await sentKeys()).toEqual([...each, ...each]);
});

test("an error of the function is an error that says so, with the cause, and nothing is sent", async () => {
  const cause = new Error("the vault is sealed");
  const { sync, async, asked } = await withKeys([cause], (client) => client.models.list());
  for (const error of [sync, async]) {
    expect(error).toBeInstanceOf(MissingCredentialsError);
    expect(String(error)).toMatch(/function of the option apiKey failed: the vault is sealed/);
    expect(error).toHaveProperty("cause", cause);
  }
  expect(asked).toEqual([1, 1]);
  expect(await sentKeys()).toEqual([]);
});

test.each<[unknown, new (...args: never[]) => Error, RegExp]>([
  ["", MissingCredentialsError, /apiKey returned no key\. It has to return non-empty text/],
  [" \n", MissingCredentialsError, /returned no key/],
  [null, MissingCredentialsError, /returned no key/],
  [undefined, MissingCredentialsError, /returned no key/],
  [12_345, ConfigurationError, /returned as it must be text: it is of type number/],
  ["sk-secret\n", ConfigurationError, /header "x-api-key" as its value must be Latin-1 text/],
])("what is no key is refused and not shown: %j", async (key, kind, message) => {
  const { sync, async } = await withKeys([key], (client) => client.models.list());
  for (const error of [sync, async]) {
    expect(error).toBeInstanceOf(kind);
    expect(String(error)).toMatch(message);
    expect(inspect(error)).not.toMatch(/sk-secret|12.?345/);
  }
  expect(await sentKeys()).toEqual([]);
});

test("the sync client cannot wait for a promise", () => {
  // The cast: TypeScript would refuse it.
  const client = new Anthropic({
    apiKey: (async () => "key") as unknown as () => string,
    baseURL: server.url,
  });
  expect(() => client.models.list()).toThrow(
    /Cannot wait for the promise .* Return the key itself, or use the async/,
  );
});

test("no key that was used is in an error, where the server sends it back", async () => {
  const echo = { status: 500, headers: RETRY, body: { error: { message: "no sk-first, no sk-later" } } };
  await server.play(echo, echo, echo, echo);
  const { sync, async } = await withKeys(["sk-first", "sk-later"], (client) => client.models.list(), {
    maxRetries: 1,
  });
  for (const error of [sync, async]) {
    expect(String(error)).toContain("no [redacted], no [redacted]");
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/sk-first|sk-later/);
  }
});

test("a signal ends the wait for a key", async () => {
  const never = new Promise<string>(() => undefined);
  const controller = new AbortController();
  const client = new AsyncAnthropic({ apiKey: () => never, baseURL: server.url });
  const list = client.models.list({}, { signal: controller.signal }).toArray();
  controller.abort();
  await expect(list).rejects.toThrow(APIUserAbortError);
  await expect(client.models.list({}, { signal: AbortSignal.abort() }).toArray()).rejects.toThrow(
    APIUserAbortError,
  );
  expect(await sentKeys()).toEqual([]);
});

test("a function for the key gets the signal of its request", async () => {
  const controller = new AbortController();
  let ended: unknown;
  const apiKey = ({ signal }: { readonly signal?: AbortSignal | undefined }) =>
    new Promise<string>((_, reject) => {
      signal?.addEventListener("abort", () => {
        ended = signal.reason;
        reject(ended);
      });
    });
  const client = new AsyncAnthropic({ baseURL: server.url, apiKey });
  const list = client.models.list({}, { signal: controller.signal }).toArray();
  setTimeout(() => controller.abort("enough"), 20);
  await expect(list).rejects.toThrow(APIUserAbortError);
  expect(ended).toBe("enough");
  let given: unknown;
  new Anthropic({
    baseURL: server.url,
    apiKey: (request) => {
      given = request;
      return "key";
    },
  }).models.list();
  expect(given).toEqual({});
});

test("a page that is fetched ahead has a key of its own, and its retries too", async () => {
  const script = [more, { status: 503, headers: RETRY }, {}];
  await server.play(...script, ...script);
  await withKeys(["k1", "k2", "k3"], async (client) => {
    const page = await client.models.list();
    for await (const _ of page.items({ prefetch: 1 }));
  });
  expect(await sentKeys()).toEqual(["k1", "k2", "k3", "k1", "k2", "k3"]);
});

test("a function that fails for a page ahead fails when the page is used, and the walk can go on", async () => {
  await server.play(more, {}, more, {});
  const keys = ["k1", new Error("busy"), new Error("still busy"), "k2"];
  const { sync, async } = await withKeys(keys, async (client) => {
    const walk = (await client.models.list()).items({ prefetch: 1 });
    const seen: string[] = [];
    for (;;) {
      try {
        const { done } = await walk.next();
        if (done) return seen;
        seen.push("item");
      } catch (error) {
        seen.push(String(error).replace(/^.*failed: /, ""));
      }
    }
  });
  // The sync walk asks again at once, when it gets there.
  expect(sync).toEqual(["item", "still busy"]);
  expect(async).toEqual(["item", "busy", "still busy"]);
});

test("clones share the wait of a rate limit while the function is the same", async () => {
  const limited = { ...more, headers: { "retry-after-ms": String(LONG_WAIT_MS) } };
  await server.play(limited, {}, {});
  const client = new AsyncAnthropic({ apiKey: async () => "key", baseURL: server.url, pace: "auto" });
  await client.models.list();
  // It has no such wait: the test would end before it does.
  await client.withOptions({ apiKey: async () => "other" }).models.list();
  await expectLongWait(() => client.withOptions({ timeout: 5000 }).models.list());
  expect(await server.requests()).toHaveLength(3);
});

test("blanks around a key are not sent and do not hide it from the mask", async () => {
  for (const options of [{ apiKey: "  sk-blanks " }, { apiKey: () => "  sk-blanks " }]) {
    await server.play({
      status: 400,
      body: JSON.stringify({
        type: "error",
        error: { type: "invalid_request_error", message: "bad key sk-blanks" },
      }),
    });
    const client = new AsyncAnthropic({ baseURL: server.url, maxRetries: 0, ...options });
    const error = await client.models
      .list()
      .toArray()
      .catch((reason: unknown) => reason);
    expect(String(error)).toContain("bad key [redacted]");
    expect(inspect(error)).not.toContain("sk-blanks");
  }
});

test("a promise that a key function returns to the sync client may reject without ending the process", async () => {
  const rejections: unknown[] = [];
  const note = (reason: unknown) => rejections.push(reason);
  process.on("unhandledRejection", note);
  // The cast: only a program without types does so.
  const apiKey = (async () => {
    throw new Error("vault down");
  }) as unknown as () => string;
  expect(() => new Anthropic({ baseURL: server.url, apiKey }).models.list()).toThrow(ConfigurationError);
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off("unhandledRejection", note);
  expect(rejections).toEqual([]);
});
