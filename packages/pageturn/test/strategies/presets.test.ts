import { IncompleteListError, writeRequest } from "pageturn/pagination";
import {
  azure,
  github,
  googleAip158,
  mcp,
  notion,
  relayConnection,
  shopifyGraphql,
  slack,
} from "pageturn/strategies";
import { describe, expect, test } from "vitest";
import { resumeAt } from "../../src/pagination/checkpoint/resume.ts";
import { FIRST, listOf, page, walked } from "./scripted-pages.ts";

describe("presets", () => {
  test("without the option that they need, they name it", () => {
    // As a program without types calls them.
    const calls: readonly (readonly [call: (options: never) => unknown, option: string])[] = [
      [mcp, "list"],
      [slack, "items"],
      [googleAip158, "items"],
      [relayConnection, "connection"],
      [shopifyGraphql, "connection"],
    ];
    for (const [call, option] of calls) {
      for (const options of [undefined, null, {}])
        expect(() => call(options as never)).toThrow(
          new RegExp(`^Cannot call ${call.name}\\(\\) without the option ${option}: `),
        );
    }
  });

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

  test("googleAip158: a list under another key than `items` says is an error, and not an empty list", () => {
    const body = { kind: "drive#fileList", files: [{ id: "a" }], nextPageToken: "t" };
    expect(() => walked(googleAip158({ items: "file" }), [page(body)])).toThrow(
      /result of `items` is undefined/,
    );
  });

  test("googleAip158: a token that is a number leads on, one of another type is an error", () => {
    const strategy = googleAip158({ items: "files" });
    const { urls } = walked(strategy, [page({ files: [1], nextPageToken: 7 }), page({ files: [2] })]);
    expect(urls[1]).toBe("/list?pageToken=7");
    expect(() => walked(strategy, [page({ files: [1], nextPageToken: true })])).toThrow(
      /`nextPageToken` is of type boolean, not text, a safe integer or null/,
    );
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
