import { fc, test } from "@fast-check/vitest";
import {
  AsyncPage,
  AsyncPaginator,
  type Checkpoint,
  CheckpointError,
  SyncPage,
  SyncPaginator,
} from "pageturn/pagination";
import { describe, expect } from "vitest";
import { response } from "../lists/memory-list.ts";

interface Event {
  readonly id: string;
}

/** A feed, newest first, that is walked toward its newest item: backward, from `ev10`. */
class Feed {
  /** Event numbers, oldest first. */
  events: readonly number[];

  constructor(events: readonly number[]) {
    this.events = events;
  }

  answer(query: Readonly<Record<string, unknown>>) {
    const before = Number(String(query["before_id"]).slice(2));
    const newer = this.events.filter((event) => event > before);
    const shown = newer.slice(0, Number(query["limit"])).reverse();
    const data = shown.map((event): Event => ({ id: `ev${event}` }));
    const has_more = newer.length > shown.length;
    return { data, has_more, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
  }

  lists(limit: number) {
    const request = { path: "/feed", query: { before_id: "ev10", limit } };
    const fetch = ({ query }: typeof request) => ({ body: this.answer(query), response });
    // The cast: the requests of this list have the parameters of the first one.
    const source = { request, fetch: fetch as never };
    return {
      sync: new SyncPaginator<Event, SyncPage<Event>>(SyncPage, source),
      async: new AsyncPaginator<Event, AsyncPage<Event>>(AsyncPage, {
        request,
        fetch: async (asked) => fetch(asked as typeof request),
      }),
    };
  }
}

const copy = (checkpoint: Checkpoint): Checkpoint => JSON.parse(JSON.stringify(checkpoint));
const ids = (events: readonly Event[]) => events.map(({ id }) => id);

describe("a newest-first feed that is polled backward from its own checkpoint", () => {
  test("returns the items that appeared in front of the checkpoint", () => {
    const feed = new Feed([11, 12, 13]);
    const walk = feed.lists(100).sync.items();
    expect(ids([...walk])).toEqual(["ev13", "ev12", "ev11"]);
    feed.events = [11, 12, 13, 14, 15, 16, 17];
    const again = feed.lists(100).sync.items({ resumeFrom: copy(walk.checkpoint) });
    expect(ids([...again])).toEqual(["ev17", "ev16", "ev15", "ev14"]);
    expect(again.outcome).toMatchObject({ reason: "exhausted", complete: true });
  });

  const anyOrder = fc.constantFrom("api" as const, "traversal" as const);

  test.prop([
    fc.integer({ min: 0, max: 9 }),
    fc.integer({ min: 1, max: 6 }),
    fc.nat(9),
    fc.array(fc.nat(4), { minLength: 1, maxLength: 3 }),
    anyOrder,
  ])(
    "loses and repeats nothing, wherever it was left and however much appears",
    async (count, limit, taken, growth, order) => {
      const feed = new Feed(Array.from({ length: count }, (_, index) => 11 + index));
      const seen: string[] = [];
      let resumeFrom: Checkpoint | undefined;
      for (const added of [...growth, 0]) {
        const walk = feed.lists(limit).sync.items({ order, resumeFrom });
        for (let index = 0; index < taken; index++) {
          const { value } = walk.next();
          if (value !== undefined) seen.push(value.id);
        }
        resumeFrom = copy(walk.checkpoint);
        const { events } = feed;
        feed.events = [...events, ...Array.from({ length: added }, (_, index) => 11 + events.length + index)];
      }
      const rest = feed.lists(limit).async.items({ order, resumeFrom });
      for await (const { id } of rest) seen.push(id);
      expect(seen.toSorted()).toEqual(feed.events.map((event) => `ev${event}`).toSorted());
      expect(rest.outcome).toMatchObject({ complete: true });
    },
  );

  test.prop([
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 6 }),
    fc.nat(9),
    fc.array(fc.nat(9), { maxLength: 3 }),
    fc.nat(4),
    anyOrder,
  ])(
    "loses and repeats nothing where items are deleted too, or says so",
    (count, limit, taken, deleted, added, order) => {
      const before = Array.from({ length: count }, (_, index) => 11 + index);
      const feed = new Feed(before);
      const walk = feed.lists(limit).sync.items({ order });
      const seen = ids([...Array(taken)].flatMap(() => walk.next().value ?? []));
      const resumeFrom = copy(walk.checkpoint);
      const left = before.filter((event) => !deleted.includes(event - 11));
      feed.events = [...left, ...Array.from({ length: added }, (_, index) => 11 + count + index)];
      let rest: string[];
      try {
        rest = ids(feed.lists(limit).sync.toArray({ order, resumeFrom }));
      } catch (error) {
        expect(error).toBeInstanceOf(CheckpointError);
        return;
      }
      const missing = feed.events.map((event) => `ev${event}`).filter((id) => !seen.includes(id));
      expect(rest.toSorted()).toEqual(missing.toSorted());
    },
  );

  test.prop([fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 6 }), fc.nat(4), fc.nat(6)])(
    "by pages, loses and repeats nothing either",
    (count, limit, taken, added) => {
      const feed = new Feed(Array.from({ length: count }, (_, index) => 11 + index));
      const walk = feed.lists(limit).sync.pages();
      const seen = [...Array(taken)].flatMap(() => ids(walk.next().value?.data ?? []));
      feed.events = Array.from({ length: count + added }, (_, index) => 11 + index);
      const rest = feed.lists(limit).sync.toArray({ resumeFrom: copy(walk.checkpoint) });
      expect([...seen, ...ids(rest)].toSorted()).toEqual(feed.events.map((event) => `ev${event}`).toSorted());
    },
  );

  test("left by a break inside a page, the items in front of that page come after it", () => {
    const feed = new Feed([11, 12, 13]);
    const walk = feed.lists(100).sync.items();
    for (const { id } of walk) if (id === "ev13") break;
    feed.events = [11, 12, 13, 14, 15];
    const first = feed.lists(100).sync.items({ resumeFrom: copy(walk.checkpoint) });
    expect(first.next().value).toEqual({ id: "ev12" });
    // Left inside the same page once more: the page still ends where it began when it was seen first.
    feed.events = [11, 12, 13, 14, 15, 16];
    const second = feed.lists(100).sync.items({ resumeFrom: copy(first.checkpoint) });
    expect(ids([...second])).toEqual(["ev11", "ev16", "ev15", "ev14"]);
  });

  test("is refused where the first item of the page is gone: the new items could not be told from the old", () => {
    const feed = new Feed([11, 12, 13]);
    const walk = feed.lists(100).sync.items();
    walk.next();
    walk.next();
    feed.events = [11, 12, 14];
    expect(() => feed.lists(100).sync.toArray({ resumeFrom: copy(walk.checkpoint) })).toThrow(
      CheckpointError,
    );
  });

  test("a checkpoint with a forged continuation is refused", () => {
    const walk = new Feed([11, 12, 13]).lists(100).sync.items();
    walk.next();
    const genuine = JSON.parse(JSON.stringify(walk.checkpoint));
    for (const pinned of [
      7,
      { first: 7 },
      { first: "ev13" },
      { first: "ev13", next: { query: { admin: "1" } } },
    ]) {
      const resumeFrom = { ...genuine, pinned };
      expect(() => new Feed([11]).lists(100).sync.items({ resumeFrom })).toThrow(CheckpointError);
    }
  });
});
