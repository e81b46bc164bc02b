import {
  AsyncPaginator,
  CursorExpiredError,
  definePages,
  type PageRequest,
  SyncPaginator,
} from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { statusError } from "../../src/errors/api-status-error.ts";
import { response } from "../pagination/lists/memory-list.ts";
import type { Row } from "../pagination/lists/strategy-apis.ts";
import { rowsOf } from "../pagination/lists/strategy-laws.ts";
import { presetServers } from "./preset-servers.ts";
import { base, type Fault, type ReadyAPI, respond, SIZE } from "./ready-api.ts";
import { strategyServers } from "./strategy-servers.ts";

/** Four full pages. */
const rows = rowsOf(4 * SIZE, true);
/** More pages than a walk takes without new items. */
const longList = rowsOf(10 * SIZE, true);

/** Both lists of an API whose second request meets a fault; a repeated cursor is that of the second page, for ever. */
function lists(api: ReadyAPI, fault: Fault | "repeatedCursor") {
  const requests: PageRequest[] = [];
  const fetch = (request: PageRequest) => {
    requests.push(request);
    const number = requests.length;
    const failure = fault === "expiredCursor" || fault === "errorBody" ? api.errors?.[fault] : undefined;
    if (number === 2 && failure !== undefined && failure.status >= 400) {
      const { status, body } = failure;
      const sent = { method: "GET", url: base + request.path };
      const { error } = body as { error?: { type?: string; message?: string } };
      const message = error?.message ?? JSON.stringify(body);
      throw statusError(message, {
        ...{ status, body, request: sent, headers: new Headers(), requestId: null },
        type: error?.type ?? null,
      });
    }
    if (number === 2 && (failure !== undefined || fault === "errorBody"))
      return { body: failure?.body ?? { message: "Something is wrong" }, response };
    const isRepeated = fault === "repeatedCursor" && number > 2;
    const { body, headers } = respond(api, {
      request: isRepeated ? (requests[1] ?? request) : request,
      rows: fault === "repeatedCursor" ? longList : rows,
      fault: number === 2 && fault !== "repeatedCursor" ? fault : undefined,
    });
    return {
      body: JSON.parse(JSON.stringify(body)),
      response: { ...response, headers: new Headers(headers) },
    };
  };
  const { SyncPage, AsyncPage } = definePages(api.strategy);
  const walk = api.isBackward ? ({ order: "traversal", maxEmptyPages: 5 } as const) : { maxEmptyPages: 5 };
  const source = { request: api.request(), walk };
  return {
    sync: new SyncPaginator(SyncPage<Row>, { ...source, fetch }),
    async: new AsyncPaginator(AsyncPage<Row>, { ...source, fetch: async (request) => fetch(request) }),
    requests,
  };
}

/** What both walks return, and how they end; they have to agree. */
async function run(api: ReadyAPI, fault: Fault | "repeatedCursor") {
  const found: Row[] = [];
  let error: unknown;
  const walk = lists(api, fault).async.items();
  try {
    for await (const row of walk) found.push(row);
  } catch (caught) {
    error = caught;
  }
  const again: Row[] = [];
  const syncWalk = lists(api, fault).sync.items();
  try {
    for (const row of syncWalk) again.push(row);
    expect(error).toBeUndefined();
  } catch (caught) {
    expect(String(caught)).toBe(String(error));
  }
  expect(again).toEqual(found);
  expect(syncWalk.outcome).toEqual(walk.outcome);
  return { found, error, outcome: walk.outcome };
}

describe.each(Object.entries({ ...strategyServers, ...presetServers }))("%s", (_, api) => {
  for (const [name, expected] of Object.entries(api.faults)) {
    // The cast: keys of an object with these keys.
    const fault = name as Fault;
    test(`${fault}: ${expected}`, async () => {
      const { found, error, outcome } = await run(api, fault);
      const last = found.at(-1)?.key;
      if (expected instanceof RegExp) {
        expect(error).toBeInstanceOf(Error);
        expect(String(error)).toMatch(expected);
        expect(outcome).toMatchObject({ reason: "error", complete: false });
        // What came before the fault is not lost.
        expect(found.length).toBeGreaterThan(1);
        expect(found.slice(0, 2)).toEqual(rows.slice(0, 2));
        if (fault === "expiredCursor") expect(error).toBeInstanceOf(CursorExpiredError);
        return;
      }
      expect(error).toBeUndefined();
      expect(outcome).toMatchObject({ reason: "exhausted" });
      expect(new Set(found.map(({ key }) => key)).size).toBe(found.length);
      if (expected === "goesOn") expect(last).toBe(rows.length - 1);
      else expect(last).toBe(fault === "emptyPage" ? SIZE - 1 : 2 * SIZE - 1);
    });
  }

  test("repeatedCursor: a cycle, or pages with nothing new", async () => {
    const { error } = await run(api, "repeatedCursor");
    expect(String(error)).toMatch(/already requested|without new items/);
  });

  test("an error page of another server is never the end of the list", () => {
    for (const body of [
      { error: { message: "no" } },
      { message: "no" },
      { status: "error", code: 7 },
      "text",
      null,
    ]) {
      const { SyncPage } = definePages(api.strategy);
      const list = new SyncPaginator(SyncPage<Row>, {
        request: api.request(),
        fetch: () => ({ body, response }),
      });
      expect(() => list.toArray()).toThrow(Error);
      expect(() => list.toArray()).not.toThrow(TypeError);
    }
  });
});

test("every strategy and preset states what an empty page leads to", () => {
  for (const { faults } of Object.values({ ...strategyServers, ...presetServers }))
    expect(faults.emptyPage).toBeDefined();
});
