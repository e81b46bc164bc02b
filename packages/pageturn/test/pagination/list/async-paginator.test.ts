import { ConfigurationError } from "pageturn";
import { AsyncPage } from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { HeldList, idBody, settle } from "../lists/held-list.ts";

/** What became of a promise so far. */
function watch(promise: PromiseLike<unknown>): { state: "pending" | "resolved" | "rejected" } {
  const watched: { state: "pending" | "resolved" | "rejected" } = { state: "pending" };
  promise.then(
    () => {
      watched.state = "resolved";
    },
    () => {
      watched.state = "rejected";
    },
  );
  return watched;
}

describe("a paginator", () => {
  test("sends nothing until it is used", async () => {
    const { list, requests } = new HeldList();
    list.items();
    list.pages();
    list[Symbol.asyncIterator]();
    await settle();
    expect(requests).toEqual([]);
  });

  test("sends the first request once, however often it is awaited", async () => {
    const held = new HeldList();
    const pages = [held.list.then((page) => page), held.list, held.list.withResponse()];
    held.last.answer(idBody(["a"], false));
    const [one, other, { page, response, requestId }] = await Promise.all([
      pages[0],
      held.list,
      held.list.withResponse(),
    ]);
    expect(one).toBeInstanceOf(AsyncPage);
    expect([other, page, await held.list]).toEqual([one, one, one]);
    expect([response.status, requestId]).toEqual([200, null]);
    expect(await held.list.asResponse()).toBe(response);
    expect(held.requests).toHaveLength(1);
  });

  test("can be iterated again from the start", async () => {
    const held = new HeldList();
    void held.list.then(() => undefined);
    held.last.answer(idBody(["a", "b"], false));
    const items = [];
    for await (const { id } of held.list) items.push(id);
    for await (const { id } of held.list) items.push(id);
    for await (const page of held.list.pages()) items.push(page.data.length);
    expect(items).toEqual(["a", "b", "a", "b", 2]);
    expect(await held.list.toArray({ maxItems: 1 })).toEqual([{ id: "a" }]);
    expect(held.requests).toHaveLength(1);
  });

  test("asks again after a failure", async () => {
    const held = new HeldList();
    const failed = held.list.catch((error: unknown) => error);
    held.last.fail(new Error("down"));
    expect(await failed).toEqual(new Error("down"));
    const again = held.list.then(({ data }) => data);
    held.last.answer(idBody(["a"]));
    expect(await again).toEqual([{ id: "a" }]);
    expect(held.requests).toHaveLength(2);
  });

  test("has catch and finally, as a promise has", async () => {
    const held = new HeldList();
    let finished = 0;
    const page = held.list.catch(() => "not reached");
    const last = held.list.finally(() => {
      finished += 1;
    });
    held.last.answer(idBody(["a"]));
    expect(await page).toBe(await last);
    expect(finished).toBe(1);
  });

  test("checks the options of a walk at once", async () => {
    const { list, requests } = new HeldList();
    expect(() => list.items({ maxItems: -1 })).toThrow(ConfigurationError);
    expect(() => list.pages({ prefetch: Number.NaN })).toThrow(ConfigurationError);
    await expect(list.toArray({ maxPages: 0.5 })).rejects.toThrow(ConfigurationError);
    expect(requests).toEqual([]);
  });
});

describe("a walk that leaves while the first page is on its way", () => {
  test("ends the request where nobody else waits for it", async () => {
    const held = new HeldList();
    const walk = held.list.items();
    const next = walk.next();
    await walk.return();
    expect(held.last.signal?.aborted).toBe(true);
    expect(await next).toEqual({ done: true, value: undefined });
  });

  test("leaves it to the others, and waits no longer itself", async () => {
    const held = new HeldList();
    const walk = held.list.items();
    const next = walk.next();
    const awaited = held.list.then(({ data }) => data);
    await walk.return();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(held.last.signal?.aborted).toBe(false);
    held.last.answer(idBody(["a"]));
    expect(await awaited).toEqual([{ id: "a" }]);
  });

  test("ends it when it is the last of several", async () => {
    const held = new HeldList();
    const walks = [held.list.items(), held.list.pages()];
    const waiting = walks.map((walk) => walk.next());
    await walks[0]?.return();
    expect(held.last.signal?.aborted).toBe(false);
    await walks[1]?.return();
    expect(held.last.signal?.aborted).toBe(true);
    expect((await Promise.all(waiting)).map(({ done }) => done)).toEqual([true, true]);
  });

  test("does not take down who comes after it", async () => {
    const held = new HeldList();
    const walk = held.list.items();
    void walk.next();
    await walk.return();
    const awaited = watch(held.list);
    await settle();
    expect([held.requests.length, awaited.state]).toEqual([2, "pending"]);
    held.last.answer(idBody(["a"]));
    await settle();
    expect(awaited.state).toBe("resolved");
  });

  test("does not take down who asked again after a failure that both saw", async () => {
    const held = new HeldList();
    const walk = held.list.items();
    const failed = walk.next().catch((error: unknown) => error);
    held.last.fail(new Error("down"));
    await failed;
    const awaited = held.list.then(({ data }) => data);
    await walk.return();
    const joined = held.list.then(({ data }) => data);
    held.last.answer(idBody(["a"]));
    expect([await awaited, await joined]).toEqual([[{ id: "a" }], [{ id: "a" }]]);
    expect(held.requests).toHaveLength(2);
  });

  test("keeps the page where it had come", async () => {
    const held = new HeldList();
    const walk = held.list.items();
    const next = walk.next();
    held.last.answer(idBody(["a"]));
    await next;
    await walk.return();
    expect((await held.list).data).toEqual([{ id: "a" }]);
    expect(held.requests).toHaveLength(1);
    expect(held.last.signal?.aborted).toBe(false);
  });
});
