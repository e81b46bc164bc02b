import { fc, test } from "@fast-check/vitest";
import {
  AsyncPaginator,
  type Checkpoint,
  CheckpointError,
  definePages,
  type PageRequest,
  SyncPaginator,
  type WalkOptions,
} from "pageturn/pagination";
import { describe, expect } from "vitest";
import { resumeAt } from "../../../src/pagination/checkpoint/resume.ts";
import { response } from "./memory-list.ts";
import type { Row, StrategyAPI } from "./strategy-apis.ts";

interface Asking {
  readonly api: StrategyAPI;
  readonly rows: readonly Row[];
  readonly size?: number | undefined;
  readonly resumeFrom?: Checkpoint | undefined;
  readonly walk?: WalkOptions;
  readonly answer?: StrategyAPI["answer"];
}

/** Both lists of an API, with the requests that they sent. */
export function lists({ api, rows, size, resumeFrom, walk = api.walk, answer = api.answer }: Asking) {
  const { SyncPage, AsyncPage } = definePages(api.strategy);
  const requests: PageRequest[] = [];
  const request = api.request(size);
  const start = resumeFrom && resumeAt(request, resumeFrom, api.strategy);
  const fetch = (asked: PageRequest) => {
    requests.push(asked);
    const { body, headers } = answer(asked, rows);
    return {
      body: JSON.parse(JSON.stringify(body)),
      response: { ...response, headers: new Headers(headers) },
    };
  };
  const source = { request, start, walk };
  const sync = new SyncPaginator(SyncPage<Row>, { ...source, fetch });
  const async = new AsyncPaginator(AsyncPage<Row>, { ...source, fetch: async (asked) => fetch(asked) });
  return { sync, async, requests };
}

/** The items of a list, in the order in which a walk returns them. */
export function rowsOf(count: number, hasIds = false): Row[] {
  return Array.from({ length: count }, (_, key) => (hasIds ? { key, id: `id_${key}` } : { key }));
}

const anySize = fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined });
export const copy = (checkpoint: Checkpoint): Checkpoint => JSON.parse(JSON.stringify(checkpoint));

/** The laws of a walk, over one API. */
export function checkLaws(name: string, api: StrategyAPI): void {
  describe(`the strategy of ${name}`, () => {
    test.prop([fc.nat(14), anySize])(
      "returns every item once, in order, and knows that it is complete",
      async (count, size) => {
        const rows = rowsOf(count, api.hasIds);
        const { sync, async } = lists({ api, rows, size });
        const walk = async.items();
        const found: Row[] = [];
        for await (const row of walk) found.push(row);
        expect(found).toEqual(rows);
        expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true, items: count });
        const syncWalk = sync.items({ prefetch: 1 });
        expect([...syncWalk]).toEqual(rows);
        expect(syncWalk.outcome).toEqual(walk.outcome);
        const inOrder = (data: Row[]) => (api.walk?.order === "traversal" ? data.toReversed() : data);
        expect([...sync.pages()].flatMap(({ data }) => inOrder(data))).toEqual(rows);
      },
    );

    test.prop([fc.nat(12), anySize, anySize, fc.nat(12)])(
      "is resumed after any item, with another page size too",
      async (count, size, otherSize, taken) => {
        const rows = rowsOf(count, api.hasIds);
        const walk = lists({ api, rows, size }).sync.items();
        for (let index = 0; index < taken; index++) walk.next();
        const resumeFrom = copy(walk.checkpoint);
        const rest = lists({ api, rows, size: otherSize, resumeFrom });
        expect(rest.sync.toArray()).toEqual(rows.slice(taken));
        expect(await rest.async.toArray()).toEqual(rows.slice(taken));
        expect(lists({ api, rows, size: otherSize }).sync.toArray({ resumeFrom })).toEqual(rows.slice(taken));
      },
    );

    test.prop([fc.nat(12), anySize, fc.integer({ min: 1, max: 12 })])(
      "maxItems returns the first items, and the walk is resumed after them",
      (count, size, maxItems) => {
        const rows = rowsOf(count, api.hasIds);
        const { sync } = lists({ api, rows, size });
        const walk = sync.items({ maxItems });
        expect([...walk]).toEqual(rows.slice(0, maxItems));
        expect(sync.toArray({ resumeFrom: copy(walk.checkpoint) })).toEqual(rows.slice(maxItems));
      },
    );

    test.prop([fc.nat(12), anySize])(
      "does not depend on what the program makes of the items it has",
      async (count, size) => {
        const rows = rowsOf(count, api.hasIds);
        const take = ({ data }: { data: Row[] }): Row[] => {
          if (api.walk?.order === "traversal") data.reverse();
          return data.splice(0).map((row) => {
            const taken = { ...row };
            for (const name of Object.keys(row)) Reflect.deleteProperty(row, name);
            return taken;
          });
        };
        const { sync, async } = lists({ api, rows, size });
        const walk = async.pages();
        const found: Row[] = [];
        for await (const page of walk) found.push(...take(page));
        expect(found).toEqual(rows);
        expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true, items: count });
        const foundSync: Row[] = [];
        for (const page of sync.pages()) foundSync.push(...take(page));
        expect(foundSync).toEqual(rows);
        const byHand: Row[] = [];
        let page = lists({ api, rows, size }).sync.firstPage();
        byHand.push(...take(page));
        while (page.hasNextPage()) {
          page = page.getNextPage();
          byHand.push(...take(page));
        }
        expect(byHand).toEqual(rows);
      },
    );

    test("a server that always answers the second page is a cycle, or pages with nothing new", () => {
      const rows = rowsOf(12, api.hasIds);
      const second = lists({ api, rows, size: 3 });
      [...second.sync.pages({ maxPages: 2 })];
      const request = second.requests[1];
      if (request === undefined) throw new Error("no second page");
      const { sync } = lists({ api, rows, size: 3, answer: () => api.answer(request, rows) });
      expect(() => sync.toArray({ maxEmptyPages: 2 })).toThrow(/already requested|without new items/);
    });

    test("a checkpoint does not move to another filter, header or path", () => {
      const rows = rowsOf(9, api.hasIds);
      const walk = lists({ api, rows }).sync.items();
      for (let index = 0; index < 4; index++) walk.next();
      const genuine = JSON.parse(JSON.stringify(walk.checkpoint));
      const forgeries = [
        { query: { admin: "1" } },
        { headers: { authorization: "x" } },
        { path: "/secrets" },
        { path: "/archive/1/../../secrets" },
        { json: [[["filter", "kind"], "y"]] },
        { json: [[[], "y"]] },
        { json: {} },
        { json: ["y"] },
      ];
      for (const forged of forgeries) {
        const resumeFrom = { ...genuine, at: { ...genuine.at, ...forged } };
        expect(() => lists({ api, rows }).sync.items({ resumeFrom })).toThrow(CheckpointError);
      }
    });
  });
}
