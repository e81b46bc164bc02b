import { fc, test } from "@fast-check/vitest";
import type { Checkpoint, WalkOptions } from "pageturn/pagination";
import { describe, expect } from "vitest";
import { type Asking, MemoryList } from "../lists/memory-list.ts";
import { anyLimit, anyModel, END, type Item, itemsOf, type Model } from "../lists/model-list.ts";

/** The law is about every place of every list: it is worth more runs than the others. */
const numRuns = 1000;

/** A list in either direction, with the options of its walks. */
interface Walked {
  readonly model: Model;
  readonly query: Asking["query"];
  readonly options: WalkOptions<Item>;
  readonly expected: readonly Item[];
}

const anyWalked: fc.Arbitrary<Walked> = fc
  .record({ model: anyModel(16), backward: fc.boolean(), prefetch: fc.nat({ max: 1 }) })
  .map(({ model, backward, prefetch }) =>
    backward
      ? {
          model: { ...model, kind: "ids" },
          query: { before_id: END, order: "asc" },
          options: { order: "traversal", prefetch },
          expected: itemsOf(model).toReversed(),
        }
      : { model, query: { order: "asc" }, options: { prefetch }, expected: itemsOf(model) },
  );

/** As a checkpoint comes back from wherever it was kept. */
function kept(checkpoint: Checkpoint): Checkpoint {
  return JSON.parse(JSON.stringify(checkpoint));
}

describe("resuming after any item goes on as if the walk had not been interrupted", () => {
  test.prop([anyWalked, anyLimit, anyLimit], { numRuns })("sync", (walked, limit, newLimit) => {
    const { model, query, options, expected } = walked;
    const walk = new MemoryList(model, { query: { ...query, limit } }).sync().items(options);
    for (let taken = 0; ; taken++) {
      const again = { query: { ...query, limit: newLimit }, resumeFrom: kept(walk.checkpoint) };
      expect(new MemoryList(model, again).sync().toArray(options)).toEqual(expected.slice(taken));
      if (walk.next().done) break;
    }
    expect(walk.outcome).toMatchObject({ complete: true, items: expected.length });
  });

  test.prop([anyWalked, anyLimit, anyLimit], { numRuns })("async", async (walked, limit, newLimit) => {
    const { model, query, options, expected } = walked;
    const walk = new MemoryList(model, { query: { ...query, limit } }).async().items(options);
    for (let taken = 0; ; taken++) {
      const again = { query: { ...query, limit: newLimit }, resumeFrom: kept(walk.checkpoint) };
      expect(await new MemoryList(model, again).async().toArray(options)).toEqual(expected.slice(taken));
      if ((await walk.next()).done) break;
    }
    expect(walk.outcome).toMatchObject({ complete: true, items: expected.length });
  });
});

/** Where a walk is ended: after so many items, by `maxItems` or by leaving the loop, and resumed with a limit. */
const anyEnds = fc.array(fc.record({ count: fc.nat({ max: 5 }), limit: anyLimit, bounded: fc.boolean() }));

describe("a walk that is ended and resumed any number of times gives each item once, in order", () => {
  test.prop([anyWalked, anyEnds], { numRuns })("sync", ({ model, query, options, expected }, ends) => {
    const seen: Item[] = [];
    let resumeFrom: Checkpoint | undefined;
    for (const { count, limit, bounded } of ends) {
      const asking = { query: { ...query, limit }, ...(resumeFrom && { resumeFrom }) };
      const bound = bounded ? { maxItems: count } : {};
      const walk = new MemoryList(model, asking).sync().items({ ...options, ...bound });
      seen.push(...take(walk, count));
      resumeFrom = kept(walk.checkpoint);
    }
    const last = new MemoryList(model, { query: { ...query }, ...(resumeFrom && { resumeFrom }) });
    expect([...seen, ...last.sync().toArray(options)]).toEqual(expected);
  });

  test.prop([anyWalked, anyEnds], { numRuns })("async", async ({ model, query, options, expected }, ends) => {
    const seen: Item[] = [];
    let resumeFrom: Checkpoint | undefined;
    for (const { count, limit, bounded } of ends) {
      const asking = { query: { ...query, limit }, ...(resumeFrom && { resumeFrom }) };
      const bound = bounded ? { maxItems: count } : {};
      const walk = new MemoryList(model, asking).async().items({ ...options, ...bound });
      for (let taken = 0; taken < count; taken++) {
        const { value } = await walk.next();
        if (value !== undefined) seen.push(value);
      }
      resumeFrom = kept(walk.checkpoint);
      await walk.return();
    }
    const last = new MemoryList(model, { query: { ...query }, ...(resumeFrom && { resumeFrom }) });
    expect([...seen, ...(await last.async().toArray(options))]).toEqual(expected);
  });
});

test.prop([anyModel(), anyLimit])("a walk by pages is resumed behind any page", (model, limit) => {
  const asking = { query: { limit } };
  const pages = [...new MemoryList(model, asking).sync().iterPages()].map(({ data }) => data);
  const walk = new MemoryList(model, asking).sync().iterPages();
  for (let taken = 1; !walk.next().done; taken++) {
    const resumed = new MemoryList(model, { ...asking, resumeFrom: kept(walk.checkpoint) })
      .sync()
      .iterPages();
    const rest = [...resumed].map(({ data }) => data);
    // An empty last page has no item to stand behind: it comes again, and brings nothing.
    if (taken < pages.length || rest.length > 0) {
      expect(rest).toEqual(pages.slice(Math.min(taken, pages.length - 1)));
      expect(rest.flat()).toEqual(pages.slice(taken).flat());
    }
  }
});

function take(walk: Iterator<Item, undefined>, count: number): Item[] {
  const items: Item[] = [];
  for (let taken = 0; taken < count; taken++) {
    const { value } = walk.next();
    if (value !== undefined) items.push(value);
  }
  return items;
}
