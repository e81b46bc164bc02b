import type { PageRequest, PaginationStrategy, WalkOptions } from "pageturn/pagination";

/** An API that pages in its own way: how it answers, and how a strategy describes it. */
export interface StrategyAPI {
  readonly strategy: PaginationStrategy;
  /** The request for the first page, with a page size or without one. */
  readonly request: (size?: number) => PageRequest;
  /** The page of `rows` that a request asks for. */
  readonly answer: (request: PageRequest, rows: readonly Row[]) => Answer;
  /** Options of every walk: `order` for a list that is walked backward. */
  readonly walk?: WalkOptions;
  /** Whether the items have ids. */
  readonly hasIds?: boolean;
}

export interface Row {
  readonly key: number;
  readonly id?: string;
}

export interface Answer {
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The page size of a request that names none. */
const SIZE = 3;

interface Range {
  readonly page: readonly Row[];
  readonly end: number;
  readonly hasMore: boolean;
}

function range(rows: readonly Row[], start: unknown, size: unknown): Range {
  const from = Number(start ?? 0);
  const end = from + Number(size ?? SIZE);
  return { page: rows.slice(from, end), end, hasMore: end < rows.length };
}

const base = "https://api.example.com";

/** The body itself is the list; the next link is in a header, and leads to another path. */
const github: StrategyAPI = {
  strategy: {
    items: [],
    next: ({ response }) => {
      const [, url] = /<([^>]*)>; rel="next"/.exec(response.headers.get("link") ?? "") ?? [];
      return url === undefined ? null : { url };
    },
    cursors: ["page", { path: /^\/repositories\/\d+\/issues$/ }],
    pageSize: { in: "per_page", default: SIZE },
  },
  request: (size) => ({ base, path: "/repos/o/r/issues", query: { state: "all", per_page: size } }),
  answer: ({ query }, rows) => {
    const size = Number(query["per_page"] ?? SIZE);
    const number = Number(query["page"] ?? 1);
    const { page, hasMore } = range(rows, (number - 1) * size, size);
    const link = `<${base}/repositories/7/issues?state=all&per_page=${size}&page=${number + 1}>; rel="next"`;
    return { body: page, headers: hasMore ? { link } : {} };
  },
};

const nested: StrategyAPI = {
  strategy: {
    items: ["result", "items"],
    next: { from: { body: ["result", "next"] }, to: "cursor" },
    hasMore: ["result", "more"],
    pageSize: { in: "size", default: SIZE, adjustable: true },
  },
  request: (size) => ({ path: "/nested", query: { size } }),
  answer: ({ query }, rows) => {
    const { page, end, hasMore } = range(rows, query["cursor"], query["size"]);
    return { body: { result: { items: page, next: hasMore ? end : null, more: hasMore ? "true" : 0 } } };
  },
};

const jsonBody: StrategyAPI = {
  strategy: {
    items: "things",
    next: { from: { body: "nextPageToken" }, to: { json: ["page", "token"] } },
    pageSize: { in: { json: ["page", "size"] }, default: SIZE },
    total: { body: "totalSize", counts: "items" },
  },
  request: (size) => ({ path: "/search", query: {}, json: { filter: { kind: "x" }, page: { size } } }),
  answer: ({ json }, rows) => {
    const { token, size } = JSON.parse(JSON.stringify(json?.["page"] ?? {}));
    const { page, end, hasMore } = range(rows, token?.replace("t", ""), size);
    return { body: { things: page, nextPageToken: hasMore ? `t${end}` : "", totalSize: rows.length } };
  },
};

const headerCursor: StrategyAPI = {
  strategy: {
    items: "rows",
    next: { from: { header: "X-Next-Cursor" }, to: { header: "X-Cursor" } },
    pageSize: { in: { header: "X-Page-Size" }, default: SIZE, adjustable: true },
  },
  request: (size) => ({
    path: "/rows",
    query: {},
    ...(size !== undefined && { headers: { "x-page-size": String(size) } }),
  }),
  answer: ({ headers = {} }, rows) => {
    const { page, end, hasMore } = range(rows, headers["x-cursor"], headers["x-page-size"]);
    return { body: { rows: page }, headers: hasMore ? { "x-next-cursor": String(end) } : {} };
  },
};

/** The cursor of the second page is an empty text. */
const emptyCursor: StrategyAPI = {
  strategy: {
    items: "tools",
    next: { from: { body: "nextCursor" }, to: { query: "cursor" } },
    emptyCursor: "valid",
  },
  request: () => ({ path: "/tools", query: {} }),
  answer: ({ query }, rows) => {
    const { cursor } = query;
    const { page, end, hasMore } = range(rows, cursor === "" ? SIZE : cursor, SIZE);
    return { body: { tools: page, ...(hasMore && { nextCursor: end === SIZE ? "" : String(end) }) } };
  },
};

/** The step is the number of items received. Only an empty page is the end. */
const offset: StrategyAPI = {
  strategy: {
    items: (body) => body["rows"],
    next: ({ items, request }) => ({
      params: { offset: Number(request.query["offset"] ?? 0) + items.length },
    }),
    cursors: ["offset"],
    cursorMeans: "position",
    emptyPage: "end",
    pageSize: { in: "limit", default: SIZE, adjustable: true },
  },
  request: (size) => ({ path: "/offset", query: { limit: size } }),
  answer: ({ query }, rows) => ({ body: { rows: range(rows, query["offset"], query["limit"]).page } }),
};

/** Pages are counted from 1, and the server says how many there are. */
const pageNumber: StrategyAPI = {
  strategy: {
    items: "rows",
    next: ({ body, request }) => {
      const page = Number(request.query["page"] ?? 1);
      return page < Number(body["pages"]) ? { params: { page: page + 1 } } : null;
    },
    cursors: ["page"],
    total: { body: "pages", counts: "pages" },
    pageSize: { in: "limit", default: SIZE },
  },
  request: (size) => ({ path: "/pages", query: { limit: size } }),
  answer: ({ query }, rows) => {
    const size = Number(query["limit"] ?? SIZE);
    const start = (Number(query["page"] ?? 1) - 1) * size;
    return { body: { rows: range(rows, start, size).page, pages: Math.ceil(rows.length / size) || 1 } };
  },
};

/** The number of the page is in the path. */
const pathNumber: StrategyAPI = {
  strategy: {
    items: "rows",
    next: ({ body, request }) => {
      const number = Number(request.path.replace("/archive/", ""));
      return body["last"] === true ? null : { path: `/archive/${number + 1}` };
    },
    cursors: [{ path: /^\/archive\/\d+$/ }],
  },
  request: () => ({ path: "/archive/0", query: {} }),
  answer: ({ path }, rows) => {
    const { page, hasMore } = range(rows, Number(path.replace("/archive/", "")) * SIZE, SIZE);
    return { body: { rows: page, last: !hasMore } };
  },
};

export const strategyAPIs: Readonly<Record<string, StrategyAPI>> = {
  github,
  nested,
  jsonBody,
  headerCursor,
  emptyCursor,
  offset,
  pageNumber,
  pathNumber,
};
