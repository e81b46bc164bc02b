import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  APIUserAbortError,
  type Checkpoint,
  CheckpointError,
  ConfigurationError,
  flatMap,
  PaginationCycleError,
  splitAt,
  toReadableStream,
} from "pageturn";
import * as entry from "pageturn/paginate";
import { type Cursor, paginate } from "pageturn/paginate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { drained, type PageServer, startPageServer } from "./page-server.ts";

let server: PageServer;

beforeAll(async () => {
  server = await startPageServer();
});
afterAll(() => server.close());

const numbers = [0, 1, 2, 3, 4, 5, 6];

/** Pages of two numbers; the third page is empty. */
function pageAt(start: number): { items: number[]; next: number | null } {
  if (start === 100) return { items: numbers.slice(4, 6), next: 6 };
  const next = start === 2 ? 99 : start === 99 ? 100 : start + 2;
  const items = start === 99 ? [] : numbers.slice(start, start + 2);
  return { items, next: start === 6 ? null : next };
}

function list(name?: string) {
  return paginate(async (cursor?: number) => pageAt(cursor ?? 0), { name });
}

test("a function is walked to its end, an empty page in the middle too", async () => {
  const walk = list().items();
  expect((await drained(walk)).values).toEqual(numbers);
  expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true, pages: 5 });
  expect(await list().toArray({ maxItems: 3, prefetch: 2 })).toEqual([0, 1, 2]);
});

test("nothing is requested before the list is used, and its first page once", async () => {
  const cursors: unknown[] = [];
  const counted = paginate(async (cursor?: number) => {
    cursors.push(cursor);
    return pageAt(cursor ?? 0);
  });
  expect(cursors).toEqual([]);
  const [page, items] = await Promise.all([counted, counted.toArray({ maxItems: 2 })]);
  expect([page.data, items]).toEqual([
    [0, 1],
    [0, 1],
  ]);
  expect(cursors).toEqual([undefined]);
});

test("a page that fails is requested again by the next next()", async () => {
  const asked: unknown[] = [];
  const flaky = paginate(async (cursor?: number) => {
    asked.push(cursor);
    if (asked.length === 2) throw new Error("broken");
    return pageAt(cursor ?? 0);
  });
  const { values, errors } = await drained(flaky.items(), 1);
  expect(values).toEqual(numbers);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toHaveProperty("checkpoint.v", 2);
  expect(asked.slice(0, 3)).toEqual([undefined, 2, 2]);
});

test("a function is resumed at any item, by items, and at any page, by pages", async () => {
  for (let stop = 0; stop <= numbers.length; stop++) {
    const walk = list().items();
    const before: unknown[] = [];
    for (let taken = 0; taken < stop; taken++) before.push((await walk.next()).value);
    const resumeFrom = JSON.parse(JSON.stringify(walk.checkpoint));
    expect([...before, ...(await list().toArray({ resumeFrom }))]).toEqual(numbers);
  }
  const pages = list().pages();
  await pages.next();
  expect(
    (await drained(list().pages({ resumeFrom: pages.checkpoint }))).values.flatMap(({ data }) => data),
  ).toEqual(numbers.slice(2));
});

test("a checkpoint of another list, or with another cursor than JSON, is refused", async () => {
  const walk = list("one").items();
  for (let taken = 0; taken < 3; taken++) await walk.next();
  const { checkpoint } = walk;
  expect(() => list("other").items({ resumeFrom: checkpoint })).toThrow(CheckpointError);
  for (const at of [{ query: { cursor: "{" } }, { query: { page: 3 } }, { path: "/etc" }]) {
    const forged = { ...checkpoint, at } as Checkpoint;
    expect(() => list("one").items({ resumeFrom: forged })).toThrow(CheckpointError);
  }
});

test("a checkpoint whose cursor is JSON and no cursor is refused, also behind the page that it is in", async () => {
  const walk = list().items();
  for (let taken = 0; taken < 3; taken++) await walk.next();
  for (const cursor of ["true", "null", "[1]", 5]) {
    const at = { query: { cursor } };
    const pinned = { first: "x", next: at };
    for (const change of [{ at }, { pinned }]) {
      const forged = { ...walk.checkpoint, ...change } as Checkpoint;
      expect(() => list().items({ resumeFrom: forged })).toThrow(CheckpointError);
    }
  }
});

test("cursors may be text, numbers and objects, and stay what they are", async () => {
  const chain: Cursor[] = ["2", 2, { key: { id: "2", at: [1, null] } }, "", { b: 1, a: 2 }];
  const seen: unknown[] = [];
  const walked = paginate(
    async (cursor?: Cursor) => {
      seen.push(cursor);
      return { items: [seen.length], next: chain[seen.length - 1] ?? null };
    },
    { emptyCursor: "valid" },
  );
  expect(await walked.toArray()).toEqual([1, 2, 3, 4, 5, 6]);
  expect(seen).toEqual([undefined, ...chain]);
});

test("an empty text as a cursor is the end, unless the caller says otherwise", async () => {
  expect(await paginate(async () => ({ items: [1], next: "" })).toArray()).toEqual([1]);
});

test("a cursor that JSON cannot keep is refused, as is one that says whether there is more", async () => {
  const endless: Record<string, unknown> = {};
  endless["self"] = endless;
  for (const next of [
    new Date(0),
    Number.NaN,
    { key: new Uint8Array(2) },
    10n,
    endless,
    true,
    false,
    ["a"],
  ]) {
    // The cast: what JavaScript may return.
    const bad = paginate(async () => ({ items: [1], next: next as unknown as string }));
    await expect(bad.toArray()).rejects.toThrow(/its cursor must be text, a number or a plain JSON object/);
  }
});

test("a cursor that leads back is an error", async () => {
  const back = paginate(async (cursor) => ({ items: [cursor], next: cursor === "a" ? "b" : "a" }));
  await expect(back.toArray()).rejects.toThrow(PaginationCycleError);
  expect(await back.toArray({ onCycle: "stop" })).toEqual([undefined, "a", "b"]);
});

test("a page without next is refused: the list may go on", async () => {
  // @ts-expect-error: it must say where the list goes on.
  const bad = paginate(async () => ({ items: [1], nextCursor: "2" }));
  await expect(bad.toArray()).rejects.toThrow(
    /Cannot read a page of the list as it has items and no next: it is an object \(Object\) with the keys items, nextCursor/,
  );
});

test("what cannot be paginated is named, with what can", () => {
  for (const [source, shown] of [
    [undefined, "undefined"],
    [null, "null"],
    [[1, 2], "an array of 2"],
    ["/v1/models", "of type string"],
    [{ listTools: () => 1 }, "an object (Object) with the keys listTools"],
  ] as const) {
    // @ts-expect-error: none is a list.
    const attempt = () => paginate(source);
    expect(attempt).toThrow(ConfigurationError);
    expect(attempt).toThrow(`Cannot paginate the source as it is ${shown}: it must be a function`);
  }
});

test("options are checked before any request", () => {
  const source = async () => ({ items: [], next: null });
  // @ts-expect-error: it does not exist.
  expect(() => paginate(source, { item: () => [] })).toThrow(/did you mean items/);
  // @ts-expect-error: it must be text.
  expect(() => paginate(source, { name: 1 })).toThrow(/option name/);
  // @ts-expect-error: it must be a function.
  expect(() => paginate(source, { items: "data" })).toThrow(/option items/);
  // @ts-expect-error: it must be a signal.
  expect(() => paginate(source, { signal: new AbortController() })).toThrow(/must be an AbortSignal/);
  expect(() => paginate(source, { walk: { maxItems: -1 } })).toThrow(/maxItems/);
});

test("the signal of a function fires with the caller's, and when the walk is left", async () => {
  const controller = new AbortController();
  const signals: AbortSignal[] = [];
  const slow = paginate(
    (cursor?: number, signal?: AbortSignal) => {
      if (signal !== undefined) signals.push(signal);
      return cursor === undefined ? Promise.resolve(pageAt(0)) : new Promise<never>(() => undefined);
    },
    { signal: controller.signal },
  );
  const left = slow.items();
  for (let taken = 0; taken < 2; taken++) await left.next();
  const pending = left.next();
  await left.return();
  expect((await pending).done).toBe(true);
  expect(signals[1]?.aborted).toBe(true);

  const walk = slow.items();
  for (let taken = 0; taken < 2; taken++) await walk.next();
  const aborted = walk.next();
  controller.abort();
  await expect(aborted).rejects.toThrow(
    /Cannot continue the list of paginate\(\): the caller's signal fired/,
  );
  expect(walk.outcome?.reason).toBe("aborted");
  expect(signals[2]?.aborted).toBe(true);
});

test("a function is not called once the signal of the list has fired", async () => {
  let calls = 0;
  const source = async () => {
    calls += 1;
    return pageAt(0);
  };
  const late = paginate(source, { signal: AbortSignal.abort("too late") });
  await expect(late.toArray()).rejects.toMatchObject({ name: "APIUserAbortError", cause: "too late" });
  await expect(late).rejects.toThrow(APIUserAbortError);
  expect(calls).toBe(0);
});

test("the errors of a walk are classes of pageturn/paginate", async () => {
  const back = paginate(async () => ({ items: [1], next: "a" }));
  await expect(back.toArray()).rejects.toThrow(entry.PaginationCycleError);
  expect(entry).toMatchObject({
    ConfigurationError,
    CheckpointError,
    PaginationCycleError,
    APIUserAbortError,
  });
});

test("items of an iterable that a function with a signal opens are not resumed, and a checkpoint is not wrong", async () => {
  async function* items(signal: AbortSignal): AsyncGenerator<number> {
    for (const number of numbers) if (!signal.aborted) yield number;
  }
  const opened = paginate((_cursor, signal) => items(signal));
  const walk = opened.items();
  for (let taken = 0; taken < 3; taken++) {
    await walk.next();
    expect(() => walk.checkpoint).toThrow(/Cannot make a checkpoint/);
  }
  expect(await opened.toArray()).toEqual(numbers);
  expect(await opened.toArray()).toEqual(numbers);
});

test("walks side by side do not disturb each other", async () => {
  async function* items(): AsyncGenerator<number> {
    yield* numbers;
  }
  for (const opened of [list(), paginate(items), paginate(() => items())]) {
    const [one, other] = [opened.items(), opened.items({ prefetch: 1 })];
    const got: unknown[][] = [[], []];
    for (let taken = 0; taken < numbers.length; taken++) {
      got[0]?.push((await one.next()).value);
      got[1]?.push((await other.next()).value);
    }
    expect(got).toEqual([numbers, numbers]);
    expect(await other.next()).toMatchObject({ done: true });
  }
});

test("flatMap and streams take such a list", async () => {
  const nested = flatMap(list(), (number) =>
    paginate(async () => ({ items: [`${number}a`, `${number}b`], next: null })),
  );
  const all: string[] = [];
  for await (const item of nested) all.push(item);
  expect(all).toHaveLength(14);
  const reader = toReadableStream(list().items()).getReader();
  expect((await reader.read()).value).toBe(0);
  await reader.cancel();
});

test("withResponse() is an error where the source shows no response", async () => {
  // @ts-expect-error: its pages have none.
  await expect(list("numbers").withResponse()).rejects.toThrow(
    /Cannot return the response of the list of numbers/,
  );
});

test("the tools of an MCP client are walked and resumed, an empty text as cursor too", async () => {
  const pages: Record<string, { names: string[]; next?: string }> = {
    start: { names: ["a", "b"], next: "" },
    "": { names: [], next: "p3" },
    p3: { names: ["c"] },
  };
  server.answer((_url, _number, text) => {
    const { id, method, params } = text === "" ? { id: null, method: "", params: {} } : JSON.parse(text);
    if (method === "initialize") {
      const { protocolVersion } = params;
      const result = {
        protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: "s", version: "1" },
      };
      return { body: { jsonrpc: "2.0", id, result } };
    }
    if (method !== "tools/list") return { status: method === "" ? 405 : 202, body: {} };
    const page = pages[params?.cursor ?? "start"];
    const tools = (page?.names ?? []).map((name) => ({ name, inputSchema: { type: "object" } }));
    return { body: { jsonrpc: "2.0", id, result: { tools, nextCursor: page?.next } } };
  });
  const client = new Client({ name: "c", version: "1" });
  // The cast: the package's own transport does not fit its type with exact optional properties.
  await client.connect(
    new StreamableHTTPClientTransport(new URL(server.url)) as Parameters<typeof client.connect>[0],
  );
  const tools = paginate((cursor, signal) =>
    client.listTools(cursor === undefined ? {} : { cursor }, { signal }),
  );
  expect((await tools.toArray()).map(({ name }) => name)).toEqual(["a", "b", "c"]);
  const walk = tools.items();
  await walk.next();
  const rest = await tools.toArray({ resumeFrom: JSON.parse(JSON.stringify(walk.checkpoint)) });
  expect(rest.map(({ name }) => name)).toEqual(["b", "c"]);
  await client.close();
});

test("splitAt fetches from several positions of a function at once", async () => {
  const walk = list().pages();
  const places: Checkpoint[] = [];
  for await (const _ of walk) places.push(walk.checkpoint);
  const opened = paginate((cursor?: number) => items(cursor ?? 0), {
    items: (page) => page.items,
    cursor: (page) => page.next,
  });
  async function* items(start: number) {
    for (let at: number | null = start; at !== null; ) {
      const page = pageAt(at);
      yield page;
      at = page.next;
    }
  }
  for (const each of [list(), opened]) {
    const split = await drained(splitAt(each, places)[Symbol.asyncIterator]());
    expect(split).toEqual({ values: numbers, errors: [] });
  }
});

test("a page with items and without next names what is missing", async () => {
  const list = paginate(async () => ({ items: [1] }) as { items: number[]; next: null });
  await expect(list.toArray()).rejects.toThrow(
    /it has items and no next: .* Return the position of the next page as next, null on the last one/,
  );
});
