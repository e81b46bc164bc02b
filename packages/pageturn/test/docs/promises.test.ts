// The table at the top of the README, row by row.
import {
  Anthropic,
  AsyncAnthropic,
  type Checkpoint,
  definePages,
  IncompleteListError,
  idStrategy,
  PaginationCycleError,
  PaginationError,
  type PaginationStrategy,
} from "pageturn";
import { type FaultScript, type MockServer, startMockServer } from "pageturn/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

let server: MockServer;
let sync: Anthropic;
let async: AsyncAnthropic;
let ids: readonly string[];

beforeAll(async () => {
  server = await startMockServer();
  const options = { baseURL: server.url, apiKey: server.apiKey };
  sync = new Anthropic(options);
  async = new AsyncAnthropic(options);
  ids = sync.models.list().toArray().map(idOf);
});
beforeEach(async () => {
  await server.setScript([]);
  await server.clearRequests();
});
afterAll(() => server.close());

function idOf({ id }: { id: string }): string {
  return id;
}

async function paths(): Promise<string[]> {
  return (await server.requests()).map(({ path }) => path);
}

test("a cursor that repeats is an error, not an endless loop", async () => {
  for (const script of [
    [{ fault: "repeatCursor", times: "always" }],
    [{ fault: "cycle", length: 2, times: "always" }],
  ] satisfies FaultScript[]) {
    await server.setScript(script);
    expect(() => sync.models.list({ limit: 5 }).toArray()).toThrow(PaginationCycleError);
    await expect(async.models.list({ limit: 5 }).toArray()).rejects.toThrow(PaginationCycleError);
  }
});

test("an empty page in the middle does not end the list", async () => {
  await server.setScript([{ fault: "emptyPage", page: 2 }]);
  expect(sync.models.list().toArray().map(idOf)).toEqual(ids);
  await server.setScript([{ fault: "emptyPage", page: 2 }]);
  expect((await async.models.list().toArray()).map(idOf)).toEqual(ids);
});

test("a list that announces more and sends no cursor is an error after its last item", async () => {
  await server.setScript([
    { fault: "setFields", fields: { has_more: true, last_id: null }, page: 2, times: "always" },
  ]);
  const seen: string[] = [];
  expect(() => {
    for (const { id } of sync.models.list()) seen.push(id);
  }).toThrow(IncompleteListError);
  expect(seen).toEqual(ids.slice(0, 40));
  await expect(async.models.list().toArray()).rejects.toThrow(IncompleteListError);
});

test("after a failed page, next() requests it again", async () => {
  await server.setScript([{ fault: "status", status: 400, page: 2 }]);
  const walk = async.models.list().items();
  const seen: string[] = [];
  await expect(async () => {
    for await (const model of walk) seen.push(model.id);
  }).rejects.toThrow("answered 400");
  expect(seen).toHaveLength(20);
  for await (const model of walk) seen.push(model.id);
  expect(seen).toEqual(ids);
});

test("concurrent next() calls return each item once, in order", async () => {
  const walk = async.models.list({ limit: 3 }).items();
  const results = await Promise.all(ids.map(() => walk.next()));
  expect(results.map(({ value }) => value?.id)).toEqual(ids);
});

test("a walk continues from its checkpoint after any item, in either client", async () => {
  const walk = sync.models.list({ limit: 7 }).items();
  const checkpoints: string[] = [];
  for (const _ of walk) checkpoints.push(JSON.stringify(walk.checkpoint));
  for (const [index, saved] of checkpoints.entries()) {
    const resumeFrom: Checkpoint = JSON.parse(saved);
    const rest = sync.models.list({ limit: 7 }, { resumeFrom }).toArray();
    expect(rest.map(idOf)).toEqual(ids.slice(index + 1));
    const asyncRest = await async.models.list({ limit: 7 }, { resumeFrom }).toArray();
    expect(asyncRest.map(idOf)).toEqual(rest.map(idOf));
  }
  expect(checkpoints.join()).not.toContain(server.apiKey);
  expect(checkpoints.join()).not.toContain("127.0.0.1");
});

test("credentials are not sent to another host by a link or a redirect", async () => {
  await using other = await startMockServer({ apiKey: null });
  const elsewhere: PaginationStrategy = {
    ...idStrategy,
    next: () => ({ url: `${other.url}/v1/models?page=2` }),
  };
  const { SyncPage: SyncLinks, AsyncPage: AsyncLinks } = definePages(elsewhere);
  expect(() => sync.getAPIList("/v1/models", SyncLinks<object>).toArray()).toThrow(PaginationError);
  await expect(async.getAPIList("/v1/models", AsyncLinks<object>).toArray()).rejects.toThrow(PaginationError);
  const redirect = { fault: "status", status: 307, headers: { location: `${other.url}/v1/models` } } as const;
  await server.setScript([redirect, redirect]);
  expect(() => sync.models.list()).toThrow("answered 307");
  await expect(async.models.list()).rejects.toThrow("answered 307");
  expect(await other.requests()).toEqual([]);
});

test("leaving a loop aborts its request and sends nothing more", async () => {
  for (const _ of sync.models.list()) break;
  for await (const _ of async.models.list()) break;
  expect(await paths()).toEqual(["/v1/models", "/v1/models"]);

  await server.setScript([{ fault: "never", page: 2 }]);
  const walk = async.models.list().items({ maxItems: 40 });
  for (let taken = 0; taken < 20; taken += 1) await walk.next();
  const underWay = walk.next();
  await walk.return();
  await expect(underWay).resolves.toEqual({ value: undefined, done: true });
});

test("the outcome distinguishes a complete list from a part", async () => {
  const whole = sync.models.list().items();
  expect([...whole].map(idOf)).toEqual(ids);
  expect(whole.outcome).toEqual({
    reason: "exhausted",
    complete: true,
    incompleteBecause: null,
    pages: 3,
    items: 50,
    duplicates: 0,
    pageSizeReductions: 0,
  });
  const part = async.models.list().items({ maxItems: 49 });
  for await (const _ of part);
  expect(part.outcome).toMatchObject({
    reason: "maxItems",
    complete: false,
    incompleteBecause: null,
    items: 49,
  });
  const left = sync.models.list().items();
  for (const _ of left) break;
  expect(left.outcome).toMatchObject({ reason: "returned", complete: false, items: 1 });
});

test.each<FaultScript>([
  [{ fault: "setFields", fields: { has_more: true, last_id: null }, page: 2, times: "always" }],
  [{ fault: "cycle", length: 2, times: "always" }],
  [{ fault: "endless", items: "same", page: 2, times: "always" }],
])("after an error of the list, next() throws it again and requests nothing: %o", async (...script) => {
  await server.setScript(script);
  const walk = sync.models.list({ limit: 10 }).items({ maxEmptyPages: 3 });
  const asyncWalk = async.models.list({ limit: 10 }).items({ maxEmptyPages: 3 });
  expect(() => [...walk]).toThrow(PaginationError);
  await expect(async () => {
    for await (const _ of asyncWalk);
  }).rejects.toThrow(PaginationError);
  await server.setScript([]);
  await server.clearRequests();
  expect(() => walk.next()).toThrow(PaginationError);
  await expect(asyncWalk.next()).rejects.toThrow(PaginationError);
  expect(await paths()).toEqual([]);
});
