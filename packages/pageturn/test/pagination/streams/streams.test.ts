import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ConfigurationError } from "pageturn";
import { flatMap, flatMapSync, splitAt, toReadable, toReadableStream } from "pageturn/pagination";
import { afterEach, describe, expect, test, vi } from "vitest";
import { HeldList, settle } from "../lists/held-list.ts";
import { ListTree, type Tree } from "../lists/list-tree.ts";
import { MemoryList } from "../lists/memory-list.ts";
import { itemsOf, type Model } from "../lists/model-list.ts";

const model: Model = {
  kind: "ids",
  visible: Array.from({ length: 12 }, () => true),
  size: 3,
  hasMore: "present",
};
const tree: Tree = { parent: model, children: [model] };

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Every way to a stream, over the same items. */
const walks = {
  async: (list: MemoryList) => list.async().items(),
  sync: (list: MemoryList) => list.sync().items(),
  segmented: (list: MemoryList) => splitAt(list.async(), []),
};

describe.each(Object.entries(walks))("the %s walk", (_, open) => {
  test("pipes to a Web stream", async () => {
    const items: unknown[] = [];
    const sink = new WritableStream({ write: (item) => void items.push(item) });
    await toReadableStream(open(new MemoryList(model))).pipeTo(sink);
    expect(items).toEqual(itemsOf(model));
  });

  test("goes through a pipeline of Node", async () => {
    const items: unknown[] = [];
    const sink = new Writable({
      objectMode: true,
      highWaterMark: 1,
      write(item, __, done) {
        items.push(item);
        setImmediate(done);
      },
    });
    await pipeline(toReadable(open(new MemoryList(model))), sink);
    expect(items).toEqual(itemsOf(model));
  });

  test("errors arrive in both, with the checkpoint", async () => {
    const failing = () =>
      open(
        new MemoryList(model, {
          before: (__, number) => {
            if (number === 1) throw new Error("no");
          },
        }),
      );
    const checkpoint = expect.objectContaining({ path: "/v1/list" });
    await expect(toReadableStream(failing()).pipeTo(new WritableStream())).rejects.toMatchObject({
      message: "no",
      checkpoint,
    });
    const sink = new Writable({ objectMode: true, write: (___, ____, done) => done() });
    await expect(pipeline(toReadable(failing()), sink)).rejects.toMatchObject({ message: "no", checkpoint });
  });
});

describe("a flat walk", () => {
  test("is a stream in both clients", async () => {
    const lists = new ListTree(tree);
    for (const stream of [
      toReadableStream(flatMap(lists.parent, lists.child)),
      toReadable(flatMap(lists.parent, lists.child)),
      toReadableStream(flatMapSync(lists.syncParent, lists.syncChild)),
      toReadable(flatMapSync(lists.syncParent, lists.syncChild)),
    ]) {
      const items: unknown[] = [];
      for await (const item of stream) items.push(item);
      expect(items).toEqual(lists.items);
    }
  });
});

describe("a Web stream", () => {
  test("asks for no page before it is read", async () => {
    const list = new MemoryList(model);
    const reader = toReadableStream(list.async().items()).getReader();
    await settle();
    expect(list.requests).toHaveLength(0);
    for (let count = 0; count < 3; count++) await reader.read();
    await settle();
    expect(list.requests).toHaveLength(1);
    await reader.read();
    expect(list.requests).toHaveLength(2);
  });

  test("cancelling it aborts what is under way", async () => {
    const held = new HeldList();
    const walk = held.list.items();
    const reader = toReadableStream(walk).getReader();
    const read = reader.read();
    await settle();
    await reader.cancel();
    expect(held.last.signal?.aborted).toBe(true);
    expect(await read).toEqual({ value: undefined, done: true });
    expect(walk.outcome).toMatchObject({ reason: "returned", complete: false });
    await settle();
    expect(held.requests).toHaveLength(1);
  });
});

describe("a stream of Node", () => {
  test("asks for no page before it is read", async () => {
    const list = new MemoryList(model);
    const items = toReadable(list.async().items())[Symbol.asyncIterator]();
    await settle();
    expect(list.requests).toHaveLength(0);
    for (let count = 0; count < 2; count++) await items.next();
    await settle();
    expect(list.requests).toHaveLength(1);
  });

  test("a sink that is busy stops it", async () => {
    const list = new MemoryList(model);
    const stream = toReadable(list.async().items());
    const sink = new Writable({ objectMode: true, highWaterMark: 1, write: () => {} });
    stream.pipe(sink);
    for (let turn = 0; turn < 10; turn++) await settle();
    expect(list.requests).toHaveLength(1);
    stream.destroy();
  });

  test("destroying it aborts what is under way", async () => {
    const held = new HeldList();
    const walk = held.list.items();
    const stream = toReadable(walk);
    stream.on("data", () => {});
    await settle();
    stream.destroy();
    await settle();
    expect(held.last.signal?.aborted).toBe(true);
    expect(stream.destroyed).toBe(true);
    expect(walk.outcome).toMatchObject({ reason: "returned" });
    expect(held.requests).toHaveLength(1);
  });

  test("a null among the items is an error, as it would end the stream in silence", async () => {
    const held = new HeldList();
    const items: unknown[] = [];
    const read = (async () => {
      for await (const item of toReadable(held.list.items())) items.push(item);
    })();
    await settle();
    held.last.answer({
      data: [{ id: "a" }, null, { id: "b" }],
      has_more: false,
      first_id: "a",
      last_id: "b",
    });
    await expect(read).rejects.toThrow("null");
    expect(items).toEqual([{ id: "a" }]);
  });

  test.each([
    ["no process", undefined],
    ["an old process", {}],
  ])("with %s it is a clear error", (_, process) => {
    vi.stubGlobal("process", process);
    expect(() => toReadable(new MemoryList(model).async().items())).toThrow(ConfigurationError);
  });
});
