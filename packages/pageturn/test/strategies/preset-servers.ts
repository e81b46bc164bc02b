import {
  azure,
  github,
  googleAip158,
  mcp,
  nextURL,
  notion,
  openai,
  pageToken,
  shopifyGraphql,
  slack,
  stripe,
} from "pageturn/strategies";
import { valueAt } from "../../src/pagination/request/page-request.ts";
import { base, jsonAPI, linkTo, queryAPI, type ReadyAPI, type ServedPage, SIZE } from "./ready-api.ts";

const BELOW_TOTAL = /the server declares 12 items, and sent (?:6|9|11)\./;
const MORE_ANNOUNCED = /says that there is more, and sends no cursor/;
const ANOTHER_ORIGIN = /leads to another origin/;
const NOT_A_LIST = /with a body that is not a list/;
const EXPIRED = /its cursor has expired, or the item it points to was deleted/;

const cursorFaults = { nullCursor: "ends", noCursor: "ends" } as const;
const pages = { emptyPage: "goesOn", shortPage: "goesOn" } as const;

/** The body of a list by ids. */
function idAPI(
  name: "stripe" | "openai",
  names: { readonly cursor: string; readonly isBackward: boolean },
): ReadyAPI {
  const { cursor, isBackward } = names;
  const param = { stripe: "starting_after", openai: "after" }[name];
  const strategy = { stripe, openai }[name];
  const code = name === "stripe" ? "resource_missing" : null;
  const error = { type: "invalid_request_error", code, message: "No such object: 'id_2'", param };
  return {
    ...queryAPI(
      { path: "/v1/customers", cursor, size: "limit", query: isBackward ? { [cursor]: "id_-1" } : {} },
      {
        strategy: strategy({ pageSize: { in: "limit", default: SIZE, max: 100, adjustable: true } }),
        write: ({ page, more }) => {
          const data = isBackward ? page.toReversed() : page;
          return { body: { object: "list", url: "/v1/customers", data, has_more: more } };
        },
        isBackward,
        // An empty page has no id to go on from.
        faults: { shortPage: "goesOn", emptyPage: MORE_ANNOUNCED, expiredCursor: EXPIRED },
        errors: { expiredCursor: { status: 400, body: { error } } },
      },
    ),
    position: ({ query }) =>
      query[cursor] === undefined ? undefined : Number(String(query[cursor]).slice(3)) + 1,
  };
}

function slackAPI(method: "GET" | "POST"): ReadyAPI {
  const rest = {
    strategy: slack({ items: "channels", method }),
    write: ({ page, cursor }: ServedPage) => ({
      body: { ok: true, channels: page, response_metadata: { next_cursor: cursor, warnings: [] } },
    }),
    lastCursor: "",
    faults: {
      ...cursorFaults,
      ...pages,
      emptyCursor: "ends",
      errorBody: /answered 200, but with an error that stands for status 401: Slack answered invalid_auth/,
      expiredCursor: EXPIRED,
    },
    errors: {
      errorBody: { status: 200, body: { ok: false, error: "invalid_auth" } },
      expiredCursor: { status: 200, body: { ok: false, error: "invalid_cursor" } },
    },
  } satisfies Omit<ReadyAPI, "request" | "position" | "size">;
  return method === "GET"
    ? queryAPI({ path: "/conversations.list", cursor: "cursor", size: "limit" }, rest)
    : jsonAPI({ json: { types: "im" }, cursor: ["cursor"], size: ["limit"] }, rest);
}

function notionAPI(method: "GET" | "POST"): ReadyAPI {
  const rest = {
    strategy: notion({ method }),
    write: ({ page, cursor, more }: ServedPage) => ({
      body: { object: "list", results: page, next_cursor: cursor, has_more: more, type: "page", page: {} },
    }),
    lastCursor: null,
    faults: { ...cursorFaults, ...pages, contradiction: MORE_ANNOUNCED, expiredCursor: EXPIRED },
    errors: {
      expiredCursor: {
        status: 400,
        body: { object: "error", code: "validation_error", message: "The start_cursor provided is invalid" },
      },
    },
  } satisfies Omit<ReadyAPI, "request" | "position" | "size">;
  return method === "GET"
    ? queryAPI({ path: "/v1/users", cursor: "start_cursor", size: "page_size" }, rest)
    : jsonAPI({ json: { filter: { value: "page" } }, cursor: ["start_cursor"], size: ["page_size"] }, rest);
}

function azureAPI(name: "nextLink" | "@odata.nextLink"): ReadyAPI {
  return queryAPI(
    {
      path: "/subscriptions/s/things",
      cursor: "$skiptoken",
      query: { "api-version": "2025-01-01", $filter: "a eq 'b'" },
    },
    {
      strategy: azure({ next: name, paths: /^\/providers\/things$/ }),
      write: (page) => {
        const { query } = page.request;
        // The link holds the filter already: it must not be sent beside it.
        if (query["$skiptoken"] !== undefined && query["$filter"] !== undefined)
          return { body: { error: {} } };
        if (query["api-version"] !== "2025-01-01") return { body: { error: { code: "MissingApiVersion" } } };
        const url = linkTo(page, { path: "/providers/things", query: { $skiptoken: page.cursor } });
        return { body: { value: page.page, [name]: page.cursor ? url : page.cursor } };
      },
      faults: {
        ...cursorFaults,
        ...pages,
        emptyCursor: "ends",
        foreignLink: ANOTHER_ORIGIN,
        errorBody: NOT_A_LIST,
        expiredCursor: EXPIRED,
      },
      errors: { expiredCursor: { status: 410, body: { error: { code: "resyncRequired" } } } },
    },
  );
}

function googleAPI(names: "camelCase" | "snake_case"): ReadyAPI {
  const isCamel = names === "camelCase";
  return queryAPI(
    {
      path: "/v1/files",
      cursor: isCamel ? "pageToken" : "page_token",
      size: isCamel ? "pageSize" : "page_size",
      query: { filter: "a" },
    },
    {
      strategy: googleAip158({ items: "files", names }),
      write: ({ page, cursor }) => ({
        // proto3: what is empty is left out.
        body: {
          ...(page.length > 0 && { files: page }),
          ...(cursor !== undefined && { [isCamel ? "nextPageToken" : "next_page_token"]: cursor }),
        },
      }),
      faults: {
        ...cursorFaults,
        ...pages,
        emptyCursor: "ends",
        errorBody: NOT_A_LIST,
        expiredCursor: EXPIRED,
      },
      errors: {
        expiredCursor: {
          status: 400,
          body: { error: { code: 400, status: "INVALID_ARGUMENT", message: "The page token is invalid." } },
        },
      },
    },
  );
}

function githubAPI(kind: "array" | "search"): ReadyAPI {
  return {
    ...queryAPI(
      { path: "/repos/o/r/issues", cursor: "page", size: "per_page", query: { state: "all" } },
      {
        strategy: github({ pageSize: { in: "per_page", default: SIZE, max: 100 } }),
        write: (page) => {
          const number = Number(page.request.query["page"] ?? 1);
          const query = { state: "all", per_page: page.size };
          const url = (at: number) =>
            linkTo(page, { path: "/repositories/7/issues", query: { ...query, page: at } });
          const links = [
            number > 1 ? `<${url(number - 1)}>; rel="prev", <${url(1)}>; rel="first"` : "",
            page.cursor ? `<${url(number + 1)}>; rel="next", <${url(99)}>; rel="last"` : "",
          ].filter((text) => text !== "");
          const body =
            kind === "array"
              ? page.page
              : { total_count: page.total, incomplete_results: false, items: page.page };
          return { body, headers: links.length === 0 ? {} : { link: links.join(", ") } };
        },
        faults: {
          // A search says how many items there are.
          ...(kind === "array"
            ? { noCursor: "ends", ...pages }
            : { noCursor: BELOW_TOTAL, emptyPage: BELOW_TOTAL, shortPage: BELOW_TOTAL }),
          foreignLink: ANOTHER_ORIGIN,
          errorBody: /is undefined, not an array or null/,
        },
      },
    ),
    position: ({ query }) => (Number(query["page"] ?? 1) - 1) * Number(query["per_page"] ?? SIZE),
  };
}

const mcpAPI: ReadyAPI = jsonAPI(
  {
    json: { jsonrpc: "2.0", id: 1, method: "tools/list", params: { _meta: { v: 1 } } },
    cursor: ["params", "cursor"],
  },
  {
    strategy: mcp({ list: "tools" }),
    write: ({ page, cursor }) => ({
      body: {
        jsonrpc: "2.0",
        id: 1,
        result: { tools: page, ...(cursor !== undefined && { nextCursor: cursor }) },
      },
    }),
    faults: {
      ...cursorFaults,
      ...pages,
      // An empty text is a cursor like any other.
      emptyCursor: "goesOn",
      errorBody: /stands for status 400: Method not found/,
      expiredCursor: EXPIRED,
    },
    errors: {
      errorBody: {
        status: 200,
        body: { jsonrpc: "2.0", id: 1, error: { code: -32601, message: "Method not found" } },
      },
      expiredCursor: {
        status: 200,
        body: { jsonrpc: "2.0", id: 1, error: { code: -32602, message: "Invalid cursor" } },
      },
    },
  },
);

const shopifyAPI: ReadyAPI = {
  ...jsonAPI(
    { json: {}, cursor: ["variables", "after"] },
    {
      strategy: shopifyGraphql({ connection: ["data", "products"] }),
      write: ({ page, cursor, more }) => ({
        body: {
          data: { products: { nodes: page, pageInfo: { hasNextPage: more, endCursor: cursor } } },
          extensions: { cost: { requestedQueryCost: 3 } },
        },
      }),
      lastCursor: null,
      faults: {
        ...pages,
        nullCursor: "ends",
        noCursor: /Cannot tell whether data.products has more pages/,
        contradiction: MORE_ANNOUNCED,
        errorBody: /stands for status 429: Throttled/,
        expiredCursor: EXPIRED,
      },
      errors: {
        errorBody: {
          status: 200,
          body: { errors: [{ message: "Throttled", extensions: { code: "THROTTLED" } }] },
        },
        expiredCursor: {
          status: 200,
          body: { errors: [{ message: "Invalid cursor for current pagination sort." }] },
        },
      },
    },
  ),
  request: (asked) => ({
    base,
    path: "/graphql.json",
    query: {},
    json: {
      query:
        "query ($first: Int, $after: String) { products(first: $first, after: $after) { nodes { id } } }",
      variables: { first: asked ?? SIZE },
    },
  }),
  size: ({ json }) => valueAt(json, ["variables", "first"]),
};

/** The presets, each with a server as the documentation of its API describes it. */
export const presetServers: Readonly<Record<string, ReadyAPI>> = {
  github: githubAPI("array"),
  "github search": githubAPI("search"),
  stripe: idAPI("stripe", { cursor: "starting_after", isBackward: false }),
  "stripe backward": idAPI("stripe", { cursor: "ending_before", isBackward: true }),
  "stripe search, as its comment says": queryAPI(
    { path: "/v1/customers/search", cursor: "page", size: "limit", query: { query: "name:'a'" } },
    {
      strategy: pageToken({
        hasMore: "has_more",
        from: { body: "next_page" },
        to: "page",
        pageSize: { in: "limit", default: SIZE },
      }),
      write: ({ page, cursor, more }) => ({
        body: { object: "search_result", data: page, next_page: cursor, has_more: more },
      }),
      lastCursor: null,
      faults: { ...cursorFaults, ...pages, contradiction: MORE_ANNOUNCED },
    },
  ),
  "stripe v2, as its comment says": queryAPI(
    { path: "/v2/core/events", cursor: "page" },
    {
      strategy: nextURL({ items: "data", next: "next_page_url", previous: "previous_page_url" }),
      write: ({ page, cursor }) => ({
        body: {
          data: page,
          next_page_url: cursor && `/v2/core/events?page=${cursor}`,
          previous_page_url: null,
        },
      }),
      lastCursor: null,
      faults: { ...cursorFaults, ...pages, errorBody: NOT_A_LIST },
    },
  ),
  openai: idAPI("openai", { cursor: "after", isBackward: false }),
  "openai backward": idAPI("openai", { cursor: "before", isBackward: true }),
  slack: slackAPI("GET"),
  "slack POST": slackAPI("POST"),
  notion: notionAPI("GET"),
  "notion POST": notionAPI("POST"),
  azure: azureAPI("nextLink"),
  "azure (Microsoft Graph)": azureAPI("@odata.nextLink"),
  googleAip158: googleAPI("camelCase"),
  "googleAip158 in snake_case": googleAPI("snake_case"),
  mcp: mcpAPI,
  shopifyGraphql: shopifyAPI,
};
