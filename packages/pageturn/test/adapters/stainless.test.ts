import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { APIResponseValidationError, IncompleteListError, PaginationCycleError } from "pageturn";
import { paginate } from "pageturn/paginate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answer, drained, failingOnce, type PageServer, startPageServer } from "./page-server.ts";

let server: PageServer;
let anthropic: Anthropic;
let openai: OpenAI;

beforeAll(async () => {
  server = await startPageServer();
  anthropic = new Anthropic({ apiKey: "k", baseURL: server.url, maxRetries: 0 });
  openai = new OpenAI({ apiKey: "k", baseURL: server.url, maxRetries: 0 });
});
afterAll(() => server.close());

const ids = ["a", "b", "c", "d", "e"];

/** Five models, paged by id. */
function models(url: URL): Answer {
  const limit = Number(url.searchParams.get("limit") ?? 2);
  const start = ids.indexOf(url.searchParams.get("after_id") ?? "") + 1;
  const data = ids.slice(start, start + limit).map((id) => ({ id, type: "model" }));
  const body = {
    data,
    has_more: start + limit < ids.length,
    first_id: data[0]?.id,
    last_id: data.at(-1)?.id,
  };
  return { body, headers: { "request-id": `req_${start}` } };
}

/** Files of OpenAI: the third page is empty, and says where the list goes on only if there is an item. */
function files(url: URL): Answer {
  const start = ids.indexOf(url.searchParams.get("after") ?? "") + 1;
  const data = ids.slice(start, start + 2).map((id) => ({ id, object: "file" }));
  return { body: { object: "list", data, has_more: start + 2 < ids.length } };
}

function idOf({ id }: { id: string }): string {
  return id;
}

test("the promise of a page is walked to its end, and the first request is the one that the SDK has sent", async () => {
  server.answer(models);
  const list = paginate(anthropic.models.list({ limit: 2 }));
  const walk = list.items();
  expect((await drained(walk)).values.map(idOf)).toEqual(ids);
  expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true, pages: 3, items: 5 });
  expect(server.requests).toEqual([
    "/v1/models?limit=2",
    "/v1/models?limit=2&after_id=b",
    "/v1/models?limit=2&after_id=d",
  ]);
});

test("a page is walked more than once, and its pages are those of the SDK", async () => {
  server.answer(models);
  const list = paginate(await anthropic.models.list({ limit: 2 }));
  expect((await list.toArray()).map(idOf)).toEqual(ids);
  expect((await list.toArray()).map(idOf)).toEqual(ids);
  const pages = await drained(list.pages());
  expect(pages.values.map(({ raw }) => raw.last_id)).toEqual(["b", "d", "e"]);
  const second = await (await list).getNextPage();
  expect(second.data.map(idOf)).toEqual(["c", "d"]);
  expect((await second.toArray()).map(idOf)).toEqual(["c", "d", "e"]);
  expect(JSON.stringify(second)).not.toContain("headers");
});

test("maxItems and prefetch are those of every walk", async () => {
  server.answer(models);
  const list = paginate(anthropic.models.list({ limit: 2 }));
  expect((await list.toArray({ maxItems: 3, prefetch: 1 })).map(idOf)).toEqual(["a", "b", "c"]);
});

test("a page that fails is requested again by the next next(), where the SDK says that it is done", async () => {
  server.answer(failingOnce(2, models));
  const { values, errors } = await drained(paginate(anthropic.models.list({ limit: 2 })).items(), 1);
  expect(values.map(idOf)).toEqual(ids);
  expect(errors).toEqual([expect.objectContaining({ status: 500 })]);
  expect(errors[0]).not.toHaveProperty("checkpoint.v");

  server.answer(failingOnce(2, models));
  const theirs = await drained(anthropic.models.list({ limit: 2 })[Symbol.asyncIterator](), 1);
  expect(theirs.values.map(idOf)).toEqual(["a", "b"]);
});

test("a cursor that leads back is an error", async () => {
  server.answer(() => ({
    body: { data: [{ id: "a" }, { id: "b" }], has_more: true, first_id: "a", last_id: "b" },
  }));
  await expect(paginate(anthropic.models.list({ limit: 2 })).toArray()).rejects.toThrow(PaginationCycleError);
});

test("an empty page in the middle does not end the list, where the SDK stops at it", async () => {
  let sent = 0;
  const answer = () => {
    sent += 1;
    const data = sent === 2 ? [] : [{ id: `f${sent}` }];
    return { body: { data, has_more: sent < 3, next: sent < 3 ? `t${sent}` : null, last_id: `l${sent}` } };
  };
  server.answer(answer);
  const list = paginate(openai.conversations.items.list("conv_1"));
  expect((await list.toArray()).map(({ id }) => id)).toEqual(["f1", "f3"]);
  sent = 0;
  const theirs = await drained(openai.conversations.items.list("conv_1")[Symbol.asyncIterator]());
  expect(theirs.values).toHaveLength(1);
});

test("an empty page that announces more and has no cursor is an error, not the end", async () => {
  server.answer((url) =>
    url.searchParams.has("after") ? { body: { data: [], has_more: true } } : files(url),
  );
  await expect(paginate(openai.files.list({ limit: 2 })).toArray()).rejects.toThrow(IncompleteListError);
});

test("a page promise cannot be resumed, and says so", async () => {
  server.answer(files);
  const list = paginate(openai.files.list({ limit: 2 }), { name: "files" });
  expect(list.resumes).toBe("none");
  const walk = list.items();
  await walk.next();
  expect(() => walk.checkpoint).toThrow(/Cannot make a checkpoint of the list of files/);
  const start = paginate(async () => ({ items: [], next: null }), { name: "files" }).items().checkpoint;
  // @ts-expect-error: it cannot be resumed.
  expect(() => list.items({ resumeFrom: start })).toThrow(
    /Cannot use the option resumeFrom as the list of files/,
  );
});

test("a function is resumed at any item, with the parameters of the SDK as its cursor", async () => {
  server.answer(models);
  const list = paginate((cursor?: { after_id: string }, signal?: AbortSignal) =>
    anthropic.models.list({ limit: 2, ...cursor }, { signal: signal ?? null }),
  );
  expect(list.resumes).toBe("item");
  for (const stop of [0, 1, 2, 3, 4, 5]) {
    const walk = list.items();
    const before: string[] = [];
    for (let taken = 0; taken < stop; taken++) before.push((await walk.next()).value?.id ?? "");
    const checkpoint = JSON.parse(JSON.stringify(walk.checkpoint));
    const after = await list.toArray({ resumeFrom: checkpoint });
    expect([...before, ...after.map(idOf)]).toEqual(ids);
  }
});

test("withResponse() has the response of the SDK", async () => {
  server.answer(models);
  const { page, response } = await paginate(anthropic.models.list({ limit: 2 })).withResponse();
  expect(page.data.map(idOf)).toEqual(["a", "b"]);
  expect(response).toMatchObject({ status: 200, requestId: "req_0", url: `${server.url}/v1/models?limit=2` });
});

test("the signal of the list ends it between pages", async () => {
  server.answer(models);
  const controller = new AbortController();
  const walk = paginate(anthropic.models.list({ limit: 2 }), { signal: controller.signal }).items();
  await walk.next();
  controller.abort();
  await expect(walk.next()).rejects.toThrow(/signal fired/);
  expect(walk.outcome?.reason).toBe("aborted");
});

/** Models whose second page has another body. */
function secondPage(body: unknown, headers = {}): (url: URL) => Answer {
  return (url) => (url.searchParams.has("after_id") ? { body, headers } : models(url));
}

const functionOfModels = (options = {}) =>
  paginate((cursor?: { after_id: string }) => anthropic.models.list({ limit: 2, ...cursor }), options);

test("a page that is not a list is an error, not the end", async () => {
  const html = { "content-type": "text/html" };
  for (const [body, headers] of [
    [{ data: { id: "x" } }],
    [{ data: "text" }],
    [{ data: 5 }],
    [{ data: false }],
    [[1, 2]],
    ["<html>", html],
  ] as const) {
    for (const make of [() => paginate(anthropic.models.list({ limit: 2 })), functionOfModels]) {
      server.answer(secondPage(body, headers));
      const walk = make().items();
      const { values, errors } = await drained(walk);
      expect(values.map(idOf)).toEqual(["a", "b"]);
      expect(errors).toEqual([expect.any(APIResponseValidationError)]);
      expect(errors[0]).toMatchObject({ status: 200 });
      expect(walk.outcome).toMatchObject({ reason: "error", complete: false });
    }
  }
});

test("a page without a field for items is incomplete, and the next next() requests it again", async () => {
  const answer = (url: URL, number: number) => (number === 2 ? { body: { ok: true } } : models(url));
  for (const make of [() => paginate(anthropic.models.list({ limit: 2 })), functionOfModels]) {
    server.answer(answer);
    const { values, errors } = await drained(make().items(), 1);
    expect(values.map(idOf)).toEqual(ids);
    expect(errors).toEqual([expect.any(IncompleteListError)]);
    expect(errors[0]).toMatchObject({ because: "noItems" });

    server.answer(answer);
    const walk = make().items({ onIncomplete: "stop" });
    expect((await drained(walk)).values.map(idOf)).toEqual(["a", "b"]);
    expect(walk.outcome).toMatchObject({
      reason: "exhausted",
      complete: false,
      incompleteBecause: "noItems",
    });
  }
});

test("a first page without a field for items is requested again from a function", async () => {
  server.answer((url, number) => (number === 1 ? { body: {} } : models(url)));
  const { values, errors } = await drained(functionOfModels().items(), 1);
  expect(values.map(idOf)).toEqual(ids);
  expect(errors).toEqual([expect.any(IncompleteListError)]);
});

test("a page whose items are empty or null ends the list, and the option items decides alone", async () => {
  for (const body of [{ data: [] }, { data: null }, { data: [], has_more: false, first_id: null }]) {
    server.answer(secondPage(body));
    const walk = functionOfModels().items();
    expect((await drained(walk)).values.map(idOf)).toEqual(["a", "b"]);
    expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true });
  }
  server.answer(secondPage({ models: [{ id: "z" }] }));
  const items = (page: { body?: { models?: { id: string }[] }; data: { id: string }[] }) =>
    page.body?.models ?? page.data;
  expect((await functionOfModels({ items }).toArray()).map(idOf)).toEqual(["a", "b", "z"]);
});
