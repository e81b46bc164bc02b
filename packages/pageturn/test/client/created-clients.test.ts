import {
  APIResponseValidationError,
  AsyncPage,
  AuthenticationError,
  BaseSyncPage,
  ConfigurationError,
  type CreateClientOptions,
  CursorExpiredError,
  createClient,
  createSyncClient,
  RateLimitError,
  SyncPage,
} from "pageturn/client";
import { pageCursor, pageNumber, pageToken } from "pageturn/strategies";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startFaultServerThread, type ThreadedFaultServer } from "../http/fault-server-thread.ts";

/** A client whose requests are only noted, and whose answers are these bodies, one after the other. */
function noting(options: Partial<CreateClientOptions>, ...answers: readonly (object | Response)[]) {
  const sent: Request[] = [];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const answer = answers[sent.length] ?? { data: [] };
    sent.push(new Request(String(url), init));
    return answer instanceof Response ? answer : Response.json(answer);
  };
  const all = { baseURL: "https://api.test", strategy: pageCursor(), maxRetries: 0, ...options };
  return { client: createClient({ ...all, fetch }), sent };
}

test("a list is walked by the strategy of the call, else by that of the client", async () => {
  const { client, sent } = noting(
    { headers: { authorization: "Bearer x" }, query: { tenant: 7 } },
    { data: [1, 2], next_cursor: "c2" },
    { data: [3] },
    { rows: [4], token: "t2" },
    { rows: [5], token: "" },
  );
  expect(await client.list<number>("/numbers", { query: { limit: 2 } }).toArray()).toEqual([1, 2, 3]);
  const strategy = pageToken({ items: "rows", from: { body: "token" }, to: "page_token" });
  expect(await client.list<number>("/rows", { strategy }).toArray()).toEqual([4, 5]);
  expect(sent.map(({ url }) => url)).toEqual([
    "https://api.test/numbers?tenant=7&limit=2",
    "https://api.test/numbers?tenant=7&limit=2&cursor=c2",
    "https://api.test/rows?tenant=7",
    "https://api.test/rows?tenant=7&page_token=t2",
  ]);
  for (const { headers } of sent) expect(headers.get("authorization")).toBe("Bearer x");
});

test("a list is resumed at any item", async () => {
  const pages = [{ data: [1, 2], next_cursor: "c2" }, { data: [3, 4] }];
  const walk = noting({}, ...pages)
    .client.list<number>("/numbers")
    .items();
  for (const item of [1, 2, 3]) expect((await walk.next()).value).toBe(item);
  const { client, sent } = noting({}, { data: [3, 4] });
  expect(await client.list("/numbers", { resumeFrom: walk.checkpoint }).toArray()).toEqual([4]);
  expect(sent[0]?.url).toBe("https://api.test/numbers?cursor=c2");
});

test("a JSON body makes it a POST, and its cursor goes into the body", async () => {
  const strategy = pageCursor({ to: { json: ["page", "cursor"] } });
  const { client, sent } = noting({ strategy }, { data: [1], next_cursor: "c2" }, { data: [2] });
  expect(await client.list("/search", { json: { q: "x" } }).toArray()).toEqual([1, 2]);
  expect(sent.map(({ method }) => method)).toEqual(["POST", "POST"]);
  expect(await sent[1]?.json()).toEqual({ q: "x", page: { cursor: "c2" } });
});

describe("the environment of the Anthropic API", () => {
  test("sends no credential of it to another API", async () => {
    process.env["ANTHROPIC_API_KEY"] = "sk-ant-secret";
    const { client, sent } = noting({});
    await client.list("/x");
    delete process.env["ANTHROPIC_API_KEY"];
    expect(JSON.stringify([...(sent[0]?.headers ?? [])])).not.toContain("sk-ant-secret");
    expect(sent[0]?.headers.get("anthropic-version")).toBeNull();
  });
});

describe("what is refused, in both clients", () => {
  const make = [createClient, createSyncClient] as const;
  // The casts: what a program without types would pass.
  test.each<[object, RegExp]>([
    [{}, /baseURL as it must be an http or https URL/],
    [{ baseURL: "api.test" }, /baseURL as it must be/],
    [
      { baseURL: "https://api.test", crossOrigin: "follow" },
      /crossOrigin as it must be one of "refuse", "strip"/,
    ],
    [{ baseURL: "https://api.test", apiKey: "x" }, /client option "apiKey" as it does not exist/],
    [{ baseURL: "https://api.test", header: {} }, /did you mean headers\?/],
    [{ baseURL: "https://api.test", headers: new Headers() }, /option headers: a plain object/],
    [{ baseURL: "https://api.test", strategy: { next: 5 } }, /strategy\.next must be an object/],
  ])("%j", (options, message) => {
    for (const create of make) {
      expect(() => create(options as CreateClientOptions)).toThrow(ConfigurationError);
      expect(() => create(options as CreateClientOptions)).toThrow(message);
    }
  });

  test("no options at all", () => {
    for (const create of make)
      expect(() => create(undefined as never)).toThrow(/options must be an object: \{ baseURL \}/);
  });

  test("a list without a strategy, and one that cannot work", () => {
    const clients = make.map((create) => create({ baseURL: "http://127.0.0.1:9" }));
    for (const client of clients) {
      expect(() => client.list("/x")).toThrow(/no strategy says how it is paged: pass one to list\(\)/);
      expect(() => client.list("/x", { strategy: {} as never })).toThrow(ConfigurationError);
      expect(() => client.list("/x", { strategy: pageCursor(), limit: 5 } as never)).toThrow(
        /"limit" as it does not exist/,
      );
      expect(() => client.list("//evil.test/x", { strategy: pageCursor() })).toThrow(/must be a path under/);
    }
  });

  test("fetch and signal, by the one that blocks", () => {
    const options = { baseURL: "https://api.test", strategy: pageCursor() };
    expect(() => createSyncClient({ ...options, fetch } as never)).toThrow(/Use createClient\(\)/);
    const { signal } = new AbortController();
    expect(() => createSyncClient(options).list("/x", { signal } as never)).toThrow(
      /signal.*createClient\(\)/s,
    );
  });
});

test("errors are read whatever form they have, and say what to do", async () => {
  const answer = (status: number, body: object) =>
    noting({}, Response.json(body, { status })).client.list("/x").firstPage();
  const forms: [body: object, type: string | null, message: string][] = [
    [{ error: { code: "bad_cursor", message: "the cursor" } }, "bad_cursor", "the cursor"],
    [{ errors: [{ message: "first" }, { message: "second" }] }, null, "first"],
    [{ error: "invalid_grant", error_description: "expired" }, "invalid_grant", "expired"],
    [{ type: "https://x.test/p", title: "Bad", detail: "the detail" }, "https://x.test/p", "the detail"],
    [{ message: "plain" }, null, "plain"],
    [{ nothing: 1 }, null, '{"nothing":1}'],
  ];
  for (const [body, type, message] of forms) {
    const error: unknown = await answer(400, body).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: 400, type });
    expect(String(error)).toContain(`GET https://api.test/x answered 400: ${message}`);
  }
  await expect(answer(401, {})).rejects.toThrow(AuthenticationError);
  await expect(answer(401, {})).rejects.toThrow(/Check the credentials in `headers`/);
  // As GitHub answers: a rate limit with 403, and the status in the body.
  const limited = { message: "Wait before you try again.", status: "403" };
  await expect(answer(403, limited)).rejects.toThrow(/try again\. Check the credentials/);
  const waits = noting({}, Response.json(limited, { status: 403, headers: { "retry-after": "7" } }));
  await expect(waits.client.list("/x").firstPage()).rejects.toThrow(
    /answered 403: Wait before you try again\. The server asks for a wait \(retry-after: 7\)$/,
  );
  await expect(answer(404, { message: "Not Found", status: "404" })).rejects.toThrow(/: Not Found$/);
});

test("an error in a 2xx body is that of the strategy: retried by its status, or the cursor has expired", async () => {
  const strategy = pageCursor({
    errorIn: ({ ok, error }) =>
      ok === false ? { type: String(error), message: "no", status: error === "slow" ? 429 : 400 } : null,
    isCursorExpired: ({ type }) => type === "invalid_cursor",
  });
  const slow = Response.json({ ok: false, error: "slow" }, { headers: { "retry-after-ms": "1" } });
  const { client, sent } = noting(
    { strategy, maxRetries: 1 },
    slow,
    { data: [1], next_cursor: "old" },
    {
      ok: false,
      error: "invalid_cursor",
    },
  );
  const walk = client.list<number>("/x").items();
  expect((await walk.next()).value).toBe(1);
  expect(sent).toHaveLength(2);
  await expect(walk.next()).rejects.toThrow(CursorExpiredError);
  const limited = noting({ strategy }, { ok: false, error: "slow" }).client.list("/x").firstPage();
  await expect(limited).rejects.toThrow(RateLimitError);
});

test("a clone keeps headers and query, and shares the pace only with the same credentials", async () => {
  const { client, sent } = noting({ headers: { "X-Team": "a", authorization: "Bearer 1" }, query: { a: 1 } });
  await client.withOptions({ headers: { "x-team": "b" }, query: { b: 2 } }).list("/x");
  expect(sent[0]?.url).toBe("https://api.test/x?a=1&b=2");
  expect(sent[0]?.headers.get("x-team")).toBe("b");
  expect(sent[0]?.headers.get("authorization")).toBe("Bearer 1");
});

test("getAPIList() takes a page class, with fields of its own", async () => {
  const { client } = noting({}, { data: [{ id: "a" }], has_more: false, first_id: "a", last_id: "a" });
  const page = await client.getAPIList("/v1/models", AsyncPage<{ id: string }>);
  expect(page.last_id).toBe("a");
});

describe("pacing", () => {
  test.each([
    ["x-ratelimit-reset", () => "1"],
    ["ratelimit-reset", () => "1"],
    ["x-ratelimit-reset", () => String(Math.ceil(Date.now() / 1000) + 1)],
  ])("waits as long as %s says, when nothing remains", async (name, value) => {
    const started = performance.now();
    const headers = { [name]: value(), [name.replace("reset", "remaining")]: "0" };
    const first = Response.json({ data: [1], next_cursor: "c2" }, { headers });
    const { client } = noting({ pace: "auto" }, first, { data: [2] });
    expect(await client.list("/x").toArray()).toEqual([1, 2]);
    expect(performance.now() - started).toBeGreaterThan(500);
  });
});

describe("both clients", () => {
  let server: ThreadedFaultServer;
  beforeAll(async () => {
    server = await startFaultServerThread();
  });
  afterAll(() => server.close());

  /** The URL that a list requests and its items, or the error. */
  async function both(path: string, query?: Record<string, unknown>): Promise<readonly unknown[]> {
    const options = { baseURL: server.origin, strategy: pageCursor(), maxRetries: 0 };
    const results: unknown[] = [];
    for (const client of [createSyncClient(options), createClient(options)]) {
      try {
        const page = await client.list(path, { query });
        results.push([page.response.url.replace(server.origin, ""), page.data.length]);
      } catch (error) {
        results.push(error);
      }
      await client.close();
    }
    return results;
  }

  test.each([
    ["ok", "/ok"],
    ["/ok?limit=2&limit=3#part", "/ok?limit=2&limit=3"],
    ["/ok?a=1&limit=2", "/ok?a=1&limit=9", { limit: 9 }],
    ["{}/ok?a=b%26c", "/ok?a=b%26c"],
  ])("list %s", async (path, url, query: Record<string, unknown> = {}) => {
    for (const result of await both(path.replace("{}", server.origin), query))
      expect(result).toEqual([url, 2]);
  });

  test.each([
    "",
    "?limit=2",
    "#part",
    "{}",
    "http://other.test/ok",
    "//other.test/ok",
    "/a/../ok",
    "/%2e%2e/ok",
  ])("refuse the path %j", async (path) => {
    for (const result of await both(path.replace("{}", server.origin))) {
      expect(result).toBeInstanceOf(ConfigurationError);
      expect(String(result)).toContain("as it must be a path under the client's baseURL");
    }
  });

  test("do not take an answer without a body for an empty list", async () => {
    for (const result of await both("/empty")) {
      expect(result).toBeInstanceOf(APIResponseValidationError);
      expect(String(result)).toMatch(/returned 204 .*: status 204 means that there is no body\. /);
    }
  });
});

describe("the sync client", () => {
  let server: ThreadedFaultServer;
  beforeAll(async () => {
    server = await startFaultServerThread();
  });
  afterAll(() => server.close());

  test("returns the first page, sends the headers, and walks on", () => {
    const client = createSyncClient({
      baseURL: server.origin,
      strategy: pageNumber({ items: (body) => [body["method"] ?? "none"] }),
      headers: { "x-team": "a" },
    });
    const page = client.list("/ok", { query: { limit: 1 } });
    expect(page).toBeInstanceOf(BaseSyncPage);
    expect([...page.items({ maxItems: 2 })]).toHaveLength(2);
    expect(client.getAPIList("/ok", SyncPage).response.status).toBe(200);
    client.close();
    client[Symbol.dispose]();
  });
});

test("a misspelt option of a list is compared with all that a list takes", () => {
  const options = { baseURL: "https://api.test", strategy: pageCursor() };
  const calls = [
    (wrong: object) => createClient(options).list("/x", wrong),
    (wrong: object) => createSyncClient(options).list("/x", wrong),
  ];
  for (const call of calls) {
    for (const [wrong, right] of [
      ["stratgy", "strategy"],
      ["shema", "schema"],
      ["jsn", "json"],
      ["itms", "items"],
    ] as const)
      expect(() => call({ [wrong]: {} })).toThrow(new RegExp(`"${wrong}".*${right}`));
  }
  const bare = { baseURL: "https://api.test" };
  for (const each of [createClient(bare), createSyncClient(bare)])
    expect(() => each.list("/x", { stratgy: pageCursor() } as object)).toThrow(
      /"stratgy".*did you mean strategy/,
    );
  const client = createClient(options);
  const wrong = { strategy: pageCursor() } as object;
  expect(() => client.getAPIList("/x", AsyncPage<object>, wrong)).toThrow(
    /option strategy in getAPIList\("\/x"\)/,
  );
});
