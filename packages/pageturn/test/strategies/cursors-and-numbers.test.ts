import { createClient, createSyncClient } from "pageturn/client";
import {
  CheckpointError,
  ConfigurationError,
  definePages,
  IncompleteListError,
  type ItemParser,
  type PageRequest,
  PaginationError,
  SyncPaginator,
  writeRequest,
} from "pageturn/pagination";
import {
  github,
  headerCursor,
  idCursor,
  nextURL,
  offsetLimit,
  pageNumber,
  pageToken,
} from "pageturn/strategies";
import { describe, expect, test } from "vitest";
import { resumeAt } from "../../src/pagination/checkpoint/resume.ts";
import { response } from "../pagination/lists/memory-list.ts";
import { FIRST, listOf, page, type Served, walked, walkedAsync } from "./scripted-pages.ts";

describe("idCursor", () => {
  test("a null last_id ends a list that says nothing about more", () => {
    const strategy = idCursor({ last: { body: "last_id" } });
    expect(walked(strategy, [page({ data: [1], last_id: null })]).items).toEqual([1]);
  });

  test("a null last_id of a list that has more is an incomplete list", () => {
    const strategy = idCursor({ last: { body: "last_id" }, hasMore: "has_more" });
    const { list } = listOf(strategy, [page({ data: [1], last_id: null, has_more: true })]);
    expect(() => list.toArray()).toThrow(IncompleteListError);
  });

  test("the id of an item may be a number, and deep inside", () => {
    const strategy = idCursor({ last: { lastItem: ["meta", "id"] } });
    const { urls } = walked(strategy, [page({ data: [{ meta: { id: 7 } }] }), page({ data: [] })]);
    expect(urls).toEqual(["/list", "/list?after=7"]);
  });

  test("forward and backward meet: the previous page takes the other cursor out", () => {
    const strategy = idCursor({ before: "before" });
    const forward = listOf(strategy, [page({ data: [{ id: "b" }] })], { ...FIRST, query: { after: "a" } });
    expect(forward.list.firstPage().previousPageInfo()).toEqual({
      params: { after: undefined, before: "b" },
    });
    const backward = listOf(strategy, [page({ data: [{ id: "b" }] })], { ...FIRST, query: { before: "c" } });
    expect(backward.list.firstPage().nextPageInfo()).toEqual({ params: { before: "b" } });
  });
});

describe("pageToken", () => {
  test("an empty token is the end, or a token like any other", () => {
    const pages = [page({ data: [1], next_page_token: "" }), page({ data: [2] })];
    expect(walked(pageToken(), pages).urls).toEqual(["/list"]);
    expect(walked(pageToken({ emptyCursor: "valid" }), pages).urls).toEqual(["/list", "/list?page_token="]);
  });

  test("a token is bound to the query and the size: a checkpoint of others is refused, or keeps its size", () => {
    const strategy = pageToken({ pageSize: { in: "size" } });
    const request = { ...FIRST, query: { q: "x", size: 2 } };
    const walk = listOf(strategy, [page({ data: [1, 2], next_page_token: "t" })], request).list.items();
    walk.next();
    walk.next();
    expect(() => resumeAt({ ...FIRST, query: { q: "y", size: 2 } }, walk.checkpoint, strategy)).toThrow(
      CheckpointError,
    );
    const resumed = resumeAt({ ...FIRST, query: { q: "x", size: 9 } }, walk.checkpoint, strategy);
    expect(resumed.request.query).toMatchObject({ q: "x", size: "2" });
  });

  test("a previous token leads back", () => {
    const strategy = pageToken({ previous: { body: "prev" } });
    const { list } = listOf(strategy, [page({ data: [1], next_page_token: "n", prev: "p" })]);
    expect(list.firstPage().previousPageInfo()).toEqual({ params: { page_token: "p" } });
  });
});

describe("a cursor of the server that cannot be sent", () => {
  const rows = (next: string) => [page({ data: [1, 2], next }), page({ data: [3] })];
  const strategyTo = (to: "cursor" | { header: string } | { json: string }) =>
    pageToken({ from: { body: "next" }, to });

  test.each([
    ["a\ud800b", "cursor", "cursor", "well-formed Unicode"],
    ["a\r\nb", { header: "X-Cursor" }, "X-Cursor", "Latin-1 text without control characters"],
    ["€", { header: "X-Cursor" }, "X-Cursor", "Latin-1 text without control characters"],
  ] as const)("%j is an error of the list after the items of its page", async (next, to, name, rule) => {
    const { list, asyncList, urls } = listOf(strategyTo(to), rows(next));
    const error = new PaginationError(
      `Cannot continue the list of /list: the cursor that the server sent for the parameter ${name} is not ${rule}, so no request can have it. Report it to the provider of the API`,
    );
    const walk = list.items();
    expect([walk.next().value, walk.next().value]).toEqual([1, 2]);
    expect(() => walk.next()).toThrow(error);
    expect(walk.outcome).toMatchObject({ reason: "error", complete: false, items: 2 });
    // It is the end of the page: the server may send another cursor later.
    expect(JSON.stringify(walk.checkpoint)).not.toContain(JSON.stringify(next));
    expect(() => list.firstPage().getNextPage()).toThrow(error);
    expect(urls).toHaveLength(1);
    urls.length = 0;
    await expect(asyncList.toArray()).rejects.toThrow(error);
    expect(urls).toHaveLength(1);
  });

  test.each([
    ["a\ud800b", { json: "cursor" }],
    ["ÿ\t", { header: "x-cursor" }],
    ["a\r\n€", "cursor"],
  ] as const)("%j can be sent in another place", (next, to) => {
    const request = { ...FIRST, ...(typeof to === "object" && "json" in to && { json: {} }) };
    expect(walked(strategyTo(to), rows(next), request).items).toEqual([1, 2, 3]);
  });
});

describe("headerCursor", () => {
  const pages = (first: Headers | Record<string, string>) => [
    page({ data: [1] }, first),
    page({ data: [2] }),
  ];
  const repeated = (...values: string[]) => {
    const headers = new Headers();
    for (const value of values) headers.append("x-next-cursor", value);
    return headers;
  };

  test("an absent and an empty header end the list", () => {
    expect(walked(headerCursor(), pages({})).items).toEqual([1]);
    expect(walked(headerCursor(), pages({ "x-next-cursor": "" })).items).toEqual([1]);
  });

  test("a repeated header is one cursor if its values are equal, else an error", () => {
    expect(walked(headerCursor(), pages(repeated("a=", "a="))).urls[1]).toBe("/list?cursor=a%3D");
    expect(() => walked(headerCursor(), pages(repeated("a", "b")))).toThrow(
      /several times with different values/,
    );
  });
});

describe("pageNumber", () => {
  const rows = (...rows: number[]) => page({ rows, count: 5, pages: 3 });

  test("one-based and zero-based, with a total of pages", () => {
    const total = { body: "pages", counts: "pages" } as const;
    const served = [rows(1, 2), rows(3, 4), rows(5)];
    expect(walked(pageNumber({ items: "rows", total }), served).urls).toEqual([
      "/list",
      "/list?page=2",
      "/list?page=3",
    ]);
    expect(walked(pageNumber({ items: "rows", total, first: 0, to: "p" }), served).urls).toEqual([
      "/list",
      "/list?p=1",
      "/list?p=2",
    ]);
  });

  test("a total of items ends the list with the last page; without a page size, with an empty one", () => {
    const total = { body: "count", counts: "items" } as const;
    const served = [rows(1, 2), rows(3, 4), rows(5), rows()];
    const pageSize = { in: "size", default: 2 };
    expect(walked(pageNumber({ items: "rows", total, pageSize }), served).urls).toHaveLength(3);
    expect(walked(pageNumber({ items: "rows", total }), served).urls).toHaveLength(4);
  });

  test("a server that caps the page size loses nothing", () => {
    const total = { body: "count", counts: "items" } as const;
    const strategy = pageNumber({ items: "rows", total, pageSize: { in: "size" } });
    const served = [rows(1, 2), rows(3, 4), rows(5), rows()];
    const { items, urls } = walked(strategy, served, { ...FIRST, query: { size: 500 } });
    expect(items).toEqual([1, 2, 3, 4, 5]);
    expect(urls).toHaveLength(4);
  });

  test("a short page that ends at the total by coincidence is an error, and none with the largest page of the server", () => {
    const total = { body: "count", counts: "items" } as const;
    // 8 items, 2 a page where 6 are requested: the second page would end at the total.
    const served = [1, 3, 5, 7].map((first) => page({ rows: [first, first + 1], count: 8 }));
    const request = { ...FIRST, query: { size: 6 } };
    const capped = (max?: number) => pageNumber({ items: "rows", total, pageSize: { in: "size", max } });
    expect(() => walked(capped(), served, request)).toThrow(IncompleteListError);
    const { items, urls } = walked(capped(2), served, request);
    expect(items).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(urls).toHaveLength(4);
  });

  test("an adjustable page size is refused: another size would lose items, or repeat them", () => {
    const adjustable = () => pageNumber({ pageSize: { in: "size", adjustable: true } });
    expect(adjustable).toThrow(ConfigurationError);
    expect(adjustable).toThrow(/Cannot page by number with pageSize\.adjustable: true/);
  });

  test("a total that is smaller than what was sent ends no list", async () => {
    const total = { body: "count", counts: "items" } as const;
    const pages = { body: "count", counts: "pages" } as const;
    const pageSize = { in: "size" };
    for (const count of [0, 1]) {
      const served = [[1, 2], [3, 4], [5], []].map((rows) => page({ rows, count }));
      const request = { ...FIRST, query: { size: 2 } };
      for (const strategy of [
        offsetLimit({ items: "rows", total }),
        pageNumber({ items: "rows", total, pageSize }),
        // One page more than it says, each time.
        ...(count === 0 ? [pageNumber({ items: "rows", total: pages })] : []),
      ]) {
        for (const walk of [walked, walkedAsync]) {
          const { items, urls } = await walk(strategy, served, request);
          expect(items).toEqual([1, 2, 3, 4, 5]);
          expect(urls).toHaveLength(4);
        }
      }
    }
  });

  test("a list that shrinks below the page of the walk ends", async () => {
    for (const counts of ["items", "pages"] as const) {
      const total = { body: "count", counts };
      const emptyPage = "continue" as const;
      const strategy = pageNumber({ items: "rows", total, emptyPage, pageSize: { in: "size" } });
      const full = [
        [1, 2],
        [3, 4],
      ].map((rows) => page({ rows, count: 9 }));
      const served = [...full, ...Array<Served>(40).fill(page({ rows: [], count: 1 }))];
      for (const walk of [walked, walkedAsync]) {
        const { items, urls } = await walk(strategy, served, { ...FIRST, query: { size: 2 } });
        expect(items).toEqual([1, 2, 3, 4]);
        expect(urls).toHaveLength(3);
      }
    }
  });

  test("without a total, a short page does not end the list, an empty one does", () => {
    const strategy = pageNumber({ items: "rows", pageSize: { in: "size", default: 2 } });
    expect(walked(strategy, [rows(1), rows(2, 3), rows(), rows(4)]).items).toEqual([1, 2, 3]);
  });

  test("an empty page in the middle does not end a list that knows its number of pages", () => {
    const strategy = pageNumber({ items: "rows", total: { body: "pages", counts: "pages" } });
    expect(walked(strategy, [rows(1, 2), rows(), rows(5)]).items).toEqual([1, 2, 5]);
  });

  test("a number that is none, or is negative, is refused before a request", () => {
    for (const [make, name] of [
      [pageNumber, "page"],
      [offsetLimit, "offset"],
    ] as const)
      for (const number of ["", "two", 1.5, -1, "-2"]) {
        const list = { ...FIRST, query: { [name]: number } };
        const served = [rows(1)];
        const { list: sync, urls } = listOf(make({ items: "rows" }), served, list);
        expect(() => sync.toArray()).toThrow(
          new ConfigurationError(
            `Cannot page by the parameter ${name} as it must be a whole number of at least 0: current value is ${JSON.stringify(number)}`,
          ),
        );
        expect(urls).toEqual([]);
      }
  });

  test("the clients refuse such a number before a request: here it would fail to connect", async () => {
    const options = {
      baseURL: "http://127.0.0.1:1",
      strategy: offsetLimit({ items: "rows" }),
      maxRetries: 0,
    };
    const query = { offset: -1 };
    const sync = createSyncClient(options);
    expect(() => sync.list("/x", { query })).toThrow(/page by the parameter offset/);
    sync.close();
    const client = createClient(options);
    expect(() => client.list("/x", { query })).toThrow(/page by the parameter offset/);
    await client.close();
  });

  test("a number as text, and one below the first, is taken", () => {
    const served = [rows(1), rows(2), rows()];
    for (const number of ["2", 2, 0]) {
      const { items, urls } = walked(pageNumber({ items: "rows" }), served, {
        ...FIRST,
        query: { page: number },
      });
      expect(items).toEqual([1, 2]);
      expect(urls[1]).toBe(`/list?page=${Number(number) + 1}`);
    }
    const strategy = offsetLimit({ items: "rows", first: -1 });
    expect(walked(strategy, [rows(1), rows()]).items).toEqual([1]);
  });
});

describe("offsetLimit", () => {
  const rows = (...rows: unknown[]) => page({ rows, total: 5 });
  const total = { body: "total", counts: "items" } as const;

  test("steps by the items received, before distinctBy drops some and a schema changes them", () => {
    const { SyncPage } = definePages(offsetLimit({ items: "rows", total }));
    const urls: string[] = [];
    const served = [rows(1, 1), rows(1, 4), rows(5)];
    const fetch = (request: PageRequest) => {
      urls.push(writeRequest(request).url);
      return { body: served[urls.length - 1]?.body, response };
    };
    const parseItems: ItemParser = ({ data }) => data.map((item) => Number(item) * 10);
    const list = new SyncPaginator(SyncPage<number>, {
      request: { path: "/list", query: {} },
      fetch,
      parseItems,
    });
    expect(list.toArray({ distinctBy: (item) => item })).toEqual([10, 40, 50]);
    expect(urls).toEqual(["/list", "/list?offset=2", "/list?offset=4"]);
  });

  test("a server that caps the limit, or sends a short page, loses nothing", () => {
    const { items, urls } = walked(offsetLimit({ items: "rows", total }), [rows(1, 2), rows(3), rows(4, 5)], {
      ...FIRST,
      query: { limit: 500 },
    });
    expect(items).toEqual([1, 2, 3, 4, 5]);
    expect(urls).toEqual(["/list?limit=500", "/list?limit=500&offset=2", "/list?limit=500&offset=3"]);
  });

  test("an empty page before the total is reached is an incomplete list", () => {
    const { list } = listOf(offsetLimit({ items: "rows", total }), [rows(1, 2), rows()]);
    expect(() => list.toArray()).toThrow(IncompleteListError);
  });
});

describe("a list that begins behind its start is compared with its total from there", () => {
  const from = (query: object) => ({ ...FIRST, query: { ...query } });
  const counted = (counts: "items" | "pages") =>
    ({ items: "rows", total: { body: "total", counts } }) as const;
  const rows = (total: number, ...pages: readonly (readonly number[])[]) =>
    pages.map((items) => page({ rows: items, total }));
  const [items, pages] = [counted("items"), counted("pages")];
  const pageSize = { in: "size" };

  test.each([
    [
      "a page number of a list with a total of pages",
      pageNumber(pages),
      from({ page: 2 }),
      rows(3, [3, 4], [5]),
    ],
    [
      "page 0 of a zero-based list",
      pageNumber({ ...pages, first: 0 }),
      from({ page: 0 }),
      rows(2, [3, 4], [5]),
    ],
    ["a page number behind the last page", pageNumber(pages), from({ page: "9" }), rows(3, [])],
    [
      "a page number of a list with a total of items and a page size",
      pageNumber({ ...items, pageSize }),
      from({ page: 2, size: 2 }),
      rows(5, [3, 4], [5]),
    ],
    ["a page number without a page size", pageNumber(items), from({ page: 2 }), rows(5, [3, 4], [5], [])],
    ["an offset", offsetLimit(items), from({ offset: "2" }), rows(5, [3, 4], [5])],
    [
      "an offset of a list with a total of pages",
      offsetLimit(pages),
      from({ offset: 2 }),
      rows(9, [3, 4, 5], []),
    ],
    ["a token", pageToken(items), from({ page_token: "t" }), rows(9, [3, 4, 5])],
    ["a page of GitHub", github(items), from({ page: 2 }), rows(9, [3, 4, 5])],
  ])("%s", async (_, strategy, request, served) => {
    expect(walked(strategy, served, request).items.join()).toMatch(/^(?:3,4,5)?$/);
    expect((await walkedAsync(strategy, served, request)).urls).toHaveLength(served.length);
  });

  test.each([
    ["page 1", pageNumber(pages), from({ page: 1 }), rows(3, [1, 2], [])],
    ["page 1 without a page size", pageNumber(items), from({ page: 1 }), rows(3, [1, 2], [])],
    ["page 2", pageNumber({ ...items, pageSize }), from({ page: 2, size: 2 }), rows(9, [3, 4], [])],
    ["an offset", offsetLimit(items), from({ offset: 2 }), rows(9, [3, 4], [])],
    ["offset 0", offsetLimit(items), from({ offset: 0 }), rows(9, [1, 2], [])],
    ["page 1 of GitHub", github(items), from({ page: 1 }), rows(9, [1, 2])],
    ["an empty token", pageToken(items), from({ page_token: "" }), rows(9, [1, 2])],
    [
      "no cursor, where the strategy allows paths",
      nextURL({ ...items, paths: /^\/list/ }),
      FIRST,
      rows(9, [1]),
    ],
  ])("and from %s, items that are missing are noticed", async (_, strategy, request, served) => {
    const emptyPage = "end" as const;
    const walkedTwice = [0, 1].map(() => listOf({ ...strategy, emptyPage }, served, request));
    expect(() => walkedTwice[0]?.list.toArray()).toThrow(IncompleteListError);
    await expect(walkedTwice[1]?.asyncList.toArray()).rejects.toThrow(IncompleteListError);
  });
});

describe("what a strategy declares", () => {
  test("a hasMore function with another result than true, false or null is an error that says so", () => {
    const { list } = listOf(pageToken({ hasMore: () => "perhaps" }), [page({ data: [1] })]);
    expect(() => list.toArray()).toThrow(/the result of `hasMore` is "perhaps", not true, false or null/);
  });

  test("a total is in the body or in a header, not in both", () => {
    const total = Object({ body: "total", header: "x-total", counts: "items" });
    for (const wrong of [total, { counts: "items" }])
      expect(() => definePages(pageToken({ total: wrong }))).toThrow(
        /strategy.total must have one of body and header/,
      );
  });

  test("an id that JavaScript cannot read exactly is refused, forward and backward", () => {
    const data = JSON.parse('[{ "id": 9007199254740993 }]');
    const strategy = idCursor({ before: "before", hasMore: "has_more" });
    for (const query of [{}, { before: "z" }]) {
      const { list } = listOf(strategy, [page({ data, has_more: true })], { ...FIRST, query });
      expect(() => list.toArray()).toThrow(
        /^Cannot page by `id` as it is a number that JavaScript cannot read exactly/,
      );
    }
  });

  test("a cursor of an item that is not text or a number is refused by its name", () => {
    for (const from of [{ firstItem: ["meta", "id"] }, { lastItem: ["meta", "id"] }]) {
      const { list } = listOf({ next: { from, to: "after" } }, [page({ data: [{ meta: { id: {} } }] })]);
      expect(() => list.toArray()).toThrow(/`meta.id` is of type object, not text, a safe integer or null/);
    }
  });
});
