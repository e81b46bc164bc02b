import { APIStatusError, CursorExpiredError, NotFoundError } from "pageturn";
import {
  type PageRequest,
  type PendingPage,
  SyncPage,
  SyncPaginator,
  type WalkOptions,
} from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { idBody } from "../lists/held-list.ts";
import { response } from "../lists/memory-list.ts";
import type { Item } from "../lists/model-list.ts";
import { scripted } from "../lists/scripted-list.ts";

const bodies = [idBody(["a", "b"]), idBody(["c", "d"]), idBody(["e"], false)];

/** A walk that may fetch ahead, and a record of what it did with the pages on their way. */
function walkAhead(options: WalkOptions<Item>, fail: (number: number) => unknown = () => undefined) {
  const { sync, requests } = scripted({ answer: (_, number) => bodies[number] });
  const log: string[] = [];
  const fetchAhead = (request: PageRequest): PendingPage => {
    const number = requests.push(request) - 1;
    log.push(`ask ${number}`);
    return {
      wait: () => {
        log.push(`wait ${number}`);
        const error = fail(number);
        if (error !== undefined) {
          requests.pop();
          throw error;
        }
        return { body: bodies[number], response };
      },
      cancel: () => log.push(`cancel ${number}`),
    };
  };
  const source = { ...sync, fetchAhead };
  const walk = new SyncPaginator(SyncPage<Item>, source).firstPage().items(options);
  return { walk, log, requests };
}

describe("a sync walk that fetches ahead", () => {
  test("asks for the page behind as soon as it comes to a page", () => {
    const { walk, log } = walkAhead({ prefetch: 1 });
    const ids = [];
    for (const { id } of walk) {
      log.push(id);
      ids.push(id);
    }
    expect(log).toEqual(["ask 1", "a", "b", "wait 1", "ask 2", "c", "d", "wait 2", "e"]);
    expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true, pages: 3, items: 5 });
  });

  test("does not without prefetch", () => {
    const { walk, log } = walkAhead({});
    expect([...walk]).toHaveLength(5);
    expect(log).toEqual([]);
  });

  test.each(["return", "dispose"] as const)("cancels what is under way: %s", (way) => {
    const { walk, log } = walkAhead({ prefetch: 1 });
    walk.next();
    if (way === "return") for (const _ of walk) break;
    else walk[Symbol.dispose]();
    expect(log).toEqual(["ask 1", "cancel 1"]);
    expect(walk.next()).toEqual({ done: true, value: undefined });
    expect(walk.outcome).toMatchObject({ reason: "returned", complete: false });
  });

  test("tells of a failure when the consumer comes there, and asks again", () => {
    let failures = 1;
    const { walk, requests } = walkAhead({ prefetch: 1 }, () =>
      failures-- > 0 ? new Error("down") : undefined,
    );
    expect([walk.next().value, walk.next().value]).toEqual([{ id: "a" }, { id: "b" }]);
    expect(() => walk.next()).toThrow("down");
    expect([...walk].map(({ id }) => id)).toEqual(["c", "d", "e"]);
    expect(requests).toHaveLength(3);
  });

  test("tells of a server that leads nowhere when the consumer comes there", () => {
    const { sync } = scripted({ answer: () => idBody(["a"]) });
    const source = {
      ...sync,
      fetchAhead: () => ({ wait: () => ({ body: idBody(["a"]), response }), cancel: () => {} }),
    };
    const walk = new SyncPaginator(SyncPage<Item>, source).firstPage().items({ prefetch: 1 });
    expect([walk.next().value, walk.next().value]).toEqual([{ id: "a" }, { id: "a" }]);
    expect(() => walk.next()).toThrow(/led back to a page/);
    expect(walk.outcome).toMatchObject({ reason: "cycle", complete: false, items: 2 });
  });
});

test("the stack of an error begins at the line that called next()", () => {
  const { sync } = scripted({ answer: () => idBody(["a"]) });
  const walk = new SyncPaginator(SyncPage<Item>, sync).firstPage().items();
  walk.next();
  walk.next();
  try {
    walk.next();
  } catch (error) {
    expect(error instanceof Error && error.stack?.split("\n")[1]).toContain("sync-walk.test.ts");
  }
  expect.assertions(1);
});

describe("a page behind the first one that the server refuses", () => {
  const refused = (status: number, message: string) =>
    new (status === 404 ? NotFoundError : APIStatusError)("GET /v1/list answered", {
      status,
      headers: new Headers(),
      requestId: "req_1",
      type: null,
      body: { type: "error", error: { type: "invalid_request_error", message } },
      request: { method: "GET", url: "memory:/list" },
    });
  const listThat = (status: number, when: number, message = "page: Invalid or expired cursor") =>
    scripted({
      answer: (_, number) => {
        if (number >= when) throw refused(status, message);
        return bodies[number];
      },
    }).sync;

  test.each([400, 404])(
    "with %i has a cursor that died: the error says so and carries the checkpoint",
    (status) => {
      const source = listThat(status, 1);
      const walk = new SyncPaginator(SyncPage<Item>, source).firstPage().items();
      walk.next();
      walk.next();
      const { checkpoint } = walk;
      expect(() => walk.next()).toThrow(CursorExpiredError);
      expect(() => walk.next()).toThrow(expect.objectContaining({ status, requestId: "req_1", checkpoint }));
    },
  );

  test.each([400, 404, 410])(
    "with %i and a message that does not speak of the cursor is what it is, and carries the checkpoint",
    (status) => {
      const source = listThat(status, 1, "result too large; reduce limit");
      const walk = new SyncPaginator(SyncPage<Item>, source).firstPage().items();
      walk.next();
      walk.next();
      const { checkpoint } = walk;
      expect(() => walk.next()).toThrow(expect.objectContaining({ status, checkpoint }));
      expect(() => walk.next()).toThrow(expect.not.objectContaining({ name: "CursorExpiredError" }));
    },
  );

  test.each([
    "after_id: No item with the id 'item_3'",
    "The provided cursor is no longer valid",
    "page_token has expired",
  ])("with the message %j has a cursor that died", (message) => {
    const source = listThat(400, 1, message);
    expect(() => new SyncPaginator(SyncPage<Item>, source).toArray()).toThrow(CursorExpiredError);
  });

  test("with a body that is text has a cursor that died, if the text says so", () => {
    const answer = (_: unknown, number: number) => {
      if (number > 0) throw Object.assign(refused(404, ""), { body: "Unknown cursor" });
      return bodies[number];
    };
    const { sync } = scripted({ answer });
    expect(() => new SyncPaginator(SyncPage<Item>, sync).toArray()).toThrow(CursorExpiredError);
  });

  test("with another status is what it is", () => {
    const source = listThat(500, 1);
    const list = new SyncPaginator(SyncPage<Item>, source).firstPage();
    expect(() => list.toArray()).toThrow(expect.objectContaining({ name: "APIStatusError", status: 500 }));
  });

  test("is told apart from a first request that is bad", () => {
    const source = listThat(404, 0);
    expect(() => new SyncPaginator(SyncPage<Item>, source).firstPage()).toThrow(NotFoundError);
  });
});
