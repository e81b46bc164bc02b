import fc from "fast-check";
import { expect, test } from "vitest";
import { FilteredList } from "../../../src/testing/data/filtered-list.ts";
import type { ItemList } from "../../../src/testing/data/item-list.ts";
import { noChanges } from "../../../src/testing/data/list-changes.ts";
import { mixHash } from "../../../src/testing/data/position-code.ts";
import { ServedList } from "../../../src/testing/data/served-list.ts";
import { SortedList } from "../../../src/testing/data/sorted-list.ts";
import { testEndpoints } from "../../../src/testing/test-endpoints.ts";

const [endpoint] = testEndpoints;
if (endpoint === undefined) throw new Error("no test endpoint");

function served(count: number, reversed: boolean): ServedList {
  const now = Date.UTC(2026, 9, 1);
  const options = {
    seed: 1,
    params: {},
    count,
    reversed,
    itemBytes: 0,
    cacheKey: "",
    now,
    changes: noChanges(),
  };
  return new ServedList(endpoint as NonNullable<typeof endpoint>, options);
}

const itemsOf = (list: ItemList) =>
  Array.from({ length: list.count }, (_, position) => list.itemJson(position));

const filter = fc.record({
  count: fc.nat(3_000),
  reversed: fc.boolean(),
  /** One item of so many matches. */
  rarity: fc.integer({ min: 1, max: 2_000 }),
  key: fc.nat(),
  ends: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
});

test("a filtered list has the matches of its range, in order, and its cursors lead to them from both sides", () => {
  fc.assert(
    fc.property(filter, fc.nat(), ({ count, reversed, rarity, key, ends }, seed) => {
      const all = served(count, reversed);
      const [from = 0, to = 0] = ends.map((end) => Math.floor(end * count)).sort((a, b) => a - b);
      const matches = (position: number) => mixHash(position, key) % rarity === 0;
      const make = () => new FilteredList(all, { from, to, matches }, "");
      const wanted = itemsOf(all).filter(
        (_, position) => position >= from && position < to && matches(position),
      );
      expect(itemsOf(make())).toEqual(wanted);

      const place = seed % (wanted.length + 1);
      const list = make();
      expect(list.readToken(list.token({ position: place, salt: 3 }, "forward"))).toEqual({
        direction: "forward",
        mark: { position: place, salt: 3 },
      });
      expect(list.upTo(place)).toBe(place);
      expect(list.upTo(wanted.length + 5)).toBe(wanted.length);
      if (place === wanted.length) return;
      const id = list.idAt({ position: place, salt: 0 });
      expect(list.findId(id)?.position).toBe(place);
      expect(list.placeOf(id, "after")?.position).toBe(place + 1);
      expect(list.placeOf(id, "before")?.position).toBe(place);
    }),
    { numRuns: 300 },
  );
});

test("a filtered list counts no further than it is asked to", () => {
  let looked = 0;
  const list = new FilteredList(
    served(100_000_000, false),
    { from: 0, to: 100_000_000, matches: (position) => ++looked > 0 && position % 3 === 0 },
    "",
  );
  expect(list.upTo(100)).toBe(100);
  expect(looked).toBeLessThan(1_000);
});

test("a sorted list has all items by their values, and its cursors lead to them", () => {
  fc.assert(
    fc.property(fc.nat(300), fc.boolean(), fc.nat(), (count, descends, key) => {
      const all = served(count, false);
      const valueAt = (position: number) => mixHash(position, key) % 20;
      const list = new SortedList(all, { valueAt, descends, filters: "", cacheKey: "" });
      const positions = Array.from({ length: count }, (_, position) => position);
      const sorted = positions.toSorted((a, b) => valueAt(a) - valueAt(b));
      if (descends) sorted.reverse();
      expect(itemsOf(list)).toEqual(sorted.map((position) => all.itemJson(position)));
      for (const position of [0, count >> 1, count - 1].filter((each) => each >= 0 && each < count)) {
        expect(list.placeOf(list.idAt({ position, salt: 0 }), "after")?.position).toBe(position + 1);
        expect(list.readToken(list.token({ position, salt: 0 }, "backward"))?.mark.position).toBe(position);
      }
    }),
    { numRuns: 100 },
  );
});
