import { AsyncPaginator, AsyncTokenPage, type Checkpoint, splitAt } from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { response } from "../lists/memory-list.ts";

const PAGES = 50;
const SIZE = 4;

/** A list of 50 pages of 4 numbers, and the pages that were requested. */
function fiftyPages() {
  const requested: number[] = [];
  const list = () =>
    new AsyncPaginator<number, AsyncTokenPage<number>>(AsyncTokenPage, {
      request: { path: "/v1/list", query: {} },
      fetch: async ({ query }) => {
        const page = Number(query["page_token"] ?? 0);
        requested.push(page);
        await new Promise((resolve) => setImmediate(resolve));
        const data = Array.from({ length: SIZE }, (_, index) => page * SIZE + index);
        return { body: { data, next_page: page + 1 < PAGES ? String(page + 1) : null }, response };
      },
    });
  return { list, requested };
}

async function checkpointsAfter(counts: readonly number[]): Promise<Checkpoint[]> {
  const walk = fiftyPages().list().items();
  const places: Checkpoint[] = [];
  let count = 0;
  for await (const _ of walk) if (counts.includes(++count)) places.push(walk.checkpoint);
  return places;
}

const all = Array.from({ length: PAGES * SIZE }, (_, index) => index);
const inOrder = (one: number, other: number) => one - other;

describe.each([1, 2, 3, 4, 5, 8])("splitAt with a concurrency of %i", (concurrency) => {
  test.each([0, 1, 3, 100])(
    "requests each page once and joins all segments, with prefetch %i",
    async (prefetch) => {
      const places = await checkpointsAfter([10, 20, 30, 40].map((page) => page * SIZE));
      const { list, requested } = fiftyPages();
      const walk = splitAt(list(), places, { concurrency, prefetch });
      const found: number[] = [];
      for await (const item of walk) found.push(item);
      expect(found).toEqual(all);
      expect(requested.toSorted(inOrder)).toEqual(Array.from({ length: PAGES }, (_, page) => page));
      expect(walk.outcome).toMatchObject({ complete: true, segments: { joined: 4, skipped: 0 } });
    },
  );
});

test("a segment inside a page costs one request more, and items without ids are joined at it", async () => {
  const places = await checkpointsAfter([2 * SIZE + 1]);
  for (const concurrency of [1, 2]) {
    const { list, requested } = fiftyPages();
    const walk = splitAt(list(), places, { concurrency });
    const found: number[] = [];
    for await (const item of walk) found.push(item);
    expect(found).toEqual(all);
    // Bare numbers are not recognised: the segment is walked on, and nothing is lost or repeated.
    expect(requested.length).toBeGreaterThanOrEqual(PAGES);
  }
});
