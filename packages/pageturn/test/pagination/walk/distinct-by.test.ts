import { fc, test } from "@fast-check/vitest";
import { AsyncPage, AsyncPaginator, SyncPaginator, SyncTokenPage } from "pageturn/pagination";
import { describe, expect } from "vitest";
import { resumeAt } from "../../../src/pagination/checkpoint/resume.ts";
import { openFirst, scripted } from "../lists/scripted-list.ts";

const request = { path: "/v1/list", query: { limit: 3 } };

/** The pages of a list of any items, three to a page. */
function pagesOf(items: readonly unknown[]) {
  return {
    request,
    answer: (asked: { readonly query: Readonly<Record<string, unknown>> }) => {
      const start = Number(asked.query["page_token"] ?? 0);
      return {
        data: items.slice(start, start + 3),
        next_page: start + 3 < items.length ? String(start + 3) : null,
      };
    },
  };
}

describe("distinctBy", () => {
  const anyItems = fc.array(fc.record({ key: fc.nat({ max: 5 }), nth: fc.nat() }), { maxLength: 30 });
  const distinctBy = ({ key }: { readonly key: number }) => key;

  test.prop([anyItems])("drops what came before, and counts it", (items) => {
    const page = openFirst(SyncTokenPage<(typeof items)[number]>, pagesOf(items));
    const firsts = items.filter(({ key }, index) => items.findIndex((each) => each.key === key) === index);
    const walk = page.items({ distinctBy });
    expect([...walk]).toEqual(firsts);
    const duplicates = items.length - firsts.length;
    expect(walk.outcome).toMatchObject({ items: firsts.length, duplicates, complete: true });
  });

  test.each([undefined, null])("keeps every item whose key is %s", (key) => {
    const walk = openFirst(SyncTokenPage<number>, pagesOf([1, 2, 3, 4])).items({ distinctBy: () => key });
    expect([...walk]).toEqual([1, 2, 3, 4]);
    expect(walk.outcome).toMatchObject({ duplicates: 0, complete: true });
  });

  test.prop([anyItems, fc.nat({ max: 7 })])(
    "is bounded by maxItems after the dropping",
    (items, maxItems) => {
      const page = openFirst(SyncTokenPage<(typeof items)[number]>, pagesOf(items));
      const all = page.toArray({ distinctBy });
      expect(page.toArray({ distinctBy, maxItems })).toEqual(all.slice(0, maxItems));
    },
  );

  test.prop([anyItems, fc.nat({ max: 9 })])(
    "leaves a checkpoint behind the last item handed out, whatever was dropped before it",
    (items, count) => {
      const script = pagesOf(items);
      const Page = SyncTokenPage<(typeof items)[number]>;
      const walk = openFirst(Page, script).items({ distinctBy });
      let place = -1;
      for (let taken = 0; taken < count; taken++) {
        const { value } = walk.next();
        if (value !== undefined) place = items.findIndex(({ key }) => key === value.key);
      }
      const start = resumeAt(request, walk.checkpoint, Page.prototype.strategy);
      const { sync } = scripted({ ...script, start });
      const rest = new SyncPaginator(Page, sync).firstPage().toArray({ distinctBy });
      // The resumed walk begins with an empty memory, right behind that item or, where only repeats follow on its
      // page, behind the page.
      const seen = new Set(items.slice(0, place + 1).map(distinctBy));
      const pageEnd = Math.ceil((place + 1) / 3) * 3;
      const isPageDone = items.slice(place + 1, pageEnd).every(({ key }) => seen.has(key));
      const left = items.slice(walk.outcome === null ? (isPageDone ? pageEnd : place + 1) : items.length);
      expect(rest).toEqual(left.filter(({ key }, at) => left.findIndex((each) => each.key === key) === at));
    },
  );

  test("looks back as far as 10,000 keys, and no further", () => {
    const keys = [...Array.from({ length: 10_001 }, (_, key) => key), 10_000, 1, 0];
    const page = openFirst(SyncTokenPage<number>, { answer: () => ({ data: keys }) });
    const walk = page.items({ distinctBy: (key) => key });
    const items = [...walk];
    expect(items.slice(-2)).toEqual([10_000, 0]);
    expect(walk.outcome).toMatchObject({ items: 10_002, duplicates: 2 });
  });

  test("that throws drops nothing: a second call finds the page as new", async () => {
    let calls = 0;
    const requests: number[] = [];
    const { async } = scripted({ answer: () => ({ data: [1, 2, 3], has_more: false }) });
    const walk = new AsyncPaginator<number, AsyncPage<number>>(AsyncPage, async).items({
      distinctBy: (item) => {
        calls += 1;
        if (calls === 3) throw new Error("no key");
        return item;
      },
      onPage: (_, progress) => requests.push(progress.requests),
    });
    await expect(walk.next()).rejects.toThrow("no key");
    const items = [];
    for await (const item of walk) items.push(item);
    expect(items).toEqual([1, 2, 3]);
    expect(walk.outcome).toMatchObject({ duplicates: 0, complete: true });
    expect(requests).toEqual([2]);
  });
});
