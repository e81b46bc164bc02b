import { type Checkpoint, splitAt } from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { settle as oneTurn } from "../lists/held-list.ts";
import { MutableList } from "../lists/mutable-list.ts";

const names = Array.from({ length: 40 }, (_, index) => index * 2);

/** Lets everything happen that waits for nothing but a few turns of the event loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await oneTurn();
}

/** The checkpoint of a walk after 20 items. */
async function afterTwenty(): Promise<Checkpoint[]> {
  const walk = new MutableList("ids", names).list(5).items({ maxItems: 20 });
  for await (const _ of walk);
  return [walk.checkpoint];
}

describe("splitAt", () => {
  test("leaving it aborts what is under way, and asks for nothing more", async () => {
    const places = await afterTwenty();
    let asked = 0;
    const held = new MutableList("ids", names, () => (++asked > 2 ? new Promise(() => {}) : undefined));
    const walk = splitAt(held.list(5), places);
    await walk.next();
    await settle();
    expect(held.requests).toHaveLength(4);
    await walk.return();
    expect(held.signals.slice(2).map((signal) => signal?.aborted)).toEqual([true, true]);
    expect(await walk.next()).toEqual({ value: undefined, done: true });
    expect(walk.outcome).toMatchObject({ reason: "returned", complete: false, items: 1 });
    await settle();
    expect(held.requests).toHaveLength(4);
  });

  test("left while it waits for the first pages, it is done", async () => {
    const places = await afterTwenty();
    let release = () => {};
    const held = new MutableList("ids", names, ({ query }) =>
      query["after_id"] === undefined ? undefined : new Promise<void>((resolve) => (release = resolve)),
    );
    const walk = splitAt(held.list(5), places);
    const step = walk.next();
    await settle();
    await walk.return();
    release();
    expect(await step).toEqual({ value: undefined, done: true });
  });
});
