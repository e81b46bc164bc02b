import { CheckpointError, idStrategy, pageTokenStrategy, SyncPage } from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { resumeAt } from "../../../src/pagination/checkpoint/resume.ts";
import { MemoryList } from "../lists/memory-list.ts";
import type { Model } from "../lists/model-list.ts";
import { openFirst } from "../lists/scripted-list.ts";
import { checkpoint, list } from "./genuine-checkpoint.ts";

const model: Model = {
  kind: "ids",
  visible: Array.from({ length: 9 }, () => true),
  size: 4,
  hasMore: "present",
};
describe("a genuine checkpoint", () => {
  test("is what a walk gives, without host and credentials", () => {
    const walk = new MemoryList(model, { query: list.query }).sync().items();
    for (let taken = 0; taken < 6; taken++) walk.next();
    expect(walk.checkpoint).toEqual(checkpoint());
    expect(JSON.stringify(checkpoint())).not.toContain("example.com");
  });

  test("moves the cursor, and brings the place inside the page", () => {
    expect(resumeAt(list, checkpoint(), idStrategy)).toEqual({
      request: { ...list, query: { ...list.query, after_id: "item_3" } },
      resumption: { offset: 2, last: "item_5", reversed: false },
      last: "item_5",
    });
  });

  test("asks for the page it stands in with the limit of then, and at its front with that of now", () => {
    const now = { ...list, query: { ...list.query, limit: 9 } };
    const unlimited = { ...list, query: { ids: ["a", "b"], q: 5 } };
    const front = checkpoint({ offset: 0, last: null });
    expect(resumeAt(now, checkpoint(), idStrategy)?.request.query["limit"]).toBe("4");
    expect(resumeAt(unlimited, checkpoint(), idStrategy)?.request.query["limit"]).toBe("4");
    expect(resumeAt(now, front, idStrategy)?.request.query["limit"]).toBe(9);
    expect(resumeAt(now, front, idStrategy)?.resumption).toBeUndefined();
    const shrunk = checkpoint({ at: { query: { after_id: "item_3", limit: "2" } } });
    expect(resumeAt(now, shrunk, idStrategy)?.request.query["limit"]).toBe("2");
    const withoutLimit = checkpoint({ query: { "ids[]": ["a", "b"], q: "5" } });
    expect(resumeAt(now, withoutLimit, idStrategy)?.request.query["limit"]).toBeUndefined();
  });

  test("goes back to the limit of now on the page behind", () => {
    const asking = { query: { ...list.query, limit: 2 }, resumeFrom: checkpoint() };
    const again = new MemoryList(model, asking);
    const rest = again
      .sync()
      .toArray()
      .map(({ id }) => id);
    expect(rest).toEqual(["item_6", "item_7", "item_8"]);
    expect(again.requests.map(({ query }) => query["limit"])).toEqual(["4", 2]);
  });

  test("fits the same filters in another form", () => {
    const written = { ...list, query: { q: "5", "ids[]": ["a", "b"], z: undefined } };
    expect(() => resumeAt(written, checkpoint(), idStrategy)).not.toThrow();
  });
});

describe("a checkpoint of another list is refused", () => {
  const other = (query: Record<string, unknown>) => ({ ...list, query: { ...list.query, ...query } });

  test.each([
    [
      "another path",
      { ...list, path: "/v1/other" },
      /belongs to the list of "\/v1\/list", not of \/v1\/other/,
    ],
    [
      "another filter",
      other({ q: 6 }),
      /belongs to a list with q = "5", and this list is requested with q = "6"/,
    ],
    ["one filter more", other({ z: "x" }), /a list without z, and this list is requested with z = "x"/],
    [
      "a filter that reads undefined",
      other({ z: "undefined" }),
      /without z, and this list is requested with z = "undefined"/,
    ],
    ["one filter less", other({ q: undefined }), /with q = .*, and this list is requested without q/],
    [
      "a shorter array",
      other({ ids: ["a"] }),
      /ids\[\] = .*, and this list is requested with ids\[\] = \["a"\]/,
    ],
    ["an array written as text", other({ ids: '["a","b"]' }), /ids/],
    ["a signature", other({ signature: "SECRET" }), /requested with signature = \[redacted\]/],
    ["a JSON body", { ...list, json: { q: 1 } }, /without q, and this list is requested with q = 1/],
  ])("%s", (_, asked, message) => {
    expect(() => resumeAt(asked, checkpoint(), idStrategy)).toThrow(CheckpointError);
    expect(() => resumeAt(asked, checkpoint(), idStrategy)).toThrow(message);
  });

  test("another way of paging", () => {
    expect(() => resumeAt(list, checkpoint(), pageTokenStrategy)).toThrow(
      /change "after_id", which is not a cursor/,
    );
  });
});

describe("a list that has changed under its checkpoint", () => {
  const resumed = (ids: readonly string[], last: string, offset = 2) => {
    const data = ids.map((id) => ({ id }));
    const request = { path: "/v1/list", query: {} };
    const start = { request, resumption: { offset, last, reversed: false } };
    return openFirst(SyncPage<{ id: string }>, { answer: () => ({ data, has_more: false }), request, start });
  };
  const rest = (...args: Parameters<typeof resumed>) =>
    resumed(...args)
      .toArray()
      .map(({ id }) => id);

  test("goes on behind the item, wherever it stands now", () => {
    expect(rest(["a", "b", "c"], "b")).toEqual(["c"]);
    expect(rest(["new", "a", "b", "c"], "b")).toEqual(["c"]);
    expect(rest(["b", "c"], "b")).toEqual(["c"]);
    expect(rest(["a", "b"], "b", 7)).toEqual([]);
  });

  test("is refused where the item is gone: any guess might lose or repeat something", () => {
    expect(() => rest(["a", "c"], "b")).toThrow(CheckpointError);
    expect(() => rest([], "b")).toThrow(/is not in its page any more, or is there more than once/);
  });

  test("is refused where two items have that id", () => {
    expect(rest(["a", "b", "b", "c"], "b")).toEqual(["b", "c"]);
    expect(() => rest(["new", "b", "a", "b", "c"], "b", 1)).toThrow(CheckpointError);
  });

  test("is refused where its rows have no ids and have moved: equal ones cannot be told apart", () => {
    const page = (data: readonly string[], start?: ReturnType<typeof resumeAt>) =>
      openFirst(SyncPage<string>, { answer: () => ({ data, has_more: false }), ...(start && { start }) });
    const walk = page(["x", "y", "x", "z"]).items();
    walk.next();
    const { checkpoint } = walk;
    expect(page(["x", "y", "z"]).toArray({ resumeFrom: checkpoint })).toEqual(["y", "z"]);
    expect(() => page(["y", "x", "z"]).toArray({ resumeFrom: checkpoint })).toThrow(CheckpointError);
  });

  test("cannot be walked by pages from inside a page, but from behind its last item", () => {
    expect(() => resumed(["a", "b", "c"], "b").iterPages()).toThrow(
      /by pages inside a page of .*: resume with items\(\)/,
    );
    expect([...resumed(["a", "b"], "b").iterPages()]).toEqual([]);
  });

  test("cannot be walked in another order from inside a page: what is behind the item depends on it", () => {
    const request = { path: "/v1/list", query: { before_id: "d" } };
    const start = { request, resumption: { offset: 1, last: "c", reversed: true } };
    const answer = () => ({ data: [{ id: "a" }, { id: "b" }, { id: "c" }], has_more: false });
    const page = openFirst(SyncPage<{ id: string }>, { answer, request, start });
    expect(() => page.items()).toThrow(/resume with order: "traversal"/);
    expect(page.toArray({ order: "traversal" })).toEqual([{ id: "b" }, { id: "a" }]);
    const forward = { ...start, resumption: { ...start.resumption, reversed: false } };
    const other = openFirst(SyncPage<{ id: string }>, { answer, request, start: forward });
    expect(() => other.items({ order: "traversal" })).toThrow(/resume with order: "api"/);
  });
});
