import { createClient } from "pageturn/client";
import { ConfigurationError } from "pageturn/pagination";
import { type DecodedResponse, type DetectOptions, detectStrategy } from "pageturn/strategies";
import { describe, expect, test } from "vitest";
import { page, walked, walkedAsync } from "../scripted-pages.ts";
import { evaluated } from "./evaluated.ts";

const url = "https://api.example.com/files?pageSize=2";
const tokenPage = { files: [{ id: "a" }, { id: "b" }], nextPageToken: "t0k3n" };

/** What is found for a body with status 200. */
function detected(body: unknown, options?: DetectOptions, headers: Record<string, string> = {}) {
  return detectStrategy({ status: 200, headers, body }, options);
}

/** The names and confidences that are found. */
async function found(body: unknown, options?: DetectOptions, headers?: Record<string, string>) {
  const { candidates } = await detected(body, options, headers);
  return candidates.map(({ name, confidence }) => `${name} ${confidence}`);
}

test.each(["page=1", "offset=0"])("a total beside %s may be absent on a later page", async (position) => {
  const request = { url: `https://api.example.com/list?${position}&limit=2` };
  const first = { items: [1, 2], total: 3 };
  const strategy = (await detected(first, request)).candidates[0]?.strategy;
  if (strategy?.total === undefined) throw new Error("no total is detected");
  const pages = [page(first), page({ items: [3] }), page({ items: [] })];
  const sent = { base: "https://api.example.com", path: "/list", query: { limit: 2 } };
  expect(walked(strategy, pages, sent).items).toEqual([1, 2, 3]);
  expect((await walkedAsync(strategy, pages, sent)).items).toEqual([1, 2, 3]);
});

describe("what it returns", () => {
  test("a candidate has the code to paste, its entry point and its evidence", async () => {
    const { candidates } = await detected(tokenPage, { url });
    expect(candidates).toEqual([
      {
        name: "pageToken",
        confidence: "likely",
        module: "pageturn/strategies",
        strategy: expect.anything(),
        code: 'const strategy = pageToken({ items: "files", from: { body: "nextPageToken" }, to: "pageToken" });',
        evidence: ["`nextPageToken` is a token", "tokens of that name are sent as `pageToken`"],
      },
    ]);
  });

  test("a link to another path leads to a strategy whose walks have checkpoints", async () => {
    const link = `<http://localhost/v1/repositories/4@2/items?page=2>; rel="next"`;
    const { candidates } = await detected([{ id: 1 }], { url: "http://localhost/v1/items" }, { link });
    expect(candidates[0]?.code).toBe(
      "const strategy = linkHeader({ paths: /^(?:\\/v1)?\\/repositories\\/[^/]+\\/items$/ });",
    );
    const strategy = candidates[0]?.strategy;
    if (strategy === undefined) throw new Error("no strategy is detected");
    const fetch = async (url: unknown) =>
      Response.json([{ id: 1 }], { headers: String(url).includes("4@2") ? {} : { link } });
    // What a client matches is below its base URL.
    for (const [baseURL, path] of [
      ["http://localhost", "/v1/items"],
      ["http://localhost/v1", "/items"],
    ] as const) {
      const walk = createClient({ baseURL, strategy, fetch }).list(path).items();
      for await (const _ of walk) expect(JSON.stringify(walk.checkpoint)).toContain('"v":');
      expect(walk.outcome).toMatchObject({ complete: true, items: 2 });
    }
  });

  test.each([
    ["/items", "/v2/items", "/^\\/v2\\/items$/"],
    ["/repos/42/issues", "/repositories/42/issues", "/^\\/repositories\\/[^/]+\\/issues$/"],
    [
      "/users/7/items",
      "/users/7/stores/s3cr3t/items",
      "/^(?:(?:\\/users)?\\/[^/]+)?\\/stores\\/[^/]+\\/items$/",
    ],
    ["/items", "/tokenSECRETabc/items", "/^\\/[^/]+\\/items$/"],
    ["/api/items", "/api/a.b+c/items", "/^(?:\\/api)?\\/[^/]+\\/items$/"],
  ])("from %s to %s, the paths are words, versions and any ids", async (from, to, paths) => {
    const link = `<http://localhost${to}?page=2>; rel="next"`;
    const { candidates } = await detected([{ id: 1 }], { url: `http://localhost${from}` }, { link });
    expect(candidates[0]?.code).toBe(`const strategy = linkHeader({ paths: ${paths} });`);
  });

  test("a parameter that the request has already makes it certain", async () => {
    expect(await found(tokenPage, { url: `${url}&pageToken=earlier` })).toEqual(["pageToken certain"]);
  });

  test("a Response is read and stays readable", async () => {
    const response = Response.json(tokenPage);
    const { candidates } = await detectStrategy(response, { url });
    expect(candidates.map(({ name }) => name)).toEqual(["pageToken"]);
    expect(await response.json()).toEqual(tokenPage);
  });

  test("the evidence holds no value of the response or the request", async () => {
    const secret = "s3cr3t-t0ken";
    const body = { data: [{ id: 1 }], next: `https://api.example.com/l?key=${secret}&cursor=${secret}x` };
    const result = await detected(body, { url: `https://api.example.com/l?key=${secret}` });
    const other = await detected({ ...tokenPage, nextPageToken: secret }, { url });
    expect([...result.candidates, ...other.candidates]).toHaveLength(2);
    const told = [result, other].map(({ candidates, rejected }) =>
      JSON.stringify([candidates.map(({ evidence, code }) => [evidence, code]), rejected]),
    );
    expect(told.join()).not.toContain(secret);
  });

  test("two candidates that lead to different pages are both returned, and less sure", async () => {
    const body = { items: [{ id: 1 }], page: 1, total_pages: 9, nextPageToken: "t0k3n" };
    const { candidates } = await detected(body, { url: "https://api.example.com/l?page=1&pageToken=x" });
    expect(candidates.map(({ name, confidence }) => `${name} ${confidence}`)).toEqual([
      "pageToken likely",
      "pageNumber likely",
    ]);
    expect(candidates[0]?.evidence.at(-1)).toBe("but pageNumber leads to another page");
  });

  test("of candidates that lead to the same page, one is certain", async () => {
    const body = {
      items: [{ id: 1 }],
      offset: 0,
      limit: 1,
      total: 9,
      next: "/l?offset=1&limit=1",
      previous: null,
    };
    const options = { url: "https://api.example.com/l?offset=0&limit=1" };
    expect(await found(body, options)).toEqual(["nextURL certain", "offsetLimit likely"]);
  });
});

describe("without a request", () => {
  test("a token whose parameter has a usual name is likely", async () => {
    expect(await found(tokenPage)).toEqual(["pageToken likely"]);
  });

  test("a link with a parameter for a page is possible, any other link is not proposed", async () => {
    expect(await found({ results: [{ id: 1 }], next: "https://api.example.com/x?page=2" })).toEqual([
      "nextURL possible",
    ]);
    expect(await found({ results: [{ id: 1 }], next: "https://api.example.com/x/2" })).toEqual([]);
  });

  test("a GraphQL connection is possible: its query may have no variable", async () => {
    const body = { data: { notes: { nodes: [{ id: 1 }], pageInfo: { hasNextPage: true, endCursor: "c" } } } };
    expect(await found(body)).toEqual(["relayConnection possible"]);
  });
});

describe("what looks like paging and is not proposed has a reason", () => {
  test.each([
    [
      "a link to another origin",
      { results: [{}], next: "https://other.example.net/l?page=2" },
      "leads to another origin",
    ],
    [
      "a link with user info",
      { results: [{}], next: "https://a:b@evil.example/l?page=2" },
      "leads to another origin",
    ],
    [
      "a link to another host by //",
      { results: [{}], next: "//evil.example/l?page=2" },
      "leads to another origin",
    ],
    [
      "a link to another host by \\\\",
      { results: [{}], next: "/\\evil.example/l?page=2" },
      "leads to another origin",
    ],
    ["a file link", { results: [{}], next: "file:///etc/passwd?page=2" }, "leads to another origin"],
    [
      "the next day of a calendar",
      { events: [{}], next: "https://api.example.com/l?day=2" },
      "changes no parameter",
    ],
    ["two connections", twoConnections(), "several connections"],
  ])("%s", async (_, body, reason) => {
    const { candidates, rejected } = await detected(body, { url: "https://api.example.com/l?day=1" });
    expect(candidates).toEqual([]);
    expect(rejected.map((one) => one.reason).join()).toContain(reason);
  });

  function twoConnections() {
    const connection = { nodes: [{}], pageInfo: { hasNextPage: true, endCursor: "c" } };
    return { data: { one: connection, other: connection } };
  }

  test("the arguments of a nested connection are not those of the outer one", async () => {
    const query =
      "query($c: String) { notes(first: 2) { nodes { tags(first: 1, after: $c) { nodes { id } } } pageInfo { hasNextPage endCursor } } }";
    const body = { data: { notes: { nodes: [{}], pageInfo: { hasNextPage: true, endCursor: "c" } } } };
    const { candidates, rejected } = await detected(body, {
      url,
      method: "POST",
      body: { query, variables: {} },
    });
    expect(candidates).toEqual([]);
    expect(rejected[0]?.reason).toContain("has no variable for the cursor");
  });

  test("the answer to a request without a body says where its cursor would go", async () => {
    const body = { data: { notes: { nodes: [{}], pageInfo: { hasNextPage: true, endCursor: "c" } } } };
    const { candidates, rejected } = await detected(body, { url, method: "GET" });
    expect(candidates).toEqual([]);
    expect(rejected).toContainEqual({
      name: "relayConnection",
      reason: "it sends its cursor in a JSON body, and this request has none",
    });
  });

  test("a variable with another name is in the code", async () => {
    const query =
      "query($cursor: String) { mine: notes(first: 2, after: $cursor) { nodes { id } pageInfo { hasNextPage endCursor } } }";
    const body = { data: { mine: { nodes: [{}], pageInfo: { hasNextPage: true, endCursor: "c" } } } };
    const { candidates } = await detected(body, { url, body: { query, variables: {} } });
    expect(candidates[0]?.code).toBe(
      'const strategy = relayConnection({ connection: ["data", "mine"], variables: { after: "cursor" } });',
    );
  });
});

describe("the parameter of a token", () => {
  test("is taken from the link beside it, also where the link itself is not followed", async () => {
    const body = {
      data: [{ id: 1 }],
      links: { next: "http://api.example.com/l?page%5Bcursor%5D=abc123" },
      meta: { next_cursor: "abc123" },
    };
    const { candidates, rejected } = await detected(body, { url: "https://api.example.com/l" });
    expect(candidates.map(({ code }) => code)).toEqual([
      'const strategy = pageToken({ items: "data", from: { body: ["meta", "next_cursor"] }, to: "page[cursor]" });',
    ]);
    expect(rejected[0]?.reason).toContain("another origin");
  });

  test("is proposed twice where two are usual, and verify tells which it is", async () => {
    const body = { data: [{ id: "a" }], has_more: true, next_page: "t0k3n" };
    const options = { url: "https://api.example.com/l" };
    const codes = async (more?: DetectOptions) =>
      (await detected(body, { ...options, ...more })).candidates.map(
        ({ code }) => /to: "(\w+)"/.exec(code)?.[1],
      );
    expect(await found(body, options)).toEqual(["pageToken possible", "pageToken possible"]);
    expect(await codes()).toEqual(["page", "page_token"]);
    const second = { data: [{ id: "b" }], has_more: false, next_page: null };
    const verify: DetectOptions["verify"] = async ({ url }) => ({
      status: 200,
      headers: {},
      body: url.includes("page_token") ? second : body,
    });
    expect(await codes({ verify })).toEqual(["page_token"]);
  });

  test("is in the JSON body of a POST that has one", async () => {
    const { candidates } = await detected(tokenPage, { url, method: "POST", body: '{"pageSize":2}' });
    expect(candidates[0]?.code).toContain('to: { json: "pageToken" }');
  });

  test.each([
    ["a list of words beside a map of items", { users: { a: {} }, roles: ["x"], next_cursor: "abc123" }],
    [
      "an empty list of messages beside one object",
      { result: { a: {} }, messages: [], errors: [], next_cursor: "abc123" },
    ],
    [
      "one of several lists that happens to be the only one with items",
      { added: [{ id: 1 }], removed: [], next_cursor: "abc123" },
    ],
    [
      "a cursor in a body that pages by another parameter",
      { data: [{ id: 1 }], pagination: { cursor: "eyJiIjpudWxsfQ" } },
    ],
    ["the id of the last item", { data: [{ id: "n_1" }], has_more: true, next_cursor: "n_1" }],
    ["a range of time that only says has_more", { data: [{ id: 1 }], has_more: true }],
  ])("is not guessed: %s", async (_, body) => {
    expect(await found(body, { url: "https://api.example.com/l?from=1700000000&start=2026-01-01" })).toEqual(
      [],
    );
  });
});

describe("the end of a list", () => {
  test("a link that the last page has too is followed only while there is more", async () => {
    const body = {
      data: [{ id: 1 }],
      meta: { pagination: { next: "https://api.example.com/l?after=1", has_more: true } },
    };
    const { candidates } = await detected(body, { url: "https://api.example.com/l" });
    expect(candidates[0]?.code).toContain('hasMore: ["meta", "pagination", "has_more"]');
  });

  test("a first page with all items is not the page of a longer list", async () => {
    expect(
      await found({ users: [{ id: 1 }], total: 1 }, { url: "https://api.example.com/users?page=1" }),
    ).toEqual([]);
  });
});

describe("hostile responses", () => {
  test("keys of Object's own machinery are not read, and nothing is polluted", async () => {
    const body = JSON.parse(
      '{"__proto__":{"nextPageToken":"t0k3n","polluted":1},"constructor":{"prototype":{"x":1}},"files":[{"id":1}],"meta":{"__proto__":{"next_cursor":"abc123"}}}',
    );
    expect(await found(body, { url })).toEqual([]);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  test("an inherited token is none", async () => {
    expect(
      await found(Object.assign(Object.create({ nextPageToken: "t0k3n" }), { files: [{ id: 1 }] }), { url }),
    ).toEqual([]);
  });

  test("names of the body cannot break out of the code", async () => {
    const name = '"]}); globalThis.broken = 1; //`\u2028';
    const { candidates } = await detected({ [name]: [{ id: 1 }], nextPageToken: "t0k3n" }, { url });
    expect(evaluated(candidates[0]?.code ?? "").items).toBe(name);
    expect(Reflect.get(globalThis, "broken")).toBeUndefined();
  });

  test("a list under the key `toString` or `items` of any name is read as such", async () => {
    const { candidates } = await detected({ toString: [{ id: 1 }], nextPageToken: "t0k3n" }, { url });
    expect(evaluated(candidates[0]?.code ?? "").items).toBe("toString");
  });

  test.each([
    ["a Map", new Map([["nextPageToken", "t0k3n"]])],
    ["a function", () => tokenPage],
    ["a bigint", 1n],
    ["a symbol", Symbol("x")],
    ["undefined", undefined],
    ["bigints and functions as values", { files: [1n, () => 1], nextPageToken: 1n, total: Number.NaN }],
  ])("%s is not recognised", async (_, body) => {
    expect(await found(body, { url })).toEqual([]);
  });

  test("an object with a member toString where text is expected is no text", async () => {
    const odd = { toString: 1, valueOf: 2 };
    const body = {
      kind: odd,
      url: odd,
      next_page: odd,
      has_more: true,
      items: [{ id: odd }],
      nextPageToken: "t0k3n",
    };
    const request = { url, method: "POST", body: { method: odd, query: odd, pageToken: odd } };
    expect(await found(body, request)).toEqual(["pageToken certain"]);
  });

  test("a cyclic body ends", async () => {
    const body: Record<string, unknown> = { ...tokenPage };
    body["meta"] = body;
    body["data"] = { page: body, pageInfo: body };
    expect(await found(body, { url: `${url}&pageToken=x` })).toEqual(["pageToken certain"]);
  });

  test("only a few thousand keys are looked at", async () => {
    let looked = 0;
    const body = new Proxy(
      Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`k${index}`, {}])),
      {
        get: (target, key, receiver) => {
          looked += 1;
          return Reflect.get(target, key, receiver);
        },
      },
    );
    expect(await found({ files: [{ id: 1 }], meta: body }, { url })).toEqual([]);
    expect(looked).toBeLessThan(10_000);
  });

  test("a Link header that cannot be read, and one that is too long, are not followed", async () => {
    const link = '<https://api.example.com/files?page=2>; rel="next"';
    expect(await found([{ id: 1 }], { url }, { link })).toEqual(["linkHeader certain"]);
    expect(await found([{ id: 1 }], { url }, { link: `${link}, <` })).toEqual([]);
    expect(await found([{ id: 1 }], { url }, { link: `${link}${", ".repeat(10_000)}` })).toEqual([]);
  });

  test("a body that never ends is left", async () => {
    const body = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1 << 20)) });
    const { rejected } = await detectStrategy(new Response(body), { url });
    expect(rejected).toEqual([{ name: null, reason: "the body has more than 16777216 bytes" }]);
  });

  test("a body that is not JSON, or was read already, has a reason", async () => {
    const read = Response.json({});
    await read.text();
    const reasons = [new Response("<html>"), new Response("no", { status: 500 }), read].map(
      async (response) => (await detectStrategy(response)).rejected[0]?.reason,
    );
    expect(await Promise.all(reasons)).toEqual([
      "the body is not JSON",
      "the status is 500",
      "the body of the response was already read: pass { status, headers, body }",
    ]);
  });
});

describe("what it cannot use is refused, with a remedy", () => {
  test.each([
    tokenPage,
    [tokenPage],
    null,
    undefined,
    "x",
    5,
    { status: 200 },
    { status: "200", body: tokenPage },
  ])("%j instead of a response", async (value) => {
    // The cast: what a program without types would pass.
    const thrown = detectStrategy(value as never, { url });
    await expect(thrown).rejects.toThrow(ConfigurationError);
    await expect(thrown).rejects.toThrow(/Pass a body alone as \{ status: 200, headers: \{\}, body \}$/);
  });

  test.each(["/files?pageSize=2", "files", "", "//api.example.com/files", "file:///files", 5])(
    "the URL %j",
    async (value) => {
      const thrown = detected(tokenPage, { url: value as never });
      await expect(thrown).rejects.toThrow(ConfigurationError);
      await expect(thrown).rejects.toThrow(/url as it must be an absolute http or https URL/);
    },
  );

  test.each(["uri", "ulr"])("the option %s: url is meant", async (name) => {
    await expect(detected(tokenPage, { [name]: url })).rejects.toThrow(/did you mean url\?/);
  });

  test.each([{ verify: 5 }, { method: 5 }, { ulr: url }, "x", 5, []])("the options %j", async (value) => {
    await expect(detected(tokenPage, value as never)).rejects.toThrow(ConfigurationError);
  });

  test.each([tokenPage, null, undefined])("%j as the result of verify", async (value) => {
    const thrown = detected(tokenPage, { url, verify: async () => value as never });
    await expect(thrown).rejects.toThrow(/the result of verify must be a Response/);
  });

  test("headers and options that are left out are none", async () => {
    const response = { status: 200, body: tokenPage };
    expect((await detectStrategy(response as never, null as never)).candidates).toHaveLength(1);
  });
});

test.each([
  [{ wrap: { things: [{ id: 1 }], next_cursor: "c" } }, "the list `wrap.things` is in an unknown envelope"],
  [
    { a: { errors: [{}], b: { c: [{ id: 1 }] } }, next: "/l?page=2" },
    "the list `a.b.c` is in an unknown envelope",
  ],
  [{ a: { b: { c: { d: { e: { f: [{ id: 1 }] } } } } } }, "the body has no list"],
  [{ data: [] }, "the list is empty: pass a page that others follow"],
  [{ data: [{ id: 1 }], next: null }, "the page may be the last one, as `next` says"],
  [{ data: [{ id: 1 }], has_more: false }, "the page may be the last one, as `has_more` says"],
  [
    { data: [{ id: 1 }], meta: { next_cursor: "" } },
    "the page may be the last one, as `meta.next_cursor` says",
  ],
  [[{ id: 1 }], "the body has a list without fields, and no header leads to the next page"],
  [{ data: [{ id: 1 }], name: "x" }, "the body has a list, but no field that is known to page it"],
  [{ data: [{ id: 1 }], total: 2 }, "the body has a list, but what `total` means is not known"],
  [{ data: [{ id: 1 }], page: "x", offset: "y" }, "but what `page`, `offset` mean is not known"],
])("an empty result has a reason: %j", async (body, reason) => {
  const { candidates, rejected } = await detected(body, { url: "https://api.example.com/l?limit=1" });
  expect(candidates).toEqual([]);
  expect(rejected.map((one) => one.reason).join()).toContain(reason);
});

describe("verify", () => {
  const answer = (body: unknown, status = 200): DecodedResponse => ({ status, headers: {}, body });
  const verified = (second: unknown, body: unknown = tokenPage, options: DetectOptions = { url }) =>
    detected(body, {
      ...options,
      verify: async () => (second instanceof Response ? second : answer(second)),
    });

  test("sends the request of the candidate, once for all candidates that share it", async () => {
    const sent: unknown[] = [];
    const body = { items: [{ id: 1 }], offset: 0, limit: 1, total: 9, next: "/l?offset=1&limit=1" };
    const { candidates } = await detected(body, {
      url: "https://api.example.com/l?offset=0&limit=1",
      verify: async (request) => {
        sent.push(request);
        return answer({ items: [{ id: 2 }], offset: 1, limit: 1, total: 9, next: "/l?offset=2&limit=1" });
      },
    });
    expect(sent).toEqual([
      { method: "GET", url: "https://api.example.com/l?offset=1&limit=1", headers: {}, body: null },
    ]);
    expect(candidates.map(({ name, confidence }) => `${name} ${confidence}`)).toEqual([
      "nextURL certain",
      "offsetLimit certain",
    ]);
  });

  test("a page that leads on, or ends, makes a candidate surer", async () => {
    const { candidates } = await verified({ files: [{ id: "c" }] });
    expect(candidates[0]).toMatchObject({ confidence: "certain" });
    expect(candidates[0]?.evidence.at(-1)).toBe("page 2 was fetched: it has 1 other items");
    const { candidates: leading } = await verified(Response.json({ files: [], nextPageToken: "n3xt" }));
    // A wrong offset also leads to an empty page.
    expect(leading[0]).toMatchObject({ confidence: "likely" });
    expect(leading[0]?.evidence.at(-1)).toBe("page 2 was fetched: it is empty, which confirms nothing");
  });

  test.each([
    ["the same page again", tokenPage, "begins like page 1"],
    ["the same cursor again", { files: [{ id: "c" }], nextPageToken: "t0k3n" }, "does not lead on"],
    ["no list", { error: "no" }, "cannot be read"],
    ["an error", Response.json({}, { status: 400 }), "has the status 400"],
    ["text", new Response("x"), "not JSON"],
  ])("drops a candidate whose page 2 is %s", async (_, second, reason) => {
    const { candidates, rejected } = await verified(second);
    expect(candidates).toEqual([]);
    expect(rejected).toEqual([{ name: "pageToken", reason: expect.stringContaining(reason) }]);
  });

  test("drops a candidate whose request fails", async () => {
    const verify = () => Promise.reject(new TypeError("fetch failed: https://key@host"));
    const { candidates, rejected } = await detected(tokenPage, { url, verify });
    expect(candidates).toEqual([]);
    expect(rejected).toEqual([{ name: "pageToken", reason: "the request for page 2 failed: TypeError" }]);
  });

  test("keeps what it cannot verify, and says so", async () => {
    const { candidates } = await verified({}, tokenPage, {});
    expect(candidates[0]?.evidence.at(-1)).toBe(
      "page 2 was not fetched: the URL of the request is not known",
    );
    const last = { object: "list", data: [{ id: "cus_1" }], has_more: false, url: "/v1/customers" };
    const { candidates: ended } = await verified({}, last, { url: "https://api.stripe.com/v1/customers" });
    expect(ended[0]?.evidence.at(-1)).toBe("page 2 was not fetched: this is the last page");
  });

  test("never sends a request to another origin", async () => {
    const sent: string[] = [];
    const links = [
      "https://evil.example/l?page=2",
      "//evil.example/l?page=2",
      "http://api.example.com/l?page=2",
      "https://api.example.com:444/l?page=2",
    ];
    for (const next of links)
      await detected(
        { results: [{ id: 1 }], next },
        {
          url: "https://api.example.com/l",
          verify: async (request) => {
            sent.push(request.url);
            return answer({});
          },
        },
      );
    expect(sent).toEqual([]);
  });
});
