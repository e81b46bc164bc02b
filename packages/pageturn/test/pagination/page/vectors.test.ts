import { readFileSync } from "node:fs";
import {
  Anthropic,
  AsyncAnthropic,
  AsyncBidirectionalPageCursor,
  AsyncPage,
  type AsyncPageClass,
  AsyncPageCursor,
  AsyncTokenPage,
  type BaseAsyncPage,
  type BasePage,
  type BaseSyncPage,
  type JsonObject,
  type PageInfo,
  PaginationError,
  SyncBidirectionalPageCursor,
  SyncPage,
  type SyncPageClass,
  SyncPageCursor,
  SyncTokenPage,
} from "pageturn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RouteServer, startRouteServer } from "../../servers/route-server.ts";

interface Item {
  readonly id: string;
}

interface Case {
  readonly page: "Page" | "TokenPage" | "PageCursor" | "BidirectionalPageCursor";
  readonly query: JsonObject;
  readonly body: JsonObject;
  readonly items: readonly string[];
  readonly nextPageInfo: PageInfo | null;
  readonly nextQuery: JsonObject | null;
  readonly hasNextPage: boolean;
  readonly hasNextPageStop: boolean;
}

const syncClasses: Readonly<Record<Case["page"], SyncPageClass<BaseSyncPage<Item>>>> = {
  Page: SyncPage,
  TokenPage: SyncTokenPage,
  PageCursor: SyncPageCursor,
  BidirectionalPageCursor: SyncBidirectionalPageCursor,
};
const asyncClasses: Readonly<Record<Case["page"], AsyncPageClass<BaseAsyncPage<Item>>>> = {
  Page: AsyncPage,
  TokenPage: AsyncTokenPage,
  PageCursor: AsyncPageCursor,
  BidirectionalPageCursor: AsyncBidirectionalPageCursor,
};

const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL("../../vectors/pages.json", import.meta.url), "utf8"),
);

let server: RouteServer;

beforeAll(async () => {
  const bodies = cases.map(({ body }, index) => [`/cases/${index}`, JSON.stringify(body)] as const);
  server = await startRouteServer(Object.fromEntries(bodies));
});
afterAll(() => server.close());

/** The query that the server received for this page. */
function received(page: BasePage<Item>): JsonObject {
  return Object.fromEntries(new URL(page.response.headers.get("x-received") ?? "", server.url).searchParams);
}

/** A query as a server receives it: text, and nothing where the value is null. */
function sent(query: JsonObject): JsonObject {
  const values = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(values.map(([name, value]) => [name, String(value)]));
}

function check(page: BasePage<Item>, expected: Case, hasNextPage: boolean): void {
  expect(received(page)).toEqual(sent(expected.query));
  expect(page.getPaginatedItems().map(({ id }) => id)).toEqual(expected.items);
  expect(page.nextPageInfo()).toEqual(expected.nextPageInfo);
  expect(page.hasNextPage()).toBe(hasNextPage);
  expect(JSON.parse(JSON.stringify(page))).toEqual(expected.body);
}

test("there are 256 cases", () => {
  expect(cases).toHaveLength(256);
});

describe.each(["continue", "stop"] as const)('every case holds with emptyPages: "%s"', (emptyPages) => {
  const options = () => ({ baseURL: server.url, apiKey: "key", walk: { emptyPages } });
  const hasNext = (each: Case) => (emptyPages === "stop" ? each.hasNextPageStop : each.hasNextPage);

  test.each(cases.map((each, index) => [index, each] as const))("case %i, sync", (index, each) => {
    const client = new Anthropic(options());
    const page = client.getAPIList(`/cases/${index}`, syncClasses[each.page], { query: each.query });
    check(page, each, hasNext(each));
    if (each.nextQuery === null) expect(() => page.getNextPage()).toThrow(PaginationError);
    else expect(received(page.getNextPage())).toEqual(sent(each.nextQuery));
  });

  test.each(cases.map((each, index) => [index, each] as const))("case %i, async", async (index, each) => {
    const client = new AsyncAnthropic(options());
    const page = await client.getAPIList(`/cases/${index}`, asyncClasses[each.page], { query: each.query });
    check(page, each, hasNext(each));
    if (each.nextQuery === null) await expect(page.getNextPage()).rejects.toThrow(PaginationError);
    else expect(received(await page.getNextPage())).toEqual(sent(each.nextQuery));
  });
});
