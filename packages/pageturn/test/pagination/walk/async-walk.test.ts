import { APIUserAbortError } from "pageturn";
import { AsyncPage, AsyncPaginator } from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { HeldList, idBody, settle } from "../lists/held-list.ts";
import type { Item } from "../lists/model-list.ts";
import { scripted } from "../lists/scripted-list.ts";

/** A walk that has its first page, of two items, on hand. */
async function walkOn(options = {}) {
  const held = new HeldList();
  const walk = held.list.items(options);
  const first = walk.next();
  held.last.answer(idBody(["a", "b"]));
  await first;
  return { held, walk };
}

describe("leaving an async walk", () => {
  test("by break sends nothing further", async () => {
    const { held } = await walkOn();
    for await (const _ of held.list) break;
    await settle();
    expect(held.requests).toHaveLength(1);
  });

  test("by an error in the loop sends nothing further", async () => {
    const { held, walk } = await walkOn();
    const loop = async () => {
      for await (const { id } of walk) throw new Error(id);
    };
    await expect(loop()).rejects.toThrow("b");
    await settle();
    expect(held.requests).toHaveLength(1);
    expect(walk.outcome).toMatchObject({
      reason: "returned",
      complete: false,
      incompleteBecause: null,
      items: 2,
    });
  });

  test("by return() ends the request under way, and the next() that waits for it", async () => {
    const { held, walk } = await walkOn();
    await walk.next();
    const waiting = [walk.next(), walk.next()];
    await settle();
    expect(held.requests).toHaveLength(2);
    expect(await walk.return()).toEqual({ done: true, value: undefined });
    expect(held.last.signal?.aborted).toBe(true);
    expect(await Promise.all(waiting)).toEqual([1, 2].map(() => ({ done: true, value: undefined })));
    expect(walk.outcome).toEqual({
      reason: "returned",
      complete: false,
      incompleteBecause: null,
      pages: 1,
      items: 2,
      duplicates: 0,
      pageSizeReductions: 0,
    });
  });

  test("by `await using` ends what is fetched ahead", async () => {
    const { held, walk } = await walkOn({ prefetch: 1 });
    await settle();
    expect(held.requests).toHaveLength(2);
    {
      await using left = walk;
      await left.next();
    }
    expect(held.last.signal?.aborted).toBe(true);
    expect(await walk.next()).toEqual({ done: true, value: undefined });
  });

  test("drops a page that comes too late", async () => {
    const { held, walk } = await walkOn({ prefetch: 1 });
    held.last.answer(idBody(["c"], false));
    await walk.return();
    expect(await walk.next()).toEqual({ done: true, value: undefined });
    expect(walk.outcome).toMatchObject({
      reason: "returned",
      complete: false,
      incompleteBecause: null,
      items: 1,
    });
  });

  test("before its first next() asks for nothing", async () => {
    const { list, requests } = new HeldList();
    const walk = list.items();
    await walk.return();
    expect(await walk.next()).toEqual({ done: true, value: undefined });
    expect(requests).toEqual([]);
    expect(walk.outcome).toEqual({
      reason: "returned",
      complete: false,
      incompleteBecause: null,
      pages: 0,
      items: 0,
      duplicates: 0,
      pageSizeReductions: 0,
    });
  });

  test("behind the last item of the list is complete", async () => {
    const held = new HeldList();
    const walk = held.list.items();
    const first = walk.next();
    held.last.answer(idBody(["a"], false));
    await first;
    await walk.return();
    expect(walk.outcome).toMatchObject({ reason: "returned", complete: true, items: 1 });
  });
});

describe("an async walk whose signal fires", () => {
  const stoppable = (signal: AbortSignal, base?: string) => {
    const request = { path: "/v1/list", query: {}, ...(base !== undefined && { base }) };
    const { async } = scripted({ request, answer: () => idBody(["a", "b", "c"], false) });
    return new AsyncPaginator<Item, AsyncPage<Item>>(AsyncPage, { ...async, signal });
  };

  test.each([
    ["https://api.example.com", "https://api.example.com/v1/list"],
    [undefined, "/v1/list"],
  ])("hands out nothing more, not even what is on hand: base %s", async (base, url) => {
    const controller = new AbortController();
    const walk = stoppable(controller.signal, base).items();
    await walk.next();
    controller.abort("enough");
    const stop = await walk.next().catch((error: unknown) => error);
    expect(stop).toBeInstanceOf(APIUserAbortError);
    expect(stop).toMatchObject({
      message: "Cannot continue the list of /v1/list: the caller's signal fired",
      cause: "enough",
      request: { method: "GET", url },
      checkpoint: walk.checkpoint,
    });
    expect(walk.outcome).toMatchObject({ reason: "aborted", complete: false, items: 1 });
    await expect(walk.next()).rejects.toThrow(APIUserAbortError);
    const rest = stoppable(new AbortController().signal, base).items({ resumeFrom: walk.checkpoint });
    expect([(await rest.next()).value, (await rest.next()).value]).toEqual([{ id: "b" }, { id: "c" }]);
  });

  test("after the last item is whole all the same", async () => {
    const controller = new AbortController();
    const walk = stoppable(controller.signal).items();
    for (const _ of "abc") await walk.next();
    controller.abort();
    expect(await walk.next()).toEqual({ done: true, value: undefined });
    expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true, items: 3 });
  });
});

describe("an async walk that fails", () => {
  test("says why, and where it stood", async () => {
    const { held, walk } = await walkOn();
    await walk.next();
    const failing = walk.next().catch((error: unknown) => error);
    await settle();
    const request = { method: "GET", url: "memory:/list" };
    held.last.fail(new APIUserAbortError("stopped", { request }));
    expect(await failing).toMatchObject({ message: "stopped", checkpoint: walk.checkpoint });
    expect(walk.outcome).toMatchObject({ reason: "aborted", complete: false, items: 2 });
    expect(walk.checkpoint).toMatchObject({ at: { query: { after_id: "b" } } });
  });

  test("fails the call that met the failure; the one queued behind it asks again", async () => {
    const { held, walk } = await walkOn();
    await walk.next();
    const calls = Promise.allSettled([walk.next(), walk.next()]);
    await settle();
    held.last.fail(new Error("down"));
    await settle();
    held.last.answer(idBody(["c"], false));
    expect(await calls).toEqual([
      { status: "rejected", reason: new Error("down") },
      { status: "fulfilled", value: { done: false, value: { id: "c" } } },
    ]);
    expect(held.requests.map(({ request }) => request.query["after_id"])).toEqual([undefined, "b", "b"]);
  });

  test("knows an AbortError of any kind", async () => {
    const { held, walk } = await walkOn({ prefetch: 1 });
    await walk.next();
    held.last.fail(new DOMException("stopped", "AbortError"));
    await expect(walk.next()).rejects.toThrow("stopped");
    expect(walk.outcome?.reason).toBe("aborted");
  });

  test("takes anything that is thrown, extensible or not", async () => {
    const { held, walk } = await walkOn();
    await walk.next();
    for (const thrown of ["text", Object.freeze(new Error("frozen"))]) {
      const failing = walk.next().catch((error: unknown) => error);
      await settle();
      held.last.fail(thrown);
      expect(await failing).toBe(thrown);
      expect(walk.outcome?.reason).toBe("error");
    }
    expect(held.requests).toHaveLength(3);
  });

  test("is waited for ahead, and told of when the consumer comes there", async () => {
    const { held, walk } = await walkOn({ prefetch: 2 });
    held.last.fail(new Error("down"));
    await settle();
    expect((await walk.next()).value).toEqual({ id: "b" });
    expect(walk.outcome).toBeNull();
    await expect(walk.next()).rejects.toThrow("down");
    const again = walk.next();
    held.last.answer(idBody(["c"], false));
    expect((await again).value).toEqual({ id: "c" });
    expect(held.requests.map(({ request }) => request.query["after_id"])).toEqual([undefined, "b", "b"]);
  });
});
