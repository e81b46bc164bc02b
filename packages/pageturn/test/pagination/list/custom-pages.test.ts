import {
  AsyncPaginator,
  definePages,
  type PageRequest,
  PaginationError,
  type PaginationStrategy,
  SyncPaginator,
} from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { resumeAt } from "../../../src/pagination/checkpoint/resume.ts";
import { scripted } from "../lists/scripted-list.ts";

/** Paged by the links of the body, which count pages. */
const linkPages: PaginationStrategy = {
  next: { from: { body: "next" }, to: "url" },
  cursors: ["page", "per_page"],
  pageSize: { in: "limit" },
};
/** Paged by a cursor in the JSON body of the request. */
const searchPages: PaginationStrategy = {
  items: "results",
  next: { from: { body: "next_cursor" }, to: { json: "start_cursor" } },
};
const { SyncPage: LinkPage, AsyncPage: AsyncLinkPage } = definePages(linkPages);
const { SyncPage: SearchPage } = definePages(searchPages);

/** Numbers from 1 to 7, on pages that are counted from 1; the server's links name its own page size. */
function numbered({ query }: PageRequest) {
  const [page, size] = [Number(query["page"] ?? 1), Number(query["per_page"] ?? query["limit"] ?? 2)];
  const data = Array.from({ length: size }, (_, index) => (page - 1) * size + index + 1).filter(
    (n) => n <= 7,
  );
  const ids = ["ids[]=a", "ids[]=b"].join("&");
  const name = query["limit"] === undefined ? "per_page" : "limit";
  return { data, next: page * size < 7 ? `?${ids}&${name}=${size}&page=${page + 1}` : null };
}

describe("a page class of one's own, paged by links", () => {
  const request = { base: "https://api.example.com/proxy", path: "/v1/list", query: { ids: ["a", "b"] } };
  const all = [1, 2, 3, 4, 5, 6, 7];

  test("is walked by both twins", async () => {
    const { sync, async, requests } = scripted({ answer: numbered, request });
    expect(new SyncPaginator(LinkPage<number>, sync).firstPage().toArray()).toEqual(all);
    expect(await new AsyncPaginator(AsyncLinkPage<number>, async).toArray()).toEqual(all);
    expect(requests.slice(1, 4)).toEqual(
      [2, 3, 4].map((page) => ({
        base: "https://api.example.com/proxy",
        path: "/v1/list",
        query: { "ids[]": ["a", "b"], per_page: "2", page: String(page) },
      })),
    );
  });

  test("may say what its items are: walks return and resume by those", () => {
    class EvenPage<T> extends LinkPage<T> {
      override getPaginatedItems(): T[] {
        return this.data.filter((item) => Number(item) % 2 === 0);
      }
    }
    const open = () => new SyncPaginator(EvenPage<number>, scripted({ answer: numbered, request }).sync);
    const walk = open().items();
    expect([...walk]).toEqual([2, 4, 6]);
    expect(walk.outcome).toMatchObject({ complete: true, items: 3 });
    const begun = open().items();
    begun.next();
    expect(open().toArray({ resumeFrom: begun.checkpoint })).toEqual([4, 6]);
  });

  test("is resumed behind every item, with another limit too", async () => {
    const limited = (limit: number) => ({ ...request, query: { ...request.query, limit } });
    const { sync } = scripted({ answer: numbered, request: limited(2) });
    const walk = new SyncPaginator(LinkPage<number>, sync).firstPage().items();
    for (let taken = 0; ; taken++) {
      const checkpoint = JSON.parse(JSON.stringify(walk.checkpoint));
      const start = resumeAt(limited(3), checkpoint, linkPages);
      const again = scripted({ answer: numbered, request: limited(3), start });
      expect(await new AsyncPaginator(AsyncLinkPage<number>, again.async).toArray()).toEqual(
        all.slice(taken),
      );
      if (walk.next().done) break;
    }
  });

  test("is bounded and resumed: a smaller page would shift the numbers of those behind it", async () => {
    const limited = { ...request, query: { ...request.query, limit: 3 } };
    for (let first = 1; first < 7; first++) {
      const { async } = scripted({ answer: numbered, request: limited });
      const walk = new AsyncPaginator(AsyncLinkPage<number>, async).items({ maxItems: first });
      const seen = [];
      for await (const item of walk) seen.push(item);
      const start = resumeAt(limited, walk.checkpoint, linkPages);
      const again = new AsyncPaginator(
        AsyncLinkPage<number>,
        scripted({ answer: numbered, request: limited, start }).async,
      );
      expect([...seen, ...(await again.toArray({ maxItems: 1 }))]).toEqual(all.slice(0, first + 1));
    }
  });

  test("to another path is walked, but a checkpoint there is refused: it could lead anywhere", () => {
    const answer = (_: PageRequest, number: number) =>
      number === 0 ? { data: [1], next: "https://api.example.com/v2/rest" } : { data: [2, 3] };
    const { sync, requests } = scripted({ answer, request });
    const walk = new SyncPaginator(LinkPage<number>, sync).firstPage().items();
    expect([walk.next().value, walk.next().value]).toEqual([1, 2]);
    expect(requests[1]).toMatchObject({ base: "https://api.example.com", path: "/v2/rest" });
    expect(() => resumeAt(request, walk.checkpoint, linkPages)).toThrow(
      /on a path that is not below the base URL/,
    );
  });

  test("to another origin ends the walk with an error, whose checkpoint goes on behind the last item", () => {
    const answer = (_: PageRequest, number: number) =>
      number === 0 ? { data: [1, 2], next: "https://elsewhere.example/" } : { data: [1, 2, 3] };
    const { sync, requests } = scripted({ answer, request });
    const walk = new SyncPaginator(LinkPage<number>, sync).firstPage().items();
    expect([walk.next().value, walk.next().value]).toEqual([1, 2]);
    const { checkpoint } = walk;
    expect(() => walk.next()).toThrow(PaginationError);
    expect(() => walk.next()).toThrow(expect.objectContaining({ checkpoint }));
    const start = resumeAt(request, checkpoint, linkPages);
    const again = { ...sync, start };
    expect(new SyncPaginator(LinkPage<number>, again).firstPage().toArray()).toEqual([3]);
    expect(requests).toHaveLength(2);
  });

  test("on an empty page to another origin can still be left", () => {
    const { sync } = scripted({ answer: () => ({ data: [], next: "https://elsewhere.example/" }), request });
    const walk = new SyncPaginator(LinkPage<number>, sync).firstPage().items();
    expect(() => walk.next()).toThrow(PaginationError);
    expect(walk.return()).toEqual({ done: true, value: undefined });
    expect(walk.outcome).toMatchObject({ reason: "returned", complete: false });
  });
});

describe("a page class of one's own, asked for with a JSON body", () => {
  const request = {
    path: "/search",
    query: { limit: 2 },
    json: { q: "x", start_cursor: null, at: new Date(0) },
  };
  const answer = ({ json }: PageRequest) => {
    const start = Number(json?.["start_cursor"] ?? 0);
    const results = [1, 2, 3, 4, 5].slice(start, start + 2);
    return { results, next_cursor: start + 2 < 5 ? String(start + 2) : null };
  };

  test("is walked, and resumed behind every item", () => {
    const { sync, requests } = scripted({ answer, request });
    const walk = new SyncPaginator(SearchPage<number>, sync).firstPage().items();
    for (let taken = 0; ; taken++) {
      const start = resumeAt(request, JSON.parse(JSON.stringify(walk.checkpoint)), searchPages);
      const again = scripted({ answer, request, start });
      const first = new SyncPaginator(SearchPage<number>, again.sync).firstPage();
      expect(first.toArray()).toEqual([1, 2, 3, 4, 5].slice(taken));
      if (walk.next().done) break;
    }
    expect(requests.map(({ json }) => json?.["start_cursor"])).toEqual([null, "2", "4"]);
    expect(requests.every(({ json }) => json?.["q"] === "x")).toBe(true);
  });

  test("is refused for another body", () => {
    const { checkpoint } = new SyncPaginator(SearchPage<number>, scripted({ answer, request }).sync)
      .firstPage()
      .items();
    expect(() => resumeAt({ ...request, json: { q: "y" } }, checkpoint, searchPages)).toThrow(/q = "x"/);
    expect(() => resumeAt({ path: "/search", query: { limit: 2 } }, checkpoint, searchPages)).toThrow(/"x"/);
  });
});
