import { inspect } from "node:util";
import {
  APIError,
  AsyncAnthropic,
  AsyncPageCursor,
  type Checkpoint,
  createClient,
  definePages,
  type PaginationStrategy,
  PermissionDeniedError,
} from "pageturn";
import { nextURL } from "pageturn/strategies";
import { describe, expect, test } from "vitest";
import { clientConfig } from "../../src/client/client-config.ts";
import { asyncSource, ListCall } from "../../src/client/list-call.ts";
import { pageCursorStrategy } from "../../src/pagination/list/page-classes.ts";

const sent: Readonly<Record<string, string>>[] = [];
const transport = {
  attempt: async (request: { headers: Readonly<Record<string, string>> }) => {
    sent.push(request.headers);
    return { status: 200, headers: {}, body: new TextEncoder().encode("{}") };
  },
  close: async () => undefined,
};

function source(json?: Record<string, unknown>) {
  const config = clientConfig(
    {},
    {
      baseURL: "https://api.test",
      headers: { "x-one": "list", "x-two": "list" },
      defaultHeaders: {},
      defaultQuery: {},
      rules: {},
    },
  );
  return asyncSource(new ListCall(config, { path: "/x", json, strategy: pageCursorStrategy }), transport);
}

test.each([undefined, { a: 1 }])(
  "pages without headers of their own share one object: json %j",
  async (json) => {
    sent.length = 0;
    const { request, fetch } = source(json);
    await fetch(request, undefined);
    await fetch({ ...request, query: { page: "2" } }, undefined);
    expect(sent[0]).toBe(sent[1]);
  },
);

test("the headers of a page lie over those of the list", async () => {
  sent.length = 0;
  const { request, fetch } = source({ a: 1 });
  await fetch({ ...request, headers: { "x-two": "page", "x-cursor": "c2" } }, undefined);
  expect(sent[0]).toEqual({
    "content-type": "application/json",
    "x-one": "list",
    "x-two": "page",
    "x-cursor": "c2",
  });
});

describe("a page size that is sent as a header, through a client", () => {
  const rows = Array.from({ length: 12 }, (_, index) => `r${index}`);
  const strategy: PaginationStrategy = {
    next: { from: { body: "next" }, to: { header: "X-Cursor" } },
    pageSize: { in: { header: "X-Limit" }, default: 20, max: 20, adjustable: true },
    shortPage: "end",
  };
  const { AsyncPage: HeaderPage } = definePages(strategy);
  const seen: (string | null)[] = [];
  const client = new AsyncAnthropic({
    apiKey: "k",
    fetch: async (_, init) => {
      const headers = new Headers(init?.headers);
      seen.push(headers.get("x-limit"));
      const [at, size] = [Number(headers.get("x-cursor") ?? 0), Number(headers.get("x-limit") ?? 20)];
      return Response.json({ data: rows.slice(at, at + size), next: String(at + size) });
    },
  });
  const list = (size: string, resumeFrom?: Checkpoint) =>
    client.getAPIList("/x", HeaderPage<string>, { headers: { "x-limit": size }, resumeFrom });

  test("is that of the strategy: a full page is not short, and the last one asks for what is needed", async () => {
    expect(await list("5").toArray()).toEqual(rows);
    seen.length = 0;
    expect(await list("2").toArray({ maxItems: 7 })).toEqual(rows.slice(0, 7));
    expect(seen).toEqual(["2", "2", "2", "1"]);
  });

  test("is in the checkpoint: a list is resumed with another one, and nothing repeats", async () => {
    for (let taken = 0; taken <= 12; taken++) {
      const walk = list("5").items();
      for (let index = 0; index < taken; index++) await walk.next();
      const checkpoint = JSON.parse(JSON.stringify(walk.checkpoint));
      expect(JSON.stringify(checkpoint)).not.toContain("api-key");
      expect(await list("3", checkpoint).toArray()).toEqual(rows.slice(taken));
    }
  });
});

test("the JSON body of a list is a copy: the caller may change its own", async () => {
  const bodies: unknown[] = [];
  const fetch: typeof globalThis.fetch = async (_, init) => {
    bodies.push(JSON.parse(String(init?.body)));
    return Response.json({ data: [], next_page: null });
  };
  const client = new AsyncAnthropic({ apiKey: "k", fetch });
  const json = { q: "one" };
  const one = client.getAPIList("/x", AsyncPageCursor<object>, { json });
  json.q = "two";
  const two = client.getAPIList("/x", AsyncPageCursor<object>, { json });
  await Promise.all([one, two]);
  expect(bodies).toEqual([{ q: "one" }, { q: "two" }]);
});

test.each([
  "signature",
  "Signature",
  "sig",
  "X-Amz-Signature",
  "X-Amz-Security-Token",
  "X-Amz-Credential",
  "X-Goog-Signature",
  "X-Goog-Credential",
  "AWSAccessKeyId",
  "GoogleAccessId",
  "Key-Pair-Id",
  "OSSAccessKeyId",
  "security-token",
  "q-signature",
  "hmac",
  "X%2DAmz%2DSignature",
  "%73ig",
])("the signature of a next link, %s, is in no error", async (name) => {
  const strategy = nextURL();
  for (const end of [
    () => new Response("no", { status: 403 }),
    () => new Response("no"),
    () => Response.json({ results: 5 }),
    () => Promise.reject(new TypeError("fetch failed")),
  ]) {
    const fetch: typeof globalThis.fetch = async (url) =>
      String(url).includes("SECRET")
        ? end()
        : Response.json({ results: [1], next: `/x?page=2&${name}=SECRET%2Fa=b&size=3` });
    const client = createClient({ baseURL: "https://api.test", strategy, fetch, maxRetries: 0 });
    const error: unknown = await client
      .list("/x")
      .toArray()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(APIError);
    expect(`${inspect(error)}${JSON.stringify(error)}${String(error)}`).not.toContain("SECRET");
    expect(String(error)).toMatch(/page=2&[^&]*=\[redacted\]&size=3/);
  }
});

test("a credential in the query is in no error, and no checkpoint", async () => {
  const fetch: typeof globalThis.fetch = async (url) => {
    if (String(url).includes("after_id")) return new Response(`no: ${String(url)}`, { status: 403 });
    return Response.json({ data: [{ id: "a" }], has_more: true, last_id: "a" });
  };
  const client = new AsyncAnthropic({
    apiKey: "k",
    fetch,
    defaultQuery: { api_key: "SECRET-KEY", access_token: "SECRET-2" },
  });
  const error: unknown = await client.models
    .list()
    .toArray()
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PermissionDeniedError);
  expect(`${inspect(error)}${JSON.stringify(error)}${String(error)}`).not.toContain("SECRET");
  const offline = new AsyncAnthropic({
    apiKey: "k",
    maxRetries: 0,
    defaultQuery: { api_key: "SECRET-KEY" },
    fetch: async () => {
      throw new TypeError("fetch failed");
    },
  });
  const lost: unknown = await offline.models
    .list()
    .toArray()
    .catch((thrown: unknown) => thrown);
  expect(`${inspect(lost)}${JSON.stringify(lost)}`).not.toContain("SECRET");
});
