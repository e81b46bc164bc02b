import {
  Anthropic,
  AsyncAnthropic,
  type AsyncClientOptions,
  type ClientOptions,
  ConfigurationError,
  definePages,
  MissingCredentialsError,
} from "pageturn";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

/** Paged by links. */
const { AsyncPage: LinkPage } = definePages({
  next: { from: { body: "next" }, to: "url" },
  cursors: ["page"],
});

interface Sent {
  readonly url: string;
  readonly headers: Record<string, string>;
}

beforeEach(() => {
  for (const name of ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL"])
    vi.stubEnv(name, "");
});
afterEach(() => vi.unstubAllEnvs());

/** A client whose requests are only noted. */
function noting(options: AsyncClientOptions): { client: AsyncAnthropic; sent: Sent[] } {
  const sent: Sent[] = [];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    sent.push({ url: String(url), headers: Object.fromEntries(new Headers(init?.headers)) });
    return Response.json({ data: [], has_more: false });
  };
  return { client: new AsyncAnthropic({ ...options, fetch }), sent };
}

async function sentBy(options: AsyncClientOptions): Promise<Sent> {
  const { client, sent } = noting(options);
  await client.models.list();
  const [first] = sent;
  if (first === undefined) throw new Error("nothing was sent");
  return first;
}

describe("credentials", () => {
  test("come from the environment, trimmed", async () => {
    vi.stubEnv("ANTHROPIC_API_KEY", " env-key\n");
    vi.stubEnv("ANTHROPIC_AUTH_TOKEN", "env-token");
    const { headers } = await sentBy({});
    expect(headers).toMatchObject({ "x-api-key": "env-key", authorization: "Bearer env-token" });
  });

  test("of the environment are switched off by an explicit one", async () => {
    vi.stubEnv("ANTHROPIC_API_KEY", "env-key");
    const { headers } = await sentBy({ authToken: "given" });
    expect(headers["authorization"]).toBe("Bearer given");
    expect(headers["x-api-key"]).toBeUndefined();
  });

  test("that are missing are an error before any request, in both clients", async () => {
    const { client, sent } = noting({});
    expect(() => client.models.list()).toThrow(MissingCredentialsError);
    expect(() => new Anthropic().models.list()).toThrow(/Set ANTHROPIC_API_KEY, or pass apiKey/);
    expect(sent).toEqual([]);
  });

  test.each<[what: string, options: ClientOptions]>([
    ["an empty apiKey", { apiKey: "" }],
    ["a blank apiKey", { apiKey: " \t" }],
    ["an empty authToken", { authToken: "" }],
    ["a blank authToken", { authToken: "\n" }],
    ["an apiKey that is null", { apiKey: null }],
    ["an empty x-api-key", { defaultHeaders: { "X-Api-Key": "" } }],
    ["an authorization without a token", { defaultHeaders: { authorization: "Bearer " } }],
    ["an authorization without a token, in small letters", { defaultHeaders: { Authorization: "bearer" } }],
  ])("that are empty are missing ones: %s", (_, options) => {
    const { client, sent } = noting(options);
    expect(() => client.models.list()).toThrow(MissingCredentialsError);
    expect(() => new Anthropic(options).models.list()).toThrow(MissingCredentialsError);
    expect(sent).toEqual([]);
  });

  test("that are empty switch those of the environment off, as others do", () => {
    vi.stubEnv("ANTHROPIC_API_KEY", "env-key");
    expect(() => noting({ apiKey: "" }).client.models.list()).toThrow(MissingCredentialsError);
    expect(() => noting({ apiKey: "key" }).client.withOptions({ apiKey: " " }).models.list()).toThrow(
      MissingCredentialsError,
    );
    expect(() => noting({}).client.models.list({}, { headers: { "x-api-key": "" } })).toThrow(
      MissingCredentialsError,
    );
  });

  test("that are blank in the environment are absent", () => {
    vi.stubEnv("ANTHROPIC_API_KEY", "  ");
    vi.stubEnv("ANTHROPIC_AUTH_TOKEN", "\n");
    expect(() => noting({}).client.models.list()).toThrow(MissingCredentialsError);
  });

  test("that are blank are not sent beside a real one", async () => {
    const { headers } = await sentBy({ apiKey: "key", defaultHeaders: { authorization: "Bearer " } });
    expect(headers["x-api-key"]).toBe("key");
    expect(headers["authorization"]).toBeUndefined();
  });

  test("that are not text are refused without being shown", () => {
    // The cast: what a program without types would pass.
    const apiKey = { secret: "sk-ant-secret" } as unknown as string;
    expect(() => new Anthropic({ apiKey })).toThrow(/option apiKey as it must be text: it is of type object/);
    expect(() => new AsyncAnthropic({ authToken: 7 as unknown as string })).toThrow(ConfigurationError);
  });

  test("can be left out on purpose", async () => {
    const { headers } = await sentBy({ defaultHeaders: { "X-Api-Key": null } });
    expect(headers["x-api-key"]).toBeUndefined();
  });
});

describe("headers", () => {
  test("name the version, the format and the library", async () => {
    const { headers } = await sentBy({ apiKey: "key" });
    expect(headers).toMatchObject({ "anthropic-version": "2023-06-01", accept: "application/json" });
    expect(headers["user-agent"]).toMatch(/^pageturn\/\d/);
  });

  test("of a call lie over those of the client, whatever their case, and null takes one out", async () => {
    const { client, sent } = noting({ apiKey: "key", defaultHeaders: { "X-One": "1", "x-two": "2" } });
    await client.models.list({}, { headers: { "x-one": "3", "X-Two": null } });
    expect(sent[0]?.headers["x-one"]).toBe("3");
    expect(sent[0]?.headers["x-two"]).toBeUndefined();
  });

  test("that cannot be sent are refused before any request", async () => {
    await expect(sentBy({ apiKey: "key", defaultHeaders: { "x-one": "a\r\nb: c" } })).rejects.toThrow(
      ConfigurationError,
    );
    await expect(sentBy({ apiKey: "key", defaultHeaders: { "x one": "a" } })).rejects.toThrow(/"x one"/);
  });
});

describe("the base URL", () => {
  test.each([
    ["http://h/prefix", "http://h/prefix/v1/models"],
    ["http://h/prefix/", "http://h/prefix/v1/models"],
    ["https://h:8443", "https://h:8443/v1/models"],
  ])("%s", async (baseURL, url) => {
    expect((await sentBy({ apiKey: "key", baseURL })).url).toBe(url);
    vi.stubEnv("ANTHROPIC_BASE_URL", baseURL);
    expect((await sentBy({ apiKey: "key" })).url).toBe(url);
  });

  test.each(["nonsense", "ftp://h", "https://h?x=1", "https://user:pass@h"])("%s is refused", (baseURL) => {
    expect(() => new Anthropic({ baseURL })).toThrow(ConfigurationError);
    expect(() => new AsyncAnthropic({ baseURL })).toThrow(/baseURL/);
  });
});

describe("queries", () => {
  test("merge: path, defaults, parameters, options", async () => {
    const { client, sent } = noting({ apiKey: "key", defaultQuery: { a: 1, b: 1 } });
    await client.models.list({ limit: 5 }, { query: { limit: 6, b: 2 } });
    const { AsyncPage } = await import("pageturn");
    await client.getAPIList("/v1/models?a=0&z=1", AsyncPage);
    expect(sent.map(({ url }) => new URL(url).search)).toEqual(["?a=1&b=2&limit=6", "?a=0&b=1&z=1"]);
  });

  test("write arrays with brackets, and leave out what is undefined or null", async () => {
    const { client, sent } = noting({ apiKey: "key" });
    await client.models.list({ limit: undefined }, { query: { ids: ["a", "b"], none: null, empty: "" } });
    expect(new URL(sent[0]?.url ?? "").search).toBe("?ids%5B%5D=a&ids%5B%5D=b&empty=");
  });

  test("repeat a name where a path or a link repeats it", async () => {
    const urls: string[] = [];
    const fetch: typeof globalThis.fetch = async (url) => {
      urls.push(new URL(String(url)).search);
      const next = urls.length < 3 ? `/v1/x?status=open&status=closed&page=${urls.length}` : null;
      return Response.json({ data: [{ id: `n${urls.length}` }], next });
    };
    const client = new AsyncAnthropic({ apiKey: "key", fetch });
    await client.getAPIList("/v1/x?status=open&status=closed&ids[]=a", LinkPage).toArray();
    expect(urls).toEqual([
      "?status=open&status=closed&ids%5B%5D=a",
      "?ids%5B%5D=a&status=open&status=closed&page=1",
      "?ids%5B%5D=a&status=open&status=closed&page=2",
    ]);
  });

  test("keep the limit that a link asks for", async () => {
    const urls: string[] = [];
    const fetch: typeof globalThis.fetch = async (url) => {
      urls.push(new URL(String(url)).search);
      const next = urls.length < 2 ? "?limit=2&signature=abc" : null;
      return Response.json({ data: [{ id: `n${urls.length}` }], next });
    };
    await new AsyncAnthropic({ apiKey: "key", fetch })
      .getAPIList("/v1/x", LinkPage, { query: { limit: 5 } })
      .toArray();
    expect(urls).toEqual(["?limit=5", "?limit=2&signature=abc"]);
  });

  test("do not let a path lead to another origin with the credentials", async () => {
    const { client } = noting({ apiKey: "key", baseURL: "https://api.test" });
    const { AsyncPage } = await import("pageturn");
    for (const path of [
      "https://evil.test/v1/models",
      "//evil.test/x",
      "/a/../b",
      "",
      "/v1\\..\\..\\admin",
      "/v1/.\t./.\n./admin",
      "https://api.test.evil/x",
    ]) {
      expect(() => client.getAPIList(path, AsyncPage)).toThrow(ConfigurationError);
    }
    expect(() => client.getAPIList("https://api.test/v1/models", AsyncPage)).not.toThrow();
  });
});

test.each([{ timeout: -1 }, { timeout: 1.5 }, { maxRetries: Number.NaN }, { walk: { maxItems: -1 } }])(
  "an option out of range is refused: %j",
  (options) => {
    expect(() => new Anthropic({ apiKey: "key", ...options })).toThrow(ConfigurationError);
    expect(() => new AsyncAnthropic({ apiKey: "key", ...options })).toThrow(ConfigurationError);
  },
);

test("withOptions lays headers and queries over the old ones and keeps the rest", async () => {
  const { client, sent } = noting({
    apiKey: "key",
    defaultHeaders: { "x-one": "1" },
    defaultQuery: { a: 1 },
  });
  await client.withOptions({ defaultHeaders: { "x-two": "2" }, defaultQuery: { b: 2 } }).models.list();
  expect(sent[0]?.headers).toMatchObject({ "x-one": "1", "x-two": "2", "x-api-key": "key" });
  expect(new URL(sent[0]?.url ?? "").search).toBe("?a=1&b=2");
});

test("withOptions knows a header in whatever letters, and what is undefined changes nothing", async () => {
  vi.stubEnv("ANTHROPIC_API_KEY", "of the environment");
  const { client, sent } = noting({
    apiKey: "key",
    defaultHeaders: { "X-Team": "a" },
    defaultQuery: { limit: 5 },
  });
  await client
    .withOptions({ defaultHeaders: { "x-team": "b" } })
    .withOptions({ apiKey: undefined, defaultHeaders: { "X-Team": "c", "x-one": undefined } })
    .models.list({ limit: undefined });
  expect(sent[0]?.headers).toMatchObject({ "x-team": "c", "x-api-key": "key" });
  expect(new URL(sent[0]?.url ?? "").search).toBe("?limit=5");
});

test("withOptions keeps the environment and the options of the time when the client was made", async () => {
  vi.stubEnv("ANTHROPIC_API_KEY", "first");
  vi.stubEnv("ANTHROPIC_BASE_URL", "https://first.test");
  const options = {
    defaultHeaders: { "x-one": "1" },
    defaultQuery: { a: 1, tags: ["x"], since: new Date(0) },
    walk: { maxItems: 3 },
  };
  const { client, sent } = noting(options);
  vi.stubEnv("ANTHROPIC_API_KEY", "second");
  vi.stubEnv("ANTHROPIC_BASE_URL", "not a URL");
  options.walk.maxItems = -1;
  options.defaultQuery.tags.push("y");
  options.defaultQuery.since.setTime(1);
  options.defaultHeaders["x-one"] = "2";
  options.defaultQuery.a = 2;
  const clone = client.withOptions({ timeout: 1000 }).withOptions({ maxRetries: 0 });
  for (const each of [client, clone]) await each.models.list();
  expect(sent.map(({ url }) => url)).toEqual(
    Array(2).fill("https://first.test/v1/models?a=1&tags%5B%5D=x&since=1970-01-01T00%3A00%3A00.000Z"),
  );
  for (const { headers } of sent) expect(headers).toMatchObject({ "x-api-key": "first", "x-one": "1" });
  // A credential of its own switches those of the environment off, as in a new client.
  await client.withOptions({ authToken: "token" }).models.list();
  expect(sent[2]?.headers).toMatchObject({ authorization: "Bearer token" });
  expect(sent[2]?.headers).not.toHaveProperty("x-api-key");
});

test("the parameters of a call are copied when it is made", async () => {
  const { client, sent } = noting({ apiKey: "key" });
  const [ids, query] = [["a"], { nested: { deep: ["x"] } }];
  const list = client.files.list({ ids }, { query });
  ids.push("b");
  query.nested.deep.push("y");
  await list;
  expect(new URL(sent[0]?.url ?? "").search).toBe("?ids%5B%5D=a&nested%5Bdeep%5D%5B%5D=x");
});

test("a query that contains itself is refused", () => {
  const query: Record<string, unknown> = {};
  query["self"] = { query };
  const { client } = noting({ apiKey: "key" });
  expect(() => client.models.list({}, { query })).toThrow(
    /"self": its value is nested deeper than 16 levels/,
  );
  const items: unknown[] = [];
  items.push(items);
  expect(() => client.models.list({}, { query: { items } })).toThrow(ConfigurationError);
});

test.each([12345, {}, ["a"], () => "a", true])(
  "a header that is not text is refused by name: %j",
  (value) => {
    // The casts: what a program without types would pass.
    const headers = { "x-api-key": value } as never;
    const { client } = noting({ apiKey: "key" });
    for (const call of [
      () => new Anthropic({ defaultHeaders: headers }),
      () => new AsyncAnthropic({ defaultHeaders: headers }),
      () => client.models.list({}, { headers }),
      () => new Anthropic({ apiKey: "key" }).models.list({}, { headers }),
    ]) {
      expect(call).toThrow(ConfigurationError);
      expect(call).toThrow(/header "x-api-key" as its value must be text, or null for none: it is of type/);
    }
  },
);

test("an undefined header of a call leaves the null of the client as it is", async () => {
  const { client, sent } = noting({ defaultHeaders: { "x-api-key": null } });
  await client.models.list({}, { headers: { "X-Api-Key": undefined } });
  expect(sent[0]?.headers).not.toHaveProperty("x-api-key");
});

test("options with getters are read like any other", async () => {
  class Settings {
    get apiKey() {
      return "of a getter";
    }
  }
  const sync = new Anthropic(new Settings()).withOptions({ baseURL: "http://127.0.0.1:9", maxRetries: 0 });
  expect(() => sync.models.list()).toThrow(/ECONNREFUSED/);
});

test("parameters of a class are refused: getters would not be sent", () => {
  class Params {
    get limit() {
      return 5;
    }
  }
  const { client } = noting({ apiKey: "key" });
  expect(() => client.models.list(new Params())).toThrow(
    /a plain object .* and this is an instance of a class/,
  );
  expect(() => client.models.list({}, { query: { ...new Params() } })).not.toThrow();
});

describe("what has no names and values of its own is refused, and not sent as nothing", () => {
  test.each<[kind: string, value: object]>([
    ["Headers", new Headers({ a: "1" })],
    ["Map", new Map([["a", "1"]])],
    ["URLSearchParams", new URLSearchParams("a=1")],
    ["Promise", Promise.resolve({})],
    ["Array", [["a", "1"]]],
    ["Function", () => ({})],
  ])("%s", async (kind, value) => {
    const { AsyncPage, SyncPage } = await import("pageturn");
    // The cast: what a program without types would pass.
    const it = value as never;
    const { client, sent } = noting({ apiKey: "key" });
    const sync = new Anthropic({ apiKey: "key" });
    for (const call of [
      () => client.models.list(it),
      () => client.models.list({}, it),
      () => client.models.list({}, { headers: it }),
      () => client.models.list({}, { query: it }),
      () => client.getAPIList("/v1/x", AsyncPage, it),
      () => client.getAPIList("/v1/x", AsyncPage, { query: it }),
      () => client.getAPIList("/v1/x", AsyncPage, { json: it }),
      () => client.models.list().items(it),
      () => client.withOptions({ defaultHeaders: it }),
      () => client.withOptions({ defaultQuery: it }),
      () => new AsyncAnthropic({ defaultHeaders: it }),
      () => sync.models.list(it),
      () => sync.models.list({}, { headers: it }),
      () => sync.getAPIList("/v1/x", SyncPage, { json: it }),
      () => sync.withOptions({ defaultQuery: it }),
    ]) {
      expect(call).toThrow(ConfigurationError);
      expect(call).toThrow(new RegExp(`of type ${kind}`));
    }
    for (const call of [
      () => client.withOptions(it),
      () => new Anthropic(it),
      () => new Anthropic({ walk: it }),
      () => new AsyncAnthropic({ walk: it }),
    ])
      expect(call).toThrow(ConfigurationError);
    expect(sent).toEqual([]);
  });
});

test.each([
  "text",
  {},
  1,
  true,
  () => undefined,
  new AbortController(),
  { aborted: false },
  { aborted: false, addEventListener: 5 },
  { addEventListener: () => undefined },
])("a signal that is none is refused at the call: %j", (value) => {
  // The cast: what a program without types would pass.
  const signal = value as unknown as AbortSignal;
  const { client, sent } = noting({ apiKey: "key" });
  expect(() => client.models.list({}, { signal })).toThrow(ConfigurationError);
  expect(() => client.models.list({}, { signal })).toThrow(/signal as it must be an AbortSignal/);
  expect(sent).toEqual([]);
});

test("a signal or a fetch that is null counts as left out, in both clients", async () => {
  // The casts: what a program without types would pass.
  const { client } = noting({ apiKey: "key" });
  expect((await client.models.list({}, { signal: null } as object)).data).toEqual([]);
  expect(() => new AsyncAnthropic({ apiKey: "key", fetch: null } as object)).not.toThrow();
  expect((await client.withOptions({ fetch: null } as object).models.list()).data).toEqual([]);
  const options = { apiKey: "key", baseURL: "http://127.0.0.1:9", maxRetries: 0, fetch: null };
  const sync = new Anthropic(options as object);
  expect(() => sync.models.list({}, { signal: null } as object)).toThrow(/ECONNREFUSED/);
});

test.each([
  [{ resumeFrom: { v: 2 } }, /resumeFrom is an option: pass it in the argument after the parameters/],
  [{ timeout: 5 }, /timeout is an option/],
  [{ maxItems: 3 }, /maxItems is an option of a walk: pass it to items\(\), pages\(\) or toArray\(\)/],
  [{ limit: 3, prefetch: 1 }, /prefetch is an option of a walk/],
])("an option among the parameters is refused, and not sent to the API: %j", (params, message) => {
  const { client, sent } = noting({ apiKey: "key" });
  // The casts: what a program without types would pass.
  expect(() => client.models.list(params as object)).toThrow(ConfigurationError);
  expect(() => client.models.list(params as object)).toThrow(message);
  expect(() => new Anthropic({ apiKey: "key" }).models.list(params as object)).toThrow(message);
  expect(sent).toEqual([]);
});

test("an argument that is missing is a clear error, in both clients", async () => {
  const { AsyncPage, SyncPage } = await import("pageturn");
  // The casts: what a program without types would pass.
  const none = undefined as never;
  const { client } = noting({ apiKey: "key" });
  const sync = new Anthropic({ apiKey: "key" });
  for (const each of [client, sync]) {
    expect(() => each.withOptions(none)).toThrow(/its options must be an object/);
    expect(() => each.withOptions(null as never)).toThrow(ConfigurationError);
  }
  for (const wrong of [none, null as never, {} as never, (() => undefined) as never]) {
    expect(() => client.getAPIList("/v1/models", wrong)).toThrow(/its page class must extend BaseAsyncPage/);
    expect(() => sync.getAPIList("/v1/models", wrong)).toThrow(/its page class must extend BaseSyncPage/);
  }
  expect(() => client.getAPIList("/v1/models", SyncPage as never)).toThrow(/must extend BaseAsyncPage/);
  expect(() => sync.getAPIList("/v1/models", AsyncPage as never)).toThrow(/must extend BaseSyncPage/);
  expect((await client.getAPIList("/v1/models", AsyncPage, null as never)).data).toEqual([]);
});

test("what the sync client cannot do is said at once", () => {
  expect(() => new Anthropic({ apiKey: "key", walk: { prefetch: 2 } })).toThrow(/prefetch: 2 in a sync walk/);
  expect(() => new Anthropic({ apiKey: "key" }).withOptions({ walk: { prefetch: 3 } })).toThrow(
    /prefetch: 3/,
  );
  const fetch = globalThis.fetch;
  expect(() => new Anthropic({ apiKey: "key", fetch } as object)).toThrow(/AsyncAnthropic/);
  const { signal } = new AbortController();
  expect(() => new Anthropic({ apiKey: "key" }).models.list({}, { signal } as object)).toThrow(
    /signal.*AsyncAnthropic/s,
  );
});

describe("options that do not exist", () => {
  // The casts in here: what a program without types would pass.
  const clients = [
    (options: object) => new Anthropic({ apiKey: "key", ...options }),
    (options: object) => new AsyncAnthropic({ apiKey: "key", ...options }),
    (options: object) => new Anthropic({ apiKey: "key" }).withOptions(options),
    (options: object) => new AsyncAnthropic({ apiKey: "key" }).withOptions(options),
  ];

  test.each([
    [{ nonsense: 1 }, /client option "nonsense" as it does not exist/],
    [{ fetchOption: {} }, /"fetchOption"/],
    [{ baseUrl: "https://h" }, /"baseUrl" .*did you mean baseURL\?/],
    [{ maxRetires: 1 }, /did you mean maxRetries\?/],
    [{ nonsense: undefined }, /"nonsense"/],
  ])("are refused by a client: %j", (options, message) => {
    for (const make of clients) {
      expect(() => make(options)).toThrow(ConfigurationError);
      expect(() => make(options)).toThrow(message);
    }
  });

  test.each([
    [{ timeOut: 1 }, /request option "timeOut" .*did you mean timeout\?/],
    [{ header: {} }, /did you mean headers\?/],
    [{ fetchOptions: undefined }, /"fetchOptions"/],
  ])("are refused by list() and getAPIList(): %j", async (options, message) => {
    const { AsyncPage, SyncPage } = await import("pageturn");
    const { client, sent } = noting({ apiKey: "key" });
    const sync = new Anthropic({ apiKey: "key" });
    expect(() => client.models.list({}, options as object)).toThrow(message);
    expect(() => client.getAPIList("/v1/models", AsyncPage, options as object)).toThrow(message);
    expect(() => sync.models.list({}, options as object)).toThrow(message);
    expect(() => sync.getAPIList("/v1/models", SyncPage, options as object)).toThrow(message);
    expect(sent).toEqual([]);
  });

  test("are not those that the other client has, where they are undefined", () => {
    const { client } = noting({ apiKey: "key" });
    const sync = new Anthropic({ apiKey: "key", baseURL: "http://127.0.0.1:9", fetch: undefined } as object);
    expect(() => sync.models.list({}, { signal: undefined, maxRetries: 0 } as object)).toThrow(
      /ECONNREFUSED/,
    );
    expect(() => client.models.list({}, { signal: undefined })).not.toThrow();
  });
});

test.each(["abc", [""], [" "], [1], { 0: "a" }, true])(
  "betas that are not an array of texts are refused: %j",
  (value) => {
    // The cast: what a program without types would pass.
    const betas = value as unknown as string[];
    const { client, sent } = noting({ apiKey: "key" });
    expect(() => client.beta.files.list({ betas })).toThrow(ConfigurationError);
    expect(() => client.beta.files.list({ betas })).toThrow(/betas must be an array of non-empty texts/);
    expect(() => new Anthropic({ apiKey: "key" }).beta.files.list({ betas })).toThrow(/betas must be/);
    expect(sent).toEqual([]);
  },
);

test("betas of the caller come before those of the endpoint", async () => {
  const { client, sent } = noting({ apiKey: "key" });
  await client.beta.files.list({ betas: ["mine"] });
  expect(sent[0]?.headers["anthropic-beta"]).toBe("mine,files-api-2025-04-14");
});

test("a client is made in no time, and each has resources of its own", () => {
  const client = new AsyncAnthropic({ apiKey: "key" });
  expect(Object.keys(client)).toEqual(expect.arrayContaining(["models", "beta", "organization"]));
  expect(client.models).toBe(client.models);
  expect(new AsyncAnthropic({ apiKey: "key" }).models).not.toBe(client.models);
  // In microseconds. What else runs on the machine takes none of the time of this process.
  const { user } = process.cpuUsage();
  for (let count = 0; count < 200; count += 1) new AsyncAnthropic({ apiKey: "key" });
  expect((process.cpuUsage().user - user) / 200).toBeLessThan(500);
});

test("a look at the prototype leaves the clients as they are", async () => {
  expect(Reflect.get(AsyncAnthropic.prototype, "models")).toBeUndefined();
  expect(Reflect.get(Anthropic.prototype, "models")).toBeUndefined();
  expect((await noting({ apiKey: "key" }).client.models.list()).data).toEqual([]);
});

test.each(["", " ", 20230601])("an apiVersion that would be an empty header is refused: %j", (value) => {
  // The cast: what a program without types would pass.
  const apiVersion = value as string;
  expect(() => new Anthropic({ apiVersion })).toThrow(/option apiVersion as it must be a date/);
  expect(() => new AsyncAnthropic({ apiVersion })).toThrow(ConfigurationError);
});

test("options of the wrong kind are refused", () => {
  // The casts: what a program without types would pass.
  for (const options of ["sk-ant-key" as never, null as never]) {
    expect(() => new Anthropic(options)).toThrow(/options must be an object/);
    expect(() => new AsyncAnthropic(options)).toThrow(ConfigurationError);
  }
  expect(() => new AsyncAnthropic({ fetch: 1 as never })).toThrow(/fetch as it must be a function/);
});

test("a path parameter that is missing or empty is an error that names it, before any request", () => {
  const client = new Anthropic({ apiKey: "key", baseURL: "http://127.0.0.1:9" });
  expect(() => client.skills.versions.list("")).toThrow(/skill_id/);
  expect(() => client.skills.versions.list(undefined as unknown as string)).toThrow(/skill_id/);
  expect(() => client.skills.versions.list("..")).toThrow(ConfigurationError);
});

test("a required parameter that is missing is an error that names it, before any request", () => {
  const client = new Anthropic({ apiKey: "key", baseURL: "http://127.0.0.1:9" });
  const params = {} as { starting_at: string };
  expect(() => client.organization.costReport.list(params)).toThrow(/cost_report.*starting_at/);
  expect(() => client.organization.costReport.list({ starting_at: "2026-11-01" })).toThrow(/ECONNREFUSED/);
});

describe("maxItems without a limit", () => {
  const limitOf = async (
    list: (client: AsyncAnthropic) => AsyncIterable<unknown> & { toArray(options: object): unknown },
  ) => {
    const { client, sent } = noting({ apiKey: "key" });
    await list(client).toArray({ maxItems: 30 });
    return new URL(sent[0]?.url ?? "").searchParams.get("limit");
  };

  test("asks for no more than is needed where the default page is larger, and its size is known", async () => {
    expect(await limitOf((client) => client.compliance.activities.list())).toBe("30");
    expect(await limitOf((client) => client.models.list())).toBeNull();
  });

  test("leaves the size to the API where the default is not known, and beside ids, which exclude it", async () => {
    expect(await limitOf((client) => client.organization.workspaces.members.list("wrk_1"))).toBeNull();
    const { client, sent } = noting({ apiKey: "key" });
    await client.files.list({ ids: ["a", "b"] }).toArray({ maxItems: 1 });
    expect(sent[0]?.url).not.toContain("limit");
  });
});
