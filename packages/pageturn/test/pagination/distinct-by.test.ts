import { fc, test } from "@fast-check/vitest";
import { AsyncPage, AsyncPaginator, openSyncPage, SyncTokenPage } from "pageturn/pagination";
import { describe, expect } from "vitest";
import { resumeAt } from "../../src/pagination/resume.ts";
import { openFirst, scripted } from "./scripted-list.ts";

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

  test.prop([anyItems, fc.nat({ max: 7 })])(
    "is bounded by maxItems after the dropping",
    (items, maxItems) => {
      const page = openFirst(SyncTokenPage<(typeof items)[number]>, pagesOf(items));
      const all = page.toArray({ distinctBy });
      expect(page.toArray({ distinctBy, maxItems })).toEqual(all.slice(0, maxItems));
    },
  );

  test.prop([fc.uniqueArray(fc.nat({ max: 50 }), { maxLength: 20 }), fc.nat({ max: 9 })])(
    "leaves a checkpoint behind the last item handed out, not behind those dropped before the next",
    (keys, count) => {
      const items = keys.flatMap((key) => [{ key }, { key }]);
      const script = pagesOf(items);
      const walk = openFirst(SyncTokenPage<{ key: number }>, script).items({ distinctBy });
      const seen = [];
      for (let taken = 0; taken < count; taken++)
        seen.push(...(walk.next().value === undefined ? [] : [taken]));
      const start = resumeAt(request, walk.checkpoint, SyncTokenPage.prototype.pageKind);
      const { sync } = scripted({ ...script, start });
      const rest = openSyncPage(SyncTokenPage<{ key: number }>, sync, start?.request ?? request).toArray({
        distinctBy,
      });
      // Its memory is of one walk: the twin of the last item may come once more, and is the same item.
      const keysOfRest = rest.map(({ key }) => key).filter((key) => key !== keys[seen.length - 1]);
      expect(keysOfRest).toEqual(keys.slice(seen.length));
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
    const { async } = scripted({ answer: () => ({ data: [1, 2, 3], has_more: false }) });
    const walk = new AsyncPaginator<number, AsyncPage<number>>(AsyncPage, async).items({
      distinctBy: (item) => {
        calls += 1;
        if (calls === 3) throw new Error("no key");
        return item;
      },
    });
    await expect(walk.next()).rejects.toThrow("no key");
    const items = [];
    for await (const item of walk) items.push(item);
    expect(items).toEqual([1, 2, 3]);
    expect(walk.outcome).toMatchObject({ duplicates: 0, complete: true });
  });
});
