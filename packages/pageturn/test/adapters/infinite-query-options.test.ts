import { CancelledError, InfiniteQueryObserver, QueryClient } from "@tanstack/query-core";
import {
  AsyncAnthropic,
  AsyncBidirectionalPageCursor,
  AsyncPage,
  CheckpointError,
  ConfigurationError,
  createClient,
  type WalkOptions,
} from "pageturn";
import { paginate } from "pageturn/paginate";
import { pageToken } from "pageturn/strategies";
import { infiniteQueryOptions } from "pageturn/tanstack-query";
import { type MockServer, startMockServer } from "pageturn/testing";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type PageServer, startPageServer } from "./page-server.ts";

let server: PageServer;
let api: MockServer;
let anthropic: AsyncAnthropic;
const clients: QueryClient[] = [];

beforeAll(async () => {
  server = await startPageServer();
  api = await startMockServer();
  anthropic = new AsyncAnthropic({ baseURL: api.url, apiKey: api.apiKey });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.clear();
});
afterAll(async () => {
  await server.close();
  await api.close();
});

function queryClient(): QueryClient {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  clients.push(client);
  return client;
}

const letters = ["a", "b", "c", "d", "e", "f", "g"];

function list(name = "letters") {
  return paginate(
    async (cursor?: number) => {
      const start = cursor ?? 0;
      return { items: letters.slice(start, start + 2), next: start + 2 < letters.length ? start + 2 : null };
    },
    { name },
  );
}

test("an infinite query loads page after page, to the end, and a refetch gives the same pages", async () => {
  const observer = new InfiniteQueryObserver(
    queryClient(),
    infiniteQueryOptions(list(), { queryKey: ["letters"] }),
  );
  const leave = observer.subscribe(() => undefined);
  await observer.refetch();
  let result = observer.getCurrentResult();
  while (result.hasNextPage) result = await observer.fetchNextPage();
  const items = result.data?.pages.flatMap((page) => page.items);
  expect(items).toEqual(letters);
  expect(result.data?.pages).toHaveLength(4);
  const again = await observer.refetch();
  expect(again.data).toEqual(result.data);
  expect(again.data).toBe(result.data);
  leave();
});

test("a list of a client is requested again by a refetch, page by page", async () => {
  const models = anthropic.models.list({ limit: 5 });
  const all = (await anthropic.models.list().toArray()).map(({ id }) => id);
  const observer = new InfiniteQueryObserver(
    queryClient(),
    infiniteQueryOptions(models, { queryKey: ["models"] }),
  );
  const leave = observer.subscribe(() => undefined);
  await observer.refetch();
  let result = observer.getCurrentResult();
  while (result.hasNextPage) result = await observer.fetchNextPage();
  expect(result.data?.pages.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(all);
  await api.clearRequests();
  await observer.refetch();
  expect(await api.requests()).toHaveLength(result.data?.pages.length ?? 0);
  leave();
});

test("the cache survives a restart as JSON, and the query goes on where it was", async () => {
  const first = queryClient();
  const options = infiniteQueryOptions(list(), { queryKey: ["letters"] });
  await first.fetchInfiniteQuery({ ...options, pages: 2 });
  const stored = JSON.stringify(first.getQueryData(["letters"]));

  const second = queryClient();
  second.setQueryData(["letters"], JSON.parse(stored));
  const observer = new InfiniteQueryObserver(second, { ...options, staleTime: Number.POSITIVE_INFINITY });
  const leave = observer.subscribe(() => undefined);
  const { data } = await observer.fetchNextPage();
  expect(data?.pages.flatMap(({ items }) => items)).toEqual(["a", "b", "c", "d", "e", "f"]);
  leave();
});

test("a query begins with the page under the checkpoint of a walk", async () => {
  const walk = list().items();
  for (let taken = 0; taken < 3; taken++) await walk.next();
  const resumeFrom = JSON.parse(JSON.stringify(walk.checkpoint));
  const options = infiniteQueryOptions(list(), { queryKey: ["letters"], resumeFrom });
  const { pages } = await queryClient().fetchInfiniteQuery({ ...options, pages: 2 });
  expect(pages.map(({ items }) => items)).toEqual([
    ["c", "d"],
    ["e", "f"],
  ]);
});

for (const order of ["api", "traversal"] as const)
  for (const start of [{ after_id: "i3" }, { before_id: "end" }])
    test(`no item is missing around a checkpoint inside a page: ${JSON.stringify({ order, ...start })}`, async () => {
      const models = byId({ limit: 3, ...start }, { order });
      const walk = models.items();
      for (let taken = 0; taken < 2; taken++) await walk.next();
      const resumeFrom = JSON.parse(JSON.stringify(walk.checkpoint));
      const observer = new InfiniteQueryObserver(
        queryClient(),
        infiniteQueryOptions(models, { queryKey: ["ids"], resumeFrom }),
      );
      const leave = observer.subscribe(() => undefined);
      await observer.refetch();
      let result = observer.getCurrentResult();
      while (result.hasPreviousPage) result = await observer.fetchPreviousPage();
      while (result.hasNextPage) result = await observer.fetchNextPage();
      const shown = () => result.data?.pages.flatMap(({ items }) => items.map(({ id }) => id));
      const ids = Array.from({ length: 9 }, (_, index) => `i${index}`);
      expect([...(shown() ?? [])].sort()).toEqual(ids);
      const before = shown();
      await observer.refetch();
      result = observer.getCurrentResult();
      expect(shown()).toEqual(before);
      leave();
    });

/** Pages `p0` to `p5`, each with a way to both neighbours. */
function bothWays() {
  server.answer((url) => {
    const page = Number(url.searchParams.get("page") ?? 3);
    const next_page = page < 5 ? String(page + 1) : null;
    return { body: { data: [{ id: `p${page}` }], next_page, prev_page: page > 0 ? String(page - 1) : null } };
  });
  const client = createClient({ baseURL: server.url });
  return client.getAPIList("/pages", AsyncBidirectionalPageCursor<{ id: string }>);
}

test("a list that leads both ways is loaded forward and backward, and maxPages drops the other end", async () => {
  const options = infiniteQueryOptions(bothWays(), { queryKey: ["pages"], maxPages: 2 });
  const observer = new InfiniteQueryObserver(queryClient(), options);
  const leave = observer.subscribe(() => undefined);
  const shown = (result: { data?: { pages: { items: readonly { id: string }[] }[] } | undefined }) =>
    result.data?.pages.flatMap(({ items }) => items.map(({ id }) => id));
  await observer.refetch();
  expect(shown(await observer.fetchNextPage())).toEqual(["p3", "p4"]);
  expect(shown(await observer.fetchNextPage())).toEqual(["p4", "p5"]);
  expect(observer.getCurrentResult().hasNextPage).toBe(false);
  expect(shown(await observer.fetchPreviousPage())).toEqual(["p3", "p4"]);
  for (let page = 2; page >= 0; page--) await observer.fetchPreviousPage();
  expect(shown(observer.getCurrentResult())).toEqual(["p0", "p1"]);
  expect(observer.getCurrentResult().hasPreviousPage).toBe(false);
  expect(observer.getCurrentResult().hasNextPage).toBe(true);
  leave();
});

test("pages that were loaded backward are requested again by a refetch, also where their parameters are others", async () => {
  const options = infiniteQueryOptions(bothWays(), { queryKey: ["pages"] });
  const observer = new InfiniteQueryObserver(queryClient(), options);
  const leave = observer.subscribe(() => undefined);
  await observer.refetch();
  await observer.fetchNextPage();
  const before = await observer.fetchPreviousPage();
  for (let times = 0; times < 2; times++) {
    const { data, error } = await observer.refetch();
    expect(error).toBeNull();
    expect(data?.pages.map(({ items }) => items)).toEqual(before.data?.pages.map(({ items }) => items));
  }
  leave();
});

/** Models, paged by id: `i0` to `i8`. */
function byId(query: { limit: number; after_id?: string; before_id?: string }, walk?: WalkOptions) {
  const ids = Array.from({ length: 9 }, (_, index) => `i${index}`);
  server.answer((url) => {
    const [after, before] = ["after_id", "before_id"].map((name) => url.searchParams.get(name));
    const end = before === "end" ? ids.length : ids.indexOf(before ?? "");
    const start = before === null ? ids.indexOf(after ?? "") + 1 : Math.max(0, end - query.limit);
    const data = ids.slice(start, before === null ? start + query.limit : end).map((id) => ({ id }));
    const has_more = before === null ? start + query.limit < ids.length : start > 0;
    return { body: { data, has_more, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null } };
  });
  const client = createClient({ baseURL: server.url, ...(walk && { walk }) });
  return client.getAPIList("/models", AsyncPage<{ id: string }>, { query });
}

for (const order of ["api", "traversal"] as const)
  test(`a list that is paged by ids is loaded both ways, in its order (order: "${order}")`, async () => {
    const options = infiniteQueryOptions(byId({ limit: 2, after_id: "i3" }, { order }), {
      queryKey: ["ids"],
    });
    const observer = new InfiniteQueryObserver(queryClient(), options);
    const leave = observer.subscribe(() => undefined);
    const shown = ({ data }: { data?: { pages: { items: readonly { id: string }[] }[] } | undefined }) =>
      data?.pages.map(({ items }) => items.map(({ id }) => id).join(" "));
    await observer.refetch();
    expect(shown(await observer.fetchPreviousPage())).toEqual(["i2 i3", "i4 i5"]);
    expect(shown(await observer.fetchNextPage())).toEqual(["i2 i3", "i4 i5", "i6 i7"]);
    const result = await observer.fetchPreviousPage();
    expect(shown(result)).toEqual(["i0 i1", "i2 i3", "i4 i5", "i6 i7"]);
    expect(result.hasPreviousPage).toBe(false);
    expect(shown(await observer.refetch())).toEqual(shown(result));
    leave();
  });

test("an empty page in front of a list that is paged by ids does not end the query, nor its refetch", async () => {
  const options = infiniteQueryOptions(byId({ limit: 2 }), { queryKey: ["ids"] });
  const observer = new InfiniteQueryObserver(queryClient(), options);
  const leave = observer.subscribe(() => undefined);
  await observer.refetch();
  await observer.fetchNextPage();
  const result = await observer.fetchPreviousPage();
  expect(result.data?.pages.map(({ items }) => items.length)).toEqual([0, 2, 2]);
  expect(result.hasPreviousPage).toBe(false);
  for (let times = 0; times < 2; times++) {
    const again = await observer.refetch();
    expect(again.data?.pages.map(({ items }) => items.length)).toEqual([0, 2, 2]);
  }
  leave();
});

test("a list that is walked backward goes on backward, and its previous pages are forward", async () => {
  const options = infiniteQueryOptions(byId({ limit: 2, before_id: "i4" }), { queryKey: ["ids"] });
  const observer = new InfiniteQueryObserver(queryClient(), options);
  const leave = observer.subscribe(() => undefined);
  await observer.refetch();
  await observer.fetchNextPage();
  const { data } = await observer.fetchPreviousPage();
  const shown = data?.pages.map(({ items }) => items.map(({ id }) => id).join(" "));
  expect(shown).toEqual(["i4 i5", "i2 i3", "i0 i1"]);
  expect((await observer.refetch()).data?.pages).toHaveLength(3);
  leave();
});

test("while and until of the list end the query", async () => {
  for (const walk of [
    { until: (item: unknown) => item === "d" },
    { while: (item: unknown) => item !== "e" },
  ]) {
    const ended = paginate(
      async (cursor: number | undefined) => ({
        items: letters.slice(cursor ?? 0, (cursor ?? 0) + 2),
        next: (cursor ?? 0) + 2,
      }),
      { walk },
    );
    const options = infiniteQueryOptions(ended, { queryKey: ["ended"] });
    const { pages } = await queryClient().fetchInfiniteQuery({ ...options, pages: 9 });
    expect(pages.flatMap(({ items }) => items)).toEqual(["a", "b", "c", "d"]);
    expect(pages.at(-1)?.next).toBeNull();
  }
});

test("an empty page is a page, not the end", async () => {
  server.answer((url) => {
    const page = Number(url.searchParams.get("page_token") ?? 1);
    return {
      body: { data: page === 2 ? [] : [{ id: page }], next_page: page < 3 ? String(page + 1) : null },
    };
  });
  const client = createClient({
    baseURL: server.url,
    strategy: pageToken({ from: { body: "next_page" }, to: "page_token" }),
  });
  const options = infiniteQueryOptions(client.list<{ id: number }>("/x"), { queryKey: ["x"] });
  const { pages } = await queryClient().fetchInfiniteQuery({ ...options, pages: 5 });
  expect(pages.map(({ items }) => items.length)).toEqual([1, 0, 1]);
});

test("a cursor that leads back fails the query, at once or after several pages", async () => {
  for (const length of [1, 3]) {
    const endless = paginate(async (cursor?: number) => ({
      items: [cursor],
      next: ((cursor ?? -1) + 1) % length,
    }));
    const options = infiniteQueryOptions(endless, { queryKey: ["endless", length] });
    const observer = new InfiniteQueryObserver(queryClient(), options);
    const leave = observer.subscribe(() => undefined);
    await observer.refetch();
    let result = observer.getCurrentResult();
    for (let loaded = 0; result.hasNextPage && !result.isError && loaded < 10; loaded++)
      result = await observer.fetchNextPage();
    expect(result.error?.name).toBe("PaginationCycleError");
    leave();
  }
});

test("a list that announces more and gives no way there fails the query", async () => {
  server.answer((url) => ({
    body: { data: [{ id: 1 }], has_more: true, next: url.searchParams.has("p") ? null : "2" },
  }));
  const strategy = pageToken({ from: { body: "next" }, to: "p", hasMore: "has_more" });
  const client = createClient({ baseURL: server.url, strategy });
  const options = infiniteQueryOptions(client.list("/lost"), { queryKey: ["lost"] });
  await expect(queryClient().fetchInfiniteQuery({ ...options, pages: 9 })).rejects.toThrow(/is incomplete/);
});

test("a page without a field for items fails the query, which requests it again", async () => {
  let times = 1;
  server.answer((url) => {
    const isSecond = url.searchParams.has("p");
    const next = isSecond ? null : "2";
    return { body: isSecond && times-- > 0 ? { next } : { data: [{ id: isSecond ? 2 : 1 }], next } };
  });
  const strategy = pageToken({ from: { body: "next" }, to: "p" });
  const list = createClient({ baseURL: server.url, strategy }).list("/lacking");
  const observer = new InfiniteQueryObserver(
    queryClient(),
    infiniteQueryOptions(list, { queryKey: ["lacking"] }),
  );
  const leave = observer.subscribe(() => undefined);
  await observer.refetch();
  expect((await observer.fetchNextPage()).error).toMatchObject({ because: "noItems" });
  const { data } = await observer.fetchNextPage();
  expect(data?.pages.map(({ items }) => items)).toEqual([[{ id: 1 }], [{ id: 2 }]]);
  leave();
});

test("the signal of the query ends its request", async () => {
  const signals: (AbortSignal | undefined)[] = [];
  const slow = paginate((_cursor?: number, signal?: AbortSignal) => {
    signals.push(signal);
    return new Promise<{ items: number[]; next: null }>(() => undefined);
  });
  const client = queryClient();
  const options = infiniteQueryOptions(slow, { queryKey: ["slow"] });
  const failed = client.fetchInfiniteQuery(options).catch((error: unknown) => error);
  await new Promise((resolve) => setImmediate(resolve));
  await client.cancelQueries({ queryKey: ["slow"] });
  expect(await failed).toBeInstanceOf(CancelledError);
  expect(signals).toEqual([expect.objectContaining({ aborted: true })]);
});

test("a list that cannot be resumed, a checkpoint of another list and wrong options are refused", async () => {
  async function* numbers(): AsyncGenerator<number> {
    yield 1;
  }
  // @ts-expect-error: it cannot be resumed.
  expect(() => infiniteQueryOptions(paginate(numbers()), { queryKey: [] })).toThrow(ConfigurationError);
  const resumeFrom = list("other").items().checkpoint;
  expect(() => infiniteQueryOptions(list(), { queryKey: [], resumeFrom })).toThrow(CheckpointError);
  // @ts-expect-error: it does not exist.
  expect(() => infiniteQueryOptions(list(), { queryKey: [], maxPage: 1 })).toThrow(/did you mean maxPages/);
  // @ts-expect-error: it must be an array.
  expect(() => infiniteQueryOptions(list(), { queryKey: "x" })).toThrow(/queryKey must be an array/);
  expect(() => infiniteQueryOptions(list(), { queryKey: [], maxPages: 0 })).toThrow(/maxPages/);
  // @ts-expect-error: it is not a list.
  expect(() => infiniteQueryOptions([], { queryKey: [] })).toThrow(/must be a list of an async client/);
});
