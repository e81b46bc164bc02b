import { Anthropic, AsyncAnthropic } from "pageturn";
import { type LoggedRequest, type MockServer, startMockServer } from "pageturn/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ServedEndpoint, ServedParam } from "../../src/anthropic/catalog/served-endpoint.ts";
import { readFullCatalog } from "../../src/testing/served-endpoints.ts";

const fullCatalog = readFullCatalog();
const ITEMS = 7;
const LIMIT = 3;

let server: MockServer;
let sync: Anthropic;
let async: AsyncAnthropic;

beforeAll(async () => {
  server = await startMockServer({ items: ITEMS });
  const options = { baseURL: server.url, apiKey: server.apiKey };
  sync = new Anthropic(options);
  async = new AsyncAnthropic(options);
});
afterAll(() => server.close());

const camelCase = (part: string) => part.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

const fillPath = (path: string) =>
  path
    .split("{")
    .map((part, at) => part.replace(/^\w+\}/, `parent_${at}`))
    .join("");

/** `client.organization.usageReport.messages.list(...)` by the id of the endpoint. */
function list(client: object, { id, path, queryParams }: ServedEndpoint): unknown {
  const node = id.split(".").reduce<unknown>((at, part) => Reflect.get(Object(at), camelCase(part)), client);
  const ids = path.match(/\{\w+\}/g)?.map((_, at) => `parent_${at + 1}`) ?? [];
  const required = queryParams
    .filter((param) => param.required)
    .map((param) => [param.wire, exampleOf(param)]);
  const groups = isByActor(queryParams) ? { group_by: ["actor"] } : {};
  return Reflect.get(Object(node), "list")(...ids, {
    limit: LIMIT,
    ...groups,
    ...Object.fromEntries(required),
  });
}

const exampleOf = ({ type }: ServedParam) => {
  if (type === "date") return "2026-09-01";
  return type === "date-time" ? "2026-09-01T00:00:00Z" : "x";
};

/** A report about groups has one row for each actor if it is asked to, and one row otherwise. */
const isByActor = (params: readonly ServedParam[]) => params.some(({ values }) => values?.includes("actor"));

/** What the server must have seen of a walk of three pages. */
function expectWalk(endpoint: ServedEndpoint, log: readonly LoggedRequest[]): void {
  const cursor = endpoint.page === "Page" ? "after_id" : "page";
  expect(log.map(({ items, status }) => ({ items, status }))).toEqual(
    [3, 3, 1].map((items) => ({ items, status: 200 })),
  );
  for (const [at, request] of log.entries()) {
    expect(request.method).toBe("GET");
    expect(request.path).toBe(fillPath(endpoint.path));
    expect(request.headers["anthropic-beta"] ?? "").toBe(endpoint.betaHeader.join(","));
    expect(request.params["limit"]).toBe("3");
    expect(Object.hasOwn(request.params, cursor)).toBe(at > 0);
    for (const param of endpoint.queryParams) {
      if (param.required) expect(request.params[param.wire]).toBe(exampleOf(param));
    }
  }
}

describe.each(fullCatalog)("$id", (endpoint) => {
  test("walks three pages, in order, the same in both clients", async () => {
    await server.clearRequests();
    const page = list(sync, endpoint) as Iterable<unknown>;
    const seen = [...page];
    const syncLog = await server.requests();
    expectWalk(endpoint, syncLog);
    expect(page.constructor.name).toBe(`Sync${endpoint.page}`);
    expect(seen).toHaveLength(ITEMS);
    expect(new Set(seen.map((item) => JSON.stringify(item))).size).toBe(ITEMS);

    await server.clearRequests();
    const paginator = list(async, endpoint) as AsyncIterable<unknown> & PromiseLike<object>;
    const promised = [];
    for await (const item of paginator) promised.push(item);
    const asyncLog = await server.requests();
    expectWalk(endpoint, asyncLog);
    expect((await paginator).constructor.name).toBe(`Async${endpoint.page}`);
    expect(promised).toEqual(seen);
    expect(asyncLog.map(({ path, query }) => ({ path, query }))).toEqual(
      syncLog.map(({ path, query }) => ({ path, query })),
    );

    const whole = await (await fetchWhole(endpoint)).json();
    expect(seen).toEqual(whole[endpoint.itemsKey]);
  });
});

/** The list in one page, asked for by hand, for the order. */
function fetchWhole({ path, queryParams, betaHeader }: ServedEndpoint): Promise<Response> {
  const query = new URLSearchParams({ limit: String(ITEMS) });
  for (const param of queryParams) if (param.required) query.set(param.wire, exampleOf(param));
  if (isByActor(queryParams)) query.set("group_by[]", "actor");
  const headers: Record<string, string> = { "x-api-key": server.apiKey, "anthropic-version": "2023-06-01" };
  if (betaHeader.length > 0) headers["anthropic-beta"] = betaHeader.join(",");
  return fetch(`${server.url}${fillPath(path)}?${query}`, { headers });
}

describe("an answer without a field for items", () => {
  const walks = [
    ["an empty page where the API documents the field as optional", "compliance/activities", true],
    ["an incomplete list elsewhere", "models", false],
  ] as const;

  test.each(walks)("is %s: %s", async (_, name, complete) => {
    await server.setScript([{ fault: "body", body: '{"has_more":false}', times: "always" }]);
    try {
      const isModels = name === "models";
      const syncWalk = (isModels ? sync.models : sync.compliance.activities).list().items();
      const asyncWalk = (isModels ? async.models : async.compliance.activities).list().items();
      const incompleteBecause = complete ? null : "noItems";
      if (complete) {
        expect([...syncWalk]).toEqual([]);
        for await (const item of asyncWalk) expect.unreachable(String(item));
      } else {
        const error = { name: "IncompleteListError", because: "noItems" };
        expect(() => syncWalk.next()).toThrow(expect.objectContaining(error));
        await expect(asyncWalk.next()).rejects.toMatchObject(error);
      }
      expect(syncWalk.outcome).toMatchObject({ complete, incompleteBecause });
      expect(asyncWalk.outcome).toMatchObject({ complete, incompleteBecause });
    } finally {
      await server.setScript([]);
    }
  });

  test("is an empty page of the lists that say so", () => {
    const optional = fullCatalog.filter(({ envelope, itemsKey }) =>
      envelope.some(({ name, optional }) => name === itemsKey && optional),
    );
    expect(optional.map(({ id }) => id)).toEqual([
      "beta.agents",
      "beta.deployments",
      "beta.memory_stores",
      "beta.sessions",
      "beta.sessions.events",
      "beta.sessions.threads.events",
      "beta.vaults",
      "compliance.activities",
    ]);
  });
});
