import {
  headerCursor,
  idCursor,
  linkHeader,
  nextURL,
  offsetLimit,
  pageCursor,
  pageNumber,
  pageToken,
  relayConnection,
} from "pageturn/strategies";
import { valueAt } from "../../src/pagination/request/page-request.ts";
import { base, jsonAPI, linkTo, queryAPI, type ReadyAPI, type ServedPage, SIZE } from "./ready-api.ts";

const MORE_ANNOUNCED = /says that there is more, and sends no cursor/;
const TOTAL_NOT_REACHED = /the server declares \d+ (?:items|pages), and sent \d+\./;
const NO_TOTAL = /is (?:absent|null), not the size of the list/;
const ANOTHER_ORIGIN = /leads to another origin/;
const NOT_A_LIST = /with a body that is not a list/;

/** A cursor that is there only if there is a next page. */
const cursorFaults = { nullCursor: "ends", emptyCursor: "ends", noCursor: "ends" } as const;
/** Where nothing says that there is more, a cursor is all that there is. */
const tokenFaults = {
  ...cursorFaults,
  emptyPage: "goesOn",
  shortPage: "goesOn",
  errorBody: NOT_A_LIST,
} as const;
const linkFaults = { ...tokenFaults, foreignLink: ANOTHER_ORIGIN } as const;

const size = { in: "limit", default: SIZE, adjustable: true };

/** `{ data, first_id, last_id, has_more }`, in the order of the API. */
function idBody({ page, more }: ServedPage, isBackward = false) {
  const data = isBackward ? page.toReversed() : page;
  return { data, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null, has_more: more };
}

const afterId = (id: unknown) => (id === undefined ? undefined : Number(String(id).slice(3)) + 1);

const link = (page: ServedPage, query = {}) =>
  typeof page.cursor === "string" && page.cursor !== ""
    ? linkTo(page, { query: { ...page.request.query, ...query, cursor: page.cursor } })
    : page.cursor;

const withLink = (page: ServedPage, url: string | null | undefined) => ({
  body: page.page,
  headers: {
    link: `</style.css>; rel=preload; as=style; nopush${url ? `, <${url}>; title="a, b"; rel="next"` : ""}`,
  },
});

/** The generic strategies. */
export const strategyServers: Readonly<Record<string, ReadyAPI>> = {
  "idCursor by the last item": {
    ...queryAPI(
      { cursor: "after", size: "limit" },
      {
        strategy: idCursor({ pageSize: size }),
        write: ({ page }) => ({ body: { data: page } }),
        // An empty page has no id to go on from, and nothing says that there is more.
        faults: { shortPage: "goesOn", emptyPage: "ends", errorBody: NOT_A_LIST },
      },
    ),
    position: ({ query }) => afterId(query["after"]),
  },
  "idCursor by fields of the body": {
    ...queryAPI(
      { cursor: "after_id", size: "limit" },
      {
        strategy: idCursor({
          after: "after_id",
          last: { body: "last_id" },
          first: { body: "first_id" },
          hasMore: "has_more",
          pageSize: size,
        }),
        write: (page) => ({ body: idBody(page) }),
        faults: { shortPage: "goesOn", emptyPage: MORE_ANNOUNCED },
      },
    ),
    position: ({ query }) => afterId(query["after_id"]),
  },
  "idCursor backward": {
    ...queryAPI(
      { cursor: "before", size: "limit", query: { before: "id_-1" } },
      {
        strategy: idCursor({ before: "before", hasMore: "has_more", pageSize: size }),
        write: (page) => ({ body: idBody(page, true) }),
        isBackward: true,
        faults: { shortPage: "goesOn", emptyPage: MORE_ANNOUNCED },
      },
    ),
    position: ({ query }) => afterId(query["before"]),
  },
  "pageToken in the query": queryAPI(
    { cursor: "page_token", size: "page_size" },
    {
      strategy: pageToken({ items: "files", pageSize: { in: "page_size", default: SIZE } }),
      write: ({ page, cursor }) => ({ body: { files: page, next_page_token: cursor } }),
      lastCursor: "",
      faults: tokenFaults,
    },
  ),
  "pageToken in a JSON body": jsonAPI(
    { json: { filter: { kind: "x" }, page: {} }, cursor: ["page", "token"], size: ["page", "size"] },
    {
      strategy: pageToken({
        items: ["result", "rows"],
        from: { body: ["result", "next"] },
        to: { json: ["page", "token"] },
        hasMore: ["result", "more"],
        total: { body: ["result", "total"], counts: "items" },
        pageSize: { in: { json: ["page", "size"] }, default: SIZE },
      }),
      write: ({ page, cursor, more, total }) => ({
        body: { result: { rows: page, next: cursor, more, total } },
      }),
      lastCursor: null,
      faults: {
        emptyPage: "goesOn",
        shortPage: "goesOn",
        contradiction: MORE_ANNOUNCED,
        noTotal: NO_TOTAL,
        // What the total counts is missing.
        nullCursor: TOTAL_NOT_REACHED,
        errorBody: NOT_A_LIST,
      },
    },
  ),
  "pageToken in a header": {
    strategy: pageToken({ items: "rows", from: { header: "x-next" }, to: { header: "X-Cursor" } }),
    request: () => ({ base, path: "/list", query: {} }),
    position: ({ headers }) => headers?.["x-cursor"],
    write: ({ page, cursor }) => ({ body: { rows: page }, headers: cursor ? { "x-next": cursor } : {} }),
    faults: tokenFaults,
  },
  pageCursor: queryAPI(
    { cursor: "cursor" },
    {
      strategy: pageCursor({ hasMore: "has_more" }),
      write: ({ page, cursor, more }) => ({ body: { data: page, next_cursor: cursor, has_more: more } }),
      lastCursor: null,
      faults: { ...cursorFaults, emptyPage: "goesOn", shortPage: "goesOn", contradiction: MORE_ANNOUNCED },
    },
  ),
  "pageCursor whose cursor may be empty": queryAPI(
    { cursor: "cursor" },
    {
      strategy: pageCursor({ emptyCursor: "valid" }),
      write: ({ page, cursor }) => ({ body: { data: page, next_cursor: cursor } }),
      faults: { nullCursor: "ends", noCursor: "ends", emptyPage: "goesOn" },
    },
  ),
  "nextURL, absolute": queryAPI(
    { cursor: "cursor", size: "limit", query: { tag: ["x", "y"] } },
    {
      strategy: nextURL({ pageSize: { in: "limit", default: SIZE } }),
      write: (page) => ({
        body: { results: page.page, next: page.cursor && linkTo(page, { query: { cursor: page.cursor } }) },
      }),
      lastCursor: null,
      faults: linkFaults,
    },
  ),
  "nextURL, relative": queryAPI(
    { cursor: "cursor", query: { q: "a b" } },
    {
      strategy: nextURL({ next: ["links", "next"], previous: null }),
      write: (page) => ({
        body: { results: page.page, links: { next: page.cursor && `?cursor=${page.cursor}` } },
      }),
      lastCursor: "",
      faults: { ...tokenFaults },
    },
  ),
  "nextURL, on another path": {
    ...queryAPI(
      { cursor: "cursor", query: { q: "a" } },
      {
        strategy: nextURL({ paths: /^\/v2\/lists\/\d+$/, total: { body: "count", counts: "items" } }),
        write: (page) => ({
          body: {
            results: page.page,
            count: page.total,
            next: page.cursor && linkTo(page, { path: "/v2/lists/7", query: { cursor: page.cursor } }),
          },
        }),
        lastCursor: null,
        faults: {
          emptyPage: "goesOn",
          shortPage: "goesOn",
          nullCursor: TOTAL_NOT_REACHED,
          noTotal: NO_TOTAL,
          foreignLink: ANOTHER_ORIGIN,
          errorBody: NOT_A_LIST,
        },
      },
    ),
  },
  "nextURL, as a cursor of a server behind a proxy": queryAPI(
    { path: "/proxy/list", cursor: "cursor", size: "limit" },
    {
      strategy: nextURL({
        links: "cursor",
        parameters: ["cursor"],
        pageSize: { in: "limit", default: SIZE, adjustable: true },
      }),
      write: (page) => ({
        body: {
          results: page.page,
          next: page.cursor && `http://10.0.0.7:8080/list?cursor=${page.cursor}&limit=99`,
        },
      }),
      lastCursor: null,
      // The host of the link is not read.
      faults: { ...tokenFaults, foreignLink: "goesOn" },
    },
  ),
  "nextURL, replacing the query": queryAPI(
    { cursor: "cursor", size: "limit", query: { fields: "id", status: ["open", "shut"] } },
    {
      strategy: nextURL({
        links: "replace",
        parameters: ["cursor"],
        pageSize: { in: "limit", default: SIZE },
      }),
      write: (page) => {
        const { query } = page.request;
        if (
          query["cursor"] !== undefined &&
          (query["status"] ?? query["status[]"] ?? query["fields"]) !== undefined
        )
          return { body: { error: "the cursor allows no other parameter" } };
        const next = page.cursor && linkTo(page, { query: { cursor: page.cursor, limit: page.size } });
        return { body: { results: page.page, next } };
      },
      lastCursor: null,
      faults: linkFaults,
    },
  ),
  linkHeader: queryAPI(
    { cursor: "cursor", size: "per_page", query: { state: "all" } },
    {
      strategy: linkHeader({ pageSize: { in: "per_page", default: SIZE } }),
      write: (page) => withLink(page, link(page)),
      faults: { ...linkFaults, errorBody: /not an array/ },
    },
  ),
  "linkHeader with a total in a header, replacing the query (Shopify REST)": queryAPI(
    { cursor: "page_info", size: "limit", query: { status: "any" } },
    {
      strategy: linkHeader({
        links: "replace",
        items: "products",
        parameters: ["page_info"],
        total: { header: "x-total", counts: "items" },
        pageSize: { in: "limit", default: SIZE },
      }),
      write: (page) => {
        const { cursor, total, request } = page;
        if (request.query["page_info"] !== undefined && request.query["status"] !== undefined)
          return { body: { errors: "status cannot be passed with page_info" } };
        const url = cursor && linkTo(page, { query: { page_info: cursor, limit: page.size } });
        const { headers } = withLink(page, url);
        return {
          body: { products: page.page },
          headers: { ...headers, ...(total !== undefined && { "x-total": String(total) }) },
        };
      },
      faults: {
        foreignLink: ANOTHER_ORIGIN,
        noTotal: NO_TOTAL,
        noCursor: TOTAL_NOT_REACHED,
        emptyPage: "goesOn",
      },
    },
  ),
  headerCursor: queryAPI(
    { cursor: "cursor" },
    {
      strategy: headerCursor({ items: [] }),
      write: ({ page, cursor }) => ({
        body: page,
        headers: typeof cursor === "string" ? { "x-next-cursor": cursor } : {},
      }),
      faults: { ...tokenFaults, errorBody: /not an array/ },
    },
  ),
  "headerCursor to a header": {
    strategy: headerCursor({
      header: "x-ms-continuation",
      to: { header: "x-ms-continuation" },
      items: "value",
    }),
    request: () => ({ base, path: "/list", query: {} }),
    position: ({ headers }) => headers?.["x-ms-continuation"],
    write: ({ page, cursor }) => ({
      body: { value: page },
      headers: cursor ? { "x-ms-continuation": cursor } : {},
    }),
    faults: { noCursor: "ends", emptyPage: "goesOn", shortPage: "goesOn", errorBody: NOT_A_LIST },
  },
  "pageNumber with a total of pages": numbered(1, {
    strategy: pageNumber({
      items: "rows",
      total: { body: "pages", counts: "pages" },
      pageSize: { in: "limit", default: SIZE },
    }),
    write: ({ page, total, size }) => ({
      body: { rows: page, pages: total === undefined ? undefined : Math.ceil(total / size) },
    }),
    faults: { emptyPage: "goesOn", shortPage: "goesOn", noTotal: NO_TOTAL, errorBody: NOT_A_LIST },
  }),
  "pageNumber with a total of items": numbered(1, {
    strategy: pageNumber({
      items: "rows",
      total: { body: "count", counts: "items" },
      pageSize: { in: "limit", default: SIZE },
    }),
    write: ({ page, total }) => ({ body: { rows: page, count: total } }),
    faults: {
      // Nothing else tells the end of a list that has become shorter.
      emptyPage: TOTAL_NOT_REACHED,
      shortPage: TOTAL_NOT_REACHED,
      noTotal: NO_TOTAL,
      errorBody: NOT_A_LIST,
    },
  }),
  "pageNumber from zero, without a total": numbered(0, {
    strategy: pageNumber({ items: [], first: 0, pageSize: { in: "limit", default: SIZE } }),
    write: ({ page }) => ({ body: page }),
    faults: { emptyPage: "ends", shortPage: "goesOn", errorBody: /not an array/ },
  }),
  "pageNumber that says whether there is more": numbered(1, {
    strategy: pageNumber({ items: "rows", hasMore: "has_next", pageSize: { in: "limit", default: SIZE } }),
    write: ({ page, more }) => ({ body: { rows: page, has_next: more } }),
    faults: { emptyPage: "goesOn", shortPage: "goesOn", errorBody: NOT_A_LIST },
  }),
  "offsetLimit with a total": queryAPI(
    { cursor: "offset", size: "limit" },
    {
      strategy: offsetLimit({ items: "rows", total: { body: "total", counts: "items" } }),
      write: ({ page, total }) => ({ body: { rows: page, total } }),
      faults: { emptyPage: TOTAL_NOT_REACHED, shortPage: "goesOn", noTotal: NO_TOTAL, errorBody: NOT_A_LIST },
    },
  ),
  "offsetLimit without a total": queryAPI(
    { cursor: "offset", size: "limit" },
    {
      strategy: offsetLimit({ items: [] }),
      write: ({ page }) => ({ body: page }),
      faults: { emptyPage: "ends", shortPage: "goesOn", errorBody: /not an array/ },
    },
  ),
  "offsetLimit from one, of a server that caps the limit": {
    ...queryAPI(
      { cursor: "startIndex", size: "count" },
      {
        strategy: offsetLimit({
          items: "Resources",
          to: "startIndex",
          first: 1,
          total: { body: "totalResults", counts: "items" },
          pageSize: { in: "count", adjustable: true },
        }),
        write: ({ page, total }) => ({ body: { Resources: page, totalResults: total } }),
        faults: {
          emptyPage: TOTAL_NOT_REACHED,
          shortPage: "goesOn",
          noTotal: NO_TOTAL,
          errorBody: NOT_A_LIST,
        },
      },
    ),
    position: ({ query }) => Number(query["startIndex"] ?? 1) - 1,
    size: ({ query }) => Math.min(2, Number(query["count"] ?? 2)),
  },
  relayConnection: relay("first", false),
  "relayConnection backward": relay("last", true),
};

/** An API with page numbers in its query. */
function numbered(first: number, rest: Omit<ReadyAPI, "request" | "position" | "size">): ReadyAPI {
  const api = queryAPI({ cursor: "page", size: "limit" }, rest);
  return {
    ...api,
    position: ({ query }) => (Number(query["page"] ?? first) - first) * Number(query["limit"] ?? SIZE),
  };
}

/** A GraphQL connection with nodes forward, and with edges backward. */
function relay(count: "first" | "last", isBackward: boolean): ReadyAPI {
  const [cursorName, end, more] = isBackward
    ? (["before", "startCursor", "hasPreviousPage"] as const)
    : (["after", "endCursor", "hasNextPage"] as const);
  const query = "query ($after: String, $before: String, $first: Int, $last: Int) { repository { issues } }";
  return {
    ...jsonAPI(
      { json: { query, variables: { owner: "o", [count]: SIZE } }, cursor: ["variables", cursorName] },
      {
        strategy: relayConnection({ connection: ["data", "repository", "issues"] }),
        write: (page) => {
          const data = isBackward ? page.page.toReversed() : page.page;
          const items = isBackward ? { edges: data.map((node) => ({ cursor: "c", node })) } : { nodes: data };
          const pageInfo = { [end]: page.cursor, [more]: page.more };
          return { body: { data: { repository: { issues: { ...items, pageInfo } } } } };
        },
        isBackward,
        lastCursor: null,
        faults: {
          emptyPage: "goesOn",
          shortPage: "goesOn",
          contradiction: MORE_ANNOUNCED,
          nullCursor: "ends",
          noCursor: /Cannot tell whether data.repository.issues has more pages/,
          emptyCursor: "goesOn",
          errorBody: /answered 200, but with an error that stands for status 400: No such field/,
        },
        errors: {
          errorBody: { status: 200, body: { data: null, errors: [{ message: "No such field" }] } },
        },
      },
    ),
    request: (asked) => ({
      base,
      path: "/graphql",
      query: {},
      json: { query, variables: { owner: "o", [count]: isBackward ? SIZE : (asked ?? SIZE) } },
    }),
    size: ({ json }) => valueAt(json, ["variables", count]),
  };
}
