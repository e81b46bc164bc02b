import { fc, test } from "@fast-check/vitest";
import { AsyncPaginator, AsyncTokenPage, ConfigurationError, SyncTokenPage } from "pageturn/pagination";
import { describe, expect } from "vitest";
import { openFirst, scripted } from "../lists/scripted-list.ts";

const request = { path: "/v1/list", query: { limit: 3 } };

/** The pages of a list of numbers, three to a page. `asked` takes the cursors that are requested. */
function pagesOf(items: readonly number[], asked: unknown[] = []) {
  const answer = ({ query }: { readonly query: Readonly<Record<string, unknown>> }) => {
    asked.push(query["page_token"]);
    const start = Number(query["page_token"] ?? 0);
    const next_page = start + 3 < items.length ? String(start + 3) : null;
    return { data: items.slice(start, start + 3), next_page };
  };
  return { request, answer };
}

const numbers = fc.array(fc.nat({ max: 9 }), { maxLength: 20 });
const anyOptions = fc.record(
  {
    stop: fc.nat({ max: 9 }),
    maxItems: fc.nat({ max: 12 }),
    prefetch: fc.nat({ max: 1 }),
  },
  { requiredKeys: ["stop"] },
);

/** What a loop with a `break` would return. */
function expected(items: readonly number[], { stop, includes, most = Number.POSITIVE_INFINITY }: Ending) {
  const at = items.indexOf(stop);
  const end = at < 0 ? items.length : at + (includes ? 1 : 0);
  return { values: items.slice(0, Math.min(end, most)), isStopped: at >= 0 && most > 0 && end <= most };
}

interface Ending {
  readonly stop: number;
  readonly includes: boolean;
  readonly most?: number | undefined;
}

describe.each(["while", "until"] as const)("%s", (name) => {
  const includes = name === "until";
  const optionOf = (stop: number) =>
    includes ? { until: (item: number) => item === stop } : { while: (item: number) => item !== stop };

  test.prop([numbers, anyOptions])(
    "ends a walk where a loop would, sync and async",
    async (items, asking) => {
      const { stop, ...bounds } = asking;
      const { values, isStopped } = expected(items, { stop, includes, most: bounds.maxItems });
      const options = { ...bounds, ...optionOf(stop) };
      const sync = openFirst(SyncTokenPage<number>, pagesOf(items)).items(options);
      expect([...sync]).toEqual(values);
      const list = new AsyncPaginator<number>(AsyncTokenPage<number>, scripted(pagesOf(items)).async);
      const async = list.items(options);
      const found: number[] = [];
      for await (const item of async) found.push(item);
      expect(found).toEqual(values);
      expect(async.outcome).toEqual(sync.outcome);
      // Where both would end it at the same place, the page of the item that `while` excludes may not be requested at all.
      if (values.length === bounds.maxItems) expect(["maxItems", name]).toContain(sync.outcome?.reason);
      else expect(sync.outcome?.reason === name).toBe(isStopped);
    },
  );

  test.prop([numbers, fc.nat({ max: 9 })])(
    "leaves a checkpoint behind the last item returned",
    (items, stop) => {
      const walk = openFirst(SyncTokenPage<number>, pagesOf(items)).items(optionOf(stop));
      const before = [...walk];
      const rest = openFirst(SyncTokenPage<number>, pagesOf(items)).toArray({ resumeFrom: walk.checkpoint });
      expect([...before, ...rest]).toEqual(items);
    },
  );

  test("requests nothing behind the page of the end, and is complete only at the end of the list", () => {
    const asked: unknown[] = [];
    const pages = pagesOf([1, 2, 3, 4, 5, 6, 7, 8, 9], asked);
    const walk = openFirst(SyncTokenPage<number>, pages).items(optionOf(5));
    expect([...walk]).toEqual(includes ? [1, 2, 3, 4, 5] : [1, 2, 3, 4]);
    expect(asked).toEqual([undefined, "3"]);
    expect(walk.outcome).toMatchObject({ reason: name, complete: false, pages: 2 });
    const last = openFirst(SyncTokenPage<number>, pagesOf([1, 2])).items(optionOf(2));
    expect([...last]).toEqual(includes ? [1, 2] : [1]);
    expect(last.outcome).toMatchObject({ reason: name, complete: includes });
  });

  test("ends a walk by pages with the page of that item", () => {
    const walk = openFirst(SyncTokenPage<number>, pagesOf([1, 2, 3, 4, 5, 6, 7])).iterPages(optionOf(5));
    expect([...walk].map(({ data }) => data)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(walk.outcome).toMatchObject({ reason: name, complete: false });
  });

  test("is switched off by null, as a default of the list is", () => {
    const page = openFirst(SyncTokenPage<number>, { ...pagesOf([1, 2, 3, 4]), walk: optionOf(2) as object });
    expect(page.toArray()).toEqual(includes ? [1, 2] : [1]);
    expect(page.toArray({ [name]: null })).toEqual([1, 2, 3, 4]);
  });

  test("must be a function", () => {
    const page = openFirst(SyncTokenPage<number>, pagesOf([1]));
    expect(() => page.items({ [name]: 5 } as object)).toThrow(ConfigurationError);
    expect(() => page.items({ [name]: 5 } as object)).toThrow(
      new RegExp(`option ${name} as it must be a function`),
    );
  });
});

test("an error of the function is the caller's, and next() asks again", () => {
  let isBroken = true;
  const until = (item: number) => {
    if (isBroken && item === 4) throw new RangeError("mine");
    return false;
  };
  const walk = openFirst(SyncTokenPage<number>, pagesOf([1, 2, 3, 4])).items({ until });
  for (const item of [1, 2, 3]) expect(walk.next().value).toBe(item);
  expect(() => walk.next()).toThrow("mine");
  isBroken = false;
  expect([...walk]).toEqual([4]);
});
