import {
  AsyncPaginator,
  CheckpointError,
  definePages,
  flatMap,
  IncompleteListError,
  type ItemParser,
  type PageRequest,
  type PaginationStrategy,
  SyncPaginator,
  writeRequest,
} from "pageturn/pagination";
import {
  azure,
  github,
  googleAip158,
  headerCursor,
  idCursor,
  linkHeader,
  mcp,
  nextURL,
  notion,
  offsetLimit,
  pageNumber,
  pageToken,
  relayConnection,
  shopifyGraphql,
  slack,
} from "pageturn/strategies";
import { describe, expect, test } from "vitest";
import { resumeAt } from "../../src/pagination/checkpoint/resume.ts";
import { response } from "../pagination/lists/memory-list.ts";

interface Served {
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>> | Headers;
}

const FIRST: PageRequest = { base: "https://api.example.com", path: "/list", query: {} };

/** A list whose answers are these, in order, with the requests as they are written. */
function listOf(strategy: PaginationStrategy, pages: readonly Served[], request: PageRequest = FIRST) {
  const urls: string[] = [];
  const bodies: unknown[] = [];
  const { SyncPage } = definePages(strategy);
  const fetch = (asked: PageRequest) => {
    const { url, body } = writeRequest(asked);
    urls.push(url.replace("https://api.example.com", ""));
    bodies.push(JSON.parse(body ?? "null"));
    const { body: served, headers = {} } = pages[urls.length - 1] ?? { body: null };
    return { body: served, response: { ...response, headers: new Headers(headers) } };
  };
  return { list: new SyncPaginator(SyncPage<unknown>, { request, fetch }), urls, bodies };
}

/** All items, and the URLs that were requested. */
function walked(strategy: PaginationStrategy, pages: readonly Served[], request?: PageRequest) {
  const { list, urls, bodies } = listOf(strategy, pages, request);
  return { items: list.toArray(), urls, bodies };
}

const page = (body: unknown, headers?: Served["headers"]): Served => ({ body, ...(headers && { headers }) });

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

describe("nextURL", () => {
  const query = { limit: 2, tag: ["a", "b"], page: 1 };

  test.each([
    ["?page=2", "/list?limit=2&tag%5B%5D=a&tag%5B%5D=b&page=2"],
    ["/list?page=2&limit=2", "/list?tag%5B%5D=a&tag%5B%5D=b&page=2&limit=2"],
    ["https://api.example.com/list?tag[]=a&tag[]=b&page=2", "/list?limit=2&tag%5B%5D=a&tag%5B%5D=b&page=2"],
    ["/list?tag=a&tag=b&page=2#top", "/list?limit=2&tag=a&tag=b&page=2"],
    ["/other?page=2", "/other?limit=2&tag%5B%5D=a&tag%5B%5D=b&page=2"],
  ])("%s: its parameters replace those of the request, and none is repeated", (next, url) => {
    const pages = [page({ results: [1], next }), page({ results: [2], next: null })];
    expect(walked(nextURL(), pages, { ...FIRST, query }).urls[1]).toBe(url);
  });

  test("a null, an empty and a missing link end the list", () => {
    for (const last of [{ next: null }, { next: "" }, {}])
      expect(walked(nextURL(), [page({ results: [1], ...last })]).items).toEqual([1]);
  });

  test("a link that is an object or a number is an error, not the end", () => {
    for (const next of [{ href: "/list?page=2" }, 2, true]) {
      const flat = listOf(nextURL(), [page({ results: [1], next })]);
      expect(() => flat.list.toArray()).toThrow(/`next` (?:is of type \w+, not text|as it must be text)/);
      const deep = listOf(nextURL({ next: ["_links", "next"] }), [page({ results: [1], _links: { next } })]);
      expect(() => deep.list.toArray()).toThrow(/Cannot follow the link `_links.next` as it must be text/);
    }
  });

  test('links: "cursor" takes the named parameters, whatever the host and the path', () => {
    const strategy = nextURL({ links: "cursor", parameters: ["cursor"] });
    const next = "http://10.0.0.7:8080/internal?cursor=a%3D%3D&limit=500";
    const { urls } = walked(strategy, [page({ results: [1], next }), page({ results: [2] })], {
      ...FIRST,
      query: { limit: 2 },
    });
    expect(urls).toEqual(["/list?limit=2", "/list?limit=2&cursor=a%3D%3D"]);
  });

  test('links: "cursor" refuses a link without these parameters, or that is no URL', () => {
    for (const next of ["/list?page=2", "http://["]) {
      const { list } = listOf(nextURL({ links: "cursor", parameters: ["cursor"] }), [
        page({ results: [1], next }),
      ]);
      expect(() => list.toArray()).toThrow(/its link has none of the parameters cursor. Name those/);
    }
  });

  test('links: "replace" requests the link as it is, with credentials and what is to be kept', () => {
    const strategy = nextURL({ links: "replace", keep: ["v", "w"] });
    const request = { ...FIRST, query: { status: "any", tag: ["a"], v: 3, w: undefined, api_key: "secret" } };
    const first = page({ results: [1], next: "/list?cursor=x#top" });
    const second = page({ results: [2], next: "/list?cursor=y&v=4" });
    const { urls } = walked(strategy, [first, second, page({ results: [] })], request);
    expect(urls).toEqual([
      "/list?status=any&tag%5B%5D=a&v=3&api_key=secret",
      "/list?api_key=secret&cursor=x&v=3",
      "/list?api_key=secret&cursor=y&v=4",
    ]);
    expect(
      listOf(nextURL({ links: "replace", keep: ["v"] }), [page({ results: [], next: "/list" })], request)
        .list.firstPage()
        .nextPageInfo(),
    ).toEqual({
      wholeURL: "/list?v=3",
    });
  });

  test('with links: "replace", a checkpoint may drop filters beside a cursor, and no others', () => {
    const strategy = nextURL({ links: "replace", parameters: ["cursor"], pageSize: { in: "limit" } });
    const request = {
      ...FIRST,
      query: { status: "any", tag: ["a"], "created[gte]": 1, limit: 1, api_key: "k" },
    };
    const pages = [page({ results: [1], next: "/list?cursor=x" }), page({ results: [2, 3] })];
    const walk = listOf(strategy, pages, request).list.items();
    walk.next();
    walk.next();
    const kept = JSON.parse(JSON.stringify(walk.checkpoint));
    expect(JSON.stringify(kept)).not.toContain('"k"');
    expect(writeRequest(resumeAt(request, kept, strategy).request).url).toBe(
      "https://api.example.com/list?api_key=k&cursor=x",
    );
    const dropped = { status: null, "tag[]": null, "created[gte]": null, limit: null };
    for (const query of [dropped, { ...dropped, cursor: null }, { ...dropped, cursor: "x", other: "y" }])
      expect(() => resumeAt(request, { ...kept, at: { query } }, strategy)).toThrow(CheckpointError);
    const overlaid = nextURL({ parameters: ["cursor"], pageSize: { in: "limit" } });
    expect(() => resumeAt(request, kept, overlaid)).toThrow(/would change "status"/);
  });

  test("a link as data is followed as the strategy says, too", () => {
    const strategy = { next: { from: { body: "next" }, to: "url" }, cursors: ["c"] } as const;
    const next = (links: "overlay" | "replace") =>
      listOf({ ...strategy, links }, [page({ data: [1], next: "/x" })])
        .list.firstPage()
        .nextPageInfo();
    expect(next("overlay")).toEqual({ url: "/x" });
    expect(next("replace")).toEqual({ wholeURL: "/x" });
  });
});

describe("linkHeader", () => {
  const next = (link: string | Headers) =>
    listOf(linkHeader(), [page([1], typeof link === "string" ? { link } : link)]).list.firstPage();

  test("a body that is an array; several relations in one value; prev and last", () => {
    const first = next(
      '</l?page=9>; rel="last", </l?page=3>; rel="next archives", </l?page=1>; rel="first prev"',
    );
    expect(first.data).toEqual([1]);
    expect(first.nextPageInfo()).toEqual({ url: "/l?page=3" });
    expect(first.previousPageInfo()).toEqual({ url: "/l?page=1" });
  });

  test("commas, semicolons and brackets in quotes and in the link", () => {
    const first = next('</l?ids=1,2;3&page=2>; title="a, <b>; rel=\\"prev\\""; rel="next"');
    expect(first.nextPageInfo()).toEqual({ url: "/l?ids=1,2;3&page=2" });
    expect(first.previousPageInfo()).toBeNull();
  });

  test("several headers", () => {
    const headers = new Headers();
    headers.append("link", "</s.css>; rel=preload; nopush");
    headers.append("link", "</l?page=2>; rel=next");
    expect(next(headers).nextPageInfo()).toEqual({ url: "/l?page=2" });
  });

  test("no header, or one for other purposes, ends the list", () => {
    expect(walked(linkHeader(), [page([1])]).items).toEqual([1]);
    for (const link of [
      "",
      "</s.css>; rel=preload",
      "</l?page=9>; rel=last",
      '</other>; rel=next; anchor="/x"',
    ])
      expect(walked(linkHeader(), [page([1], { link })]).items).toEqual([1]);
  });

  test("two different next links are an error, the same one twice is none", () => {
    expect(next("</a>; rel=next, </a>; rel=next").nextPageInfo()).toEqual({ url: "/a" });
    expect(() => next("</a>; rel=next, </b>; rel=next").nextPageInfo()).toThrow(
      /2 different links with rel="next"/,
    );
  });

  test("the body may be an object", () => {
    const strategy = linkHeader({ items: "products" });
    expect(walked(strategy, [page({ products: [1] })]).items).toEqual([1]);
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

  test("without a total, a short page does not end the list, an empty one does", () => {
    const strategy = pageNumber({ items: "rows", pageSize: { in: "size", default: 2 } });
    expect(walked(strategy, [rows(1), rows(2, 3), rows(), rows(4)]).items).toEqual([1, 2, 3]);
  });

  test("an empty page in the middle does not end a list that knows its number of pages", () => {
    const strategy = pageNumber({ items: "rows", total: { body: "pages", counts: "pages" } });
    expect(walked(strategy, [rows(1, 2), rows(), rows(5)]).items).toEqual([1, 2, 5]);
  });

  test("a number that is none is refused", () => {
    for (const number of ["", "two", 1.5]) {
      const { list } = listOf(pageNumber({ items: "rows" }), [rows(1)], {
        ...FIRST,
        query: { page: number },
      });
      expect(() => list.toArray()).toThrow(/page by the parameter page as it must be a whole number/);
    }
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

describe("relayConnection", () => {
  const query = "query ($id: ID!, $first: Int, $after: String) { node(id: $id) { labels { nodes } } }";
  const request = (variables: Record<string, unknown>, text = query): PageRequest => ({
    ...FIRST,
    path: "/graphql",
    json: { query: text, variables },
  });
  const labels = (nodes: readonly unknown[], endCursor: string | null) =>
    page({ data: { node: { labels: { nodes, pageInfo: { hasNextPage: endCursor !== null, endCursor } } } } });
  const strategy = relayConnection({ connection: ["data", "node", "labels"] });

  test("sets the variables of the cursor, and keeps the others", () => {
    const { bodies } = walked(
      strategy,
      [labels([1], "a"), labels([2], null)],
      request({ id: "x", first: 1 }),
    );
    expect(bodies).toEqual([
      { query, variables: { id: "x", first: 1 } },
      { query, variables: { id: "x", first: 1, after: "a" } },
    ]);
  });

  test("the variables may have other names", () => {
    const text = "query ($n: Int, $cursor: String) { x }";
    const named = relayConnection({
      connection: ["data", "node", "labels"],
      variables: { after: "cursor", first: "n" },
    });
    const { bodies } = walked(named, [labels([1], "a"), labels([2], null)], request({ n: 1 }, text));
    expect(bodies[1]).toEqual({ query: text, variables: { n: 1, cursor: "a" } });
  });

  test("a query that does not use the variable is refused before it returns its first page for ever", () => {
    const { list } = listOf(strategy, [labels([1], "a")], request({}, "query ($afterwards: String) { x }"));
    expect(() => list.toArray()).toThrow(/the GraphQL query does not use the variable \$after: pass it/);
  });

  test("errors beside data are an error", () => {
    const body = { data: { node: { labels: { nodes: [1] } } }, errors: [{ message: "partly broken" }] };
    expect(() => walked(strategy, [page(body)], request({}))).toThrow(/stands for status 400: partly broken/);
  });

  test("a connection that is not there is an error, an empty one is not", () => {
    expect(() => walked(strategy, [page({ data: { node: null } })], request({}))).toThrow(
      /not an array or null/,
    );
    expect(walked(strategy, [labels([], null)], request({})).items).toEqual([]);
  });

  test("previous leads against the direction, with the size in the other variable", () => {
    const info = { hasPreviousPage: true, startCursor: "s", hasNextPage: false, endCursor: "e" };
    const body = { data: { node: { labels: { nodes: [1], pageInfo: info } } } };
    const both = `${query} # $before`;
    const forward = listOf(strategy, [page(body)], request({ first: 1, after: "r" }, both)).list.firstPage();
    expect(forward.previousPageInfo()).toEqual({
      json: { query: both, variables: { before: "s", last: 1 } },
    });
    const backward = listOf(strategy, [page(body)], request({ last: 1 }, both)).list.firstPage();
    expect(backward.nextPageInfo()).toEqual({ json: { query: both, variables: { before: "s", last: 1 } } });
    expect(backward.previousPageInfo()).toBeNull();
  });

  test("nested connections are walked with flatMap", async () => {
    const { AsyncPage } = definePages(strategy);
    const served: Record<string, readonly string[]> = {
      root: ["a", "b", "c"],
      a: ["a1", "a2", "a3"],
      b: [],
      c: ["c1"],
    };
    const listOfNode = (id: string) =>
      new AsyncPaginator(AsyncPage<{ id: string }>, {
        request: request({ id, first: 2 }),
        fetch: async ({ json }) => {
          const { variables } = Object(json);
          const start = Number(variables.after ?? 0);
          const all = served[variables.id] ?? [];
          const nodes = all.slice(start, start + 2).map((name) => ({ id: name }));
          const end = start + 2 < all.length ? String(start + 2) : null;
          return { body: labels(nodes, end).body, response };
        },
      });
    const found: string[] = [];
    for await (const { id } of flatMap(listOfNode("root"), ({ id }) => listOfNode(id))) found.push(id);
    expect(found).toEqual(["a1", "a2", "a3", "c1"]);
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

  test("a cursor of an item that is not text or a number is refused by its name", () => {
    for (const from of [{ firstItem: ["meta", "id"] }, { lastItem: ["meta", "id"] }]) {
      const { list } = listOf({ next: { from, to: "after" } }, [page({ data: [{ meta: { id: {} } }] })]);
      expect(() => list.toArray()).toThrow(/`meta.id` is of type object, not text, a safe integer or null/);
    }
  });
});

describe("presets", () => {
  test("github: a link without the parameters of the request drops them", () => {
    const headers = { link: '<https://api.example.com/repositories/7/issues?after=x>; rel="next"' };
    const { urls } = walked(github(), [page([1], headers), page([2])], { ...FIRST, query: { page: 1 } });
    expect(urls[1]).toBe("/repositories/7/issues?after=x");
  });

  test("github: a search that timed out is an incomplete list", () => {
    const { list } = listOf(github(), [page({ total_count: 9, incomplete_results: true, items: [1] })]);
    expect(() => list.toArray()).toThrow(IncompleteListError);
  });

  test("github: an object that is not a list is refused, as is one with two arrays", () => {
    for (const body of [{ url: "/x", topics: [] }, { total_count: 1, commits: [], files: [] }, {}])
      expect(() => walked(github(), [page(body)])).toThrow(/the result of `items` is undefined/);
  });

  test("notion: a query that is cut off after 10,000 rows is an incomplete list", () => {
    const body = { results: [1], has_more: false, next_cursor: null, request_status: { type: "incomplete" } };
    expect(() => walked(notion({ method: "POST" }), [page(body)], { ...FIRST, json: {} })).toThrow(
      IncompleteListError,
    );
  });

  test("googleAip158: skip is sent with the first page only, and a list is resumed without it", () => {
    const strategy = googleAip158({ items: "files" });
    const request = { ...FIRST, query: { skip: 10, filter: "a" } };
    const { list, urls } = listOf(
      strategy,
      [page({ files: [1], nextPageToken: "t" }), page({ files: [2, 3] })],
      request,
    );
    const walk = list.items();
    walk.next();
    walk.next();
    expect(urls).toEqual(["/list?skip=10&filter=a", "/list?filter=a&pageToken=t"]);
    const { request: resumed } = resumeAt(request, walk.checkpoint, strategy);
    expect(writeRequest(resumed).url).toMatch(/\/list\?filter=a&pageToken=t$/);
  });

  test("googleAip158: an empty page has no items at all, and the outcome is complete", () => {
    const strategy = googleAip158({ items: "items" });
    for (const body of [{}, { kind: "compute#instanceList" }, { nextPageToken: "" }]) {
      const walk = listOf(strategy, [page(body)]).list.items();
      expect([...walk]).toEqual([]);
      expect(walk.outcome).toMatchObject({ complete: true, incompleteBecause: null });
    }
    const own = googleAip158({ items: (body) => Object.entries(Object(body["items"])) });
    expect(walked(own, [page({ items: { a: 1 } })]).items).toEqual([["a", 1]]);
  });

  test("azure: the api-version of the request stays, other parameters do not", () => {
    const request = { ...FIRST, query: { "api-version": "1", $filter: "x" } };
    const pages = [
      page({ value: [1], nextLink: "https://api.example.com/list?$skiptoken=s" }),
      page({ value: [2] }),
    ];
    expect(walked(azure(), pages, request).urls[1]).toBe("/list?%24skiptoken=s&api-version=1");
  });

  test("mcp: only an absent cursor ends the list, and _meta stays", () => {
    const served = (tools: number[], nextCursor?: string) =>
      page({ result: { tools, ...(nextCursor !== undefined && { nextCursor }) } });
    const { items, bodies } = walked(
      mcp({ list: "tools" }),
      [served([1], ""), served([], "b"), served([2])],
      {
        ...FIRST,
        json: { id: 1, method: "tools/list", params: { _meta: { v: 1 } } },
      },
    );
    expect(items).toEqual([1, 2]);
    expect(bodies[2]).toEqual({ id: 1, method: "tools/list", params: { _meta: { v: 1 }, cursor: "b" } });
  });

  test("mcp: a server that sends an empty cursor for ever is a cycle", () => {
    const body = { result: { tools: [1], nextCursor: "" } };
    const { list } = listOf(mcp({ list: "tools" }), [page(body), page(body), page(body)], {
      ...FIRST,
      json: {},
    });
    expect(() => list.toArray()).toThrow(/already requested/);
  });

  test("mcp: an internal error is one of the server", () => {
    const body = { error: { code: -32603, message: "Broken" } };
    const { list } = listOf(mcp({ list: "tools" }), [page(body)], { ...FIRST, json: {} });
    expect(() => list.toArray()).toThrow(/stands for status 500: Broken/);
    const empty = { error: null, result: { tools: [] } };
    expect(walked(mcp({ list: "tools" }), [page(empty)], { ...FIRST, json: {} }).items).toEqual([]);
  });

  test("shopifyGraphql: a wrong query is an error of the request, a broken server one of the server", () => {
    const failure = (error: object) => {
      const request = { ...FIRST, json: { query: "{ x }" } };
      const { list } = listOf(
        shopifyGraphql({ connection: "products" }),
        [page({ errors: [error] })],
        request,
      );
      return () => list.toArray();
    };
    expect(failure({ message: "Field is missing" })).toThrow(/stands for status 400: Field is missing/);
    expect(failure({ extensions: { code: "INTERNAL_SERVER_ERROR" } })).toThrow(
      /stands for status 500: GraphQL error/,
    );
    expect(failure({ message: "Slow down", type: "RATE_LIMITED" })).toThrow(
      /stands for status 429: Slow down/,
    );
    expect(failure({ message: "No", type: "__proto__" })).toThrow(/stands for status 400: No/);
  });

  test("slack: response_metadata without a cursor, and none at all, end the list", () => {
    for (const rest of [
      { response_metadata: { warnings: ["x"] } },
      { response_metadata: { next_cursor: null } },
      {},
    ])
      expect(walked(slack({ items: "members" }), [page({ ok: true, members: [1], ...rest })]).items).toEqual([
        1,
      ]);
  });
});
