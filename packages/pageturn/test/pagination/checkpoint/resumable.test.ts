import { InfiniteQueryObserver, QueryClient } from "@tanstack/query-core";
import {
  AsyncPaginator,
  ConfigurationError,
  definePages,
  flatMap,
  flatMapSync,
  type PageRequest,
  type PaginationStrategy,
  SyncPaginator,
  sliceByTime,
  splitAt,
} from "pageturn/pagination";
import { linkHeader, nextURL } from "pageturn/strategies";
import { infiniteQueryOptions } from "pageturn/tanstack-query";
import { describe, expect, test } from "vitest";
import { response } from "../lists/memory-list.ts";

interface Item {
  readonly id: string;
  readonly at: string;
}

const ids = ["a", "b", "c", "d", "e"];

/** Two items a page. The link to page `n` is `links(n)`. */
function lists(strategy: PaginationStrategy, links: (page: number) => string, failsAt = Number.NaN) {
  let isBroken = true;
  const fetchPage = ({ query, path }: PageRequest) => {
    const page = Number(Object.values(query)[0] ?? path.match(/\d+/)?.[0] ?? 1);
    if (page === failsAt && isBroken) {
      isBroken = false;
      throw new Error("broken");
    }
    const url = page < 3 ? links(page + 1) : null;
    const headers = new Headers(url === null ? {} : { link: `<${url}>; rel="next"` });
    const results = ids
      .slice(2 * page - 2, 2 * page)
      .map((id) => ({ id, at: `2026-01-0${ids.indexOf(id) + 1}` }));
    const body = strategy.items === "results" ? { results, next: url } : results;
    return { body, response: { ...response, headers } };
  };
  const { SyncPage, AsyncPage } = definePages(strategy);
  const request = { base: "https://api.example", path: "/list", query: {} };
  return {
    sync: () => new SyncPaginator(SyncPage<Item>, { request, fetch: fetchPage }),
    async: () =>
      new AsyncPaginator(AsyncPage<Item>, { request, fetch: async (each: PageRequest) => fetchPage(each) }),
  };
}

type Lists = Parameters<typeof lists>;

/** Lists whose links lead where no checkpoint may lead, and what the error says. */
const unnamed: Readonly<Record<string, readonly [strategy: Lists[0], links: Lists[1], why: string]>> = {
  "a link in the body with a parameter without a name": [
    nextURL(),
    (page) => `/list?key=${page}`,
    'it would change "key", which is not a cursor of this list',
  ],
  "a Link header with a parameter without a name": [
    linkHeader(),
    (page) => `/list?key=${page}`,
    'it would change "key", which is not a cursor of this list',
  ],
  "a link to another path": [nextURL(), (page) => `/pages/${page}`, 'it is on another path, "/pages/2"'],
};

describe("a walk of a list that cannot be resumed says so when its checkpoint is read", () => {
  test.each(Object.entries(unnamed))("async: %s", async (_, [strategy, links, why]) => {
    const walk = lists(strategy, links).async().items();
    await walk.next();
    expect(walk.checkpoint).toMatchObject({ offset: 1 });
    await walk.next();
    const read = () => walk.checkpoint;
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(`Cannot make a checkpoint of the list of /list: ${why}`);
    await walk.next();
    expect(read).toThrow(why);
    expect((await walk.next()).value?.id).toBe("d");
  });

  test.each(Object.entries(unnamed))("sync: %s", (_, [strategy, links, why]) => {
    const walk = lists(strategy, links).sync().items();
    const read = () => walk.checkpoint;
    walk.next();
    expect(read()).toMatchObject({ offset: 1 });
    walk.next();
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(`Cannot make a checkpoint of the list of /list: ${why}`);
    expect(Array.from(walk, ({ id }) => id)).toEqual(["c", "d", "e"]);
    expect(walk.outcome?.complete).toBe(true);
  });

  test("and a name for the parameter, or for the path, makes the checkpoint", () => {
    const named = [
      lists(nextURL({ parameters: ["key"] }), (page) => `/list?key=${page}`),
      lists(linkHeader({ parameters: ["key"] }), (page) => `/list?key=${page}`),
      lists(nextURL({ paths: /^\/pages\/\d+$/ }), (page) => `/pages/${page}`),
    ];
    for (const list of named)
      for (let stop = 0; stop <= ids.length; stop++) {
        const walk = list.sync().items();
        const before = Array.from({ length: stop }, () => walk.next().value?.id);
        const after = list.sync().toArray({ resumeFrom: walk.checkpoint });
        expect([...before, ...after.map(({ id }) => id)]).toEqual(ids);
      }
  });

  test("a failed page keeps its own error, without a checkpoint, and is requested again", async () => {
    const walk = lists(nextURL(), (page) => `/list?key=${page}`, 3)
      .async()
      .items();
    for (let taken = 0; taken < 4; taken++) await walk.next();
    const error = await walk.next().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: "broken", checkpoint: undefined });
    expect((await walk.next()).value?.id).toBe("e");
  });

  test("flatMap and flatMapSync walk such lists, and their checkpoint is the error", async () => {
    const parents = lists(nextURL(), (page) => `/list?key=${page}`);
    const child = lists(nextURL({ parameters: ["key"] }), (page) => `/list?key=${page}`);
    const sync = flatMapSync(parents.sync(), () => child.sync());
    for (let taken = 0; taken < 12; taken++) sync.next();
    expect(() => sync.checkpoint).toThrow('it would change "key"');
    expect([...sync]).toHaveLength(13);

    const walk = flatMap(parents.async(), () => child.async(), { concurrency: 2 });
    const seen: string[] = [];
    for await (const { id } of walk) seen.push(id);
    expect(seen).toHaveLength(25);
    expect(walk.outcome?.complete).toBe(true);
    const failing = flatMap(lists(nextURL(), (page) => `/list?key=${page}`, 3).async(), () => child.async());
    const error = await (async () => {
      for await (const _ of failing);
    })().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: "broken", checkpoint: undefined });
  });

  test("a flat walk whose parent list can be resumed up to a place is resumed there", () => {
    const parents = lists(nextURL(), (page) => `/list?key=${page}`);
    const child = lists(nextURL({ parameters: ["key"] }), (page) => `/list?key=${page}`);
    const walk = flatMapSync(parents.sync(), () => child.sync());
    for (let taken = 0; taken < 2; taken++) walk.next();
    const rest = flatMapSync(parents.sync(), () => child.sync(), { resumeFrom: walk.checkpoint });
    expect([...rest]).toHaveLength(23);
  });

  test("splitAt, and slices, walk such a list", async () => {
    const list = lists(nextURL(), (page) => `/list?key=${page}`);
    const first = list.async().items();
    await first.next();
    const seen: string[] = [];
    for await (const { id } of splitAt(list.async(), [first.checkpoint])) seen.push(id);
    expect(seen).toEqual(ids);

    const range = { from: "2026-01-01", to: "2026-01-06", slices: 1 };
    const timeOf = ({ at }: Item) => at;
    const failing = lists(nextURL(), (page) => `/list?key=${page}`, 3);
    const walk = sliceByTime(() => failing.async(), { ...range, timeOf, order: "asc", adaptive: false });
    for (let taken = 0; taken < 4; taken++) await walk.next();
    await expect(walk.next()).rejects.toMatchObject({ message: "broken", checkpoint: undefined });
    expect((await walk.next()).value?.id).toBe("e");
  });

  test("a query of TanStack Query fails with its first page, whose next page could not be requested again", async () => {
    const list = lists(nextURL(), (page) => `/list?key=${page}`).async();
    const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
    const observer = new InfiniteQueryObserver(client, infiniteQueryOptions(list, { queryKey: ["links"] }));
    const leave = observer.subscribe(() => undefined);
    const { error } = await observer.refetch();
    expect(error?.message).toContain('Cannot make a checkpoint of the list of /list: it would change "key"');
    leave();
    client.clear();
  });
});
