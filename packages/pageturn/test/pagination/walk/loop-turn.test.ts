import { afterEach, expect, test, vi } from "vitest";
import { AsyncPaginator } from "../../../src/pagination/list/async-paginator.ts";
import { AsyncPage } from "../../../src/pagination/list/page-classes.ts";
import { loopTurn } from "../../../src/pagination/walk/base-async-walk.ts";
import type { AsyncListSource } from "../../../src/pagination/walk/walk-options.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

const response = { status: 200, headers: new Headers(), requestId: null, url: "", durationMs: 0 };

test("what is fetched ahead has left before the consumer can block the thread", async () => {
  const left: number[] = [];
  let asked = 0;
  const source: AsyncListSource = {
    request: { path: "/v1/models", query: {} },
    fetch: async () => {
      asked += 1;
      const page = asked;
      // As undici does it: an idle connection is only written to when the event loop has turned.
      await new Promise<void>((resolve) => setImmediate(resolve));
      left.push(page);
      const id = `item_${page}`;
      return { body: { data: [{ id }], has_more: page < 4, first_id: id, last_id: id }, response };
    },
  };
  const seen: number[] = [];
  for await (const _ of new AsyncPaginator(AsyncPage, source).items({ prefetch: 1 })) seen.push(left.length);
  expect(seen).toEqual([2, 3, 4, 4]);
});

test("waits for one turn of the event loop", async () => {
  const turns: string[] = [];
  setImmediate(() => turns.push("earlier"));
  await loopTurn();
  expect(turns).toEqual(["earlier"]);
});

test("does not wait in a browser, where nothing holds a request back", async () => {
  vi.resetModules();
  vi.stubGlobal("setImmediate", undefined);
  const { loopTurn: inBrowser } = await import("../../../src/pagination/walk/base-async-walk.ts");
  await expect(inBrowser()).resolves.toBeUndefined();
});
