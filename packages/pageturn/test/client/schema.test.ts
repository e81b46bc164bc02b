import { inspect } from "node:util";
import { type } from "arktype";
import {
  AsyncAnthropic,
  AsyncPage,
  ConfigurationError,
  createClient,
  createSyncClient,
  flatMap,
  ItemValidationError,
  SyncPage,
} from "pageturn";
import { pageCursor, stripe } from "pageturn/strategies";
import { startMockServer } from "pageturn/testing";
import * as v from "valibot";
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";

const pages: Readonly<Record<string, object>> = {
  "": {
    data: [
      { id: "a", size: "1" },
      { id: "b", size: "2" },
    ],
    next_cursor: "c2",
  },
  c2: {
    data: [
      { id: "c", size: "3" },
      { id: "d", size: "four" },
    ],
    next_cursor: "c3",
  },
  c3: { data: [{ id: "e", size: "5" }] },
};

function client(answers = pages) {
  const fetch: typeof globalThis.fetch = async (url) =>
    Response.json(answers[new URL(String(url)).searchParams.get("cursor") ?? ""]);
  return createClient({ baseURL: "https://api.test", strategy: pageCursor(), fetch, maxRetries: 0 });
}

const lenient = z.object({ id: z.string() });
const strict = z.object({ id: z.string(), size: z.string().regex(/^\d$/).transform(Number) });

test("a schema types the items, and what it makes of them is what a walk returns", async () => {
  const list = client({ "": { data: [{ id: "a", size: "1" }] } }).list("/x", { schema: strict });
  const items = await list.toArray();
  expectTypeOf(items).toEqualTypeOf<{ id: string; size: number }[]>();
  expect(items).toEqual([{ id: "a", size: 1 }]);
  const page = await list;
  expect(page.data).toEqual([{ id: "a", size: 1 }]);
  // The page is still the server's answer.
  expect(JSON.parse(JSON.stringify(page))).toEqual({ data: [{ id: "a", size: "1" }] });
});

test.each([
  ["zod", lenient],
  ["valibot", v.object({ id: v.string() })],
  ["arktype", type({ id: "string" })],
  ["an asynchronous schema", lenient.refine(async () => true)],
])("schemas of %s are Standard Schemas", async (_, schema) => {
  const items = await client().list("/x", { schema }).toArray();
  expect(items.map(({ id }) => id)).toEqual(["a", "b", "c", "d", "e"]);
  const broken = client({ "": { data: [{ id: 5 }] } }).list("/x", { schema });
  await expect(broken.toArray()).rejects.toThrow(ItemValidationError);
});

test("an item that fails names page, index and path, and no item is lost", async () => {
  let answers = pages;
  const fetch: typeof globalThis.fetch = async (url) =>
    Response.json(answers[new URL(String(url)).searchParams.get("cursor") ?? ""]);
  const list = createClient({ baseURL: "https://api.test", strategy: pageCursor(), fetch }).list("/x", {
    schema: strict,
  });
  const walk = list.items();
  for (const id of ["a", "b"]) expect((await walk.next()).value).toMatchObject({ id });
  const error: unknown = await walk.next().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ItemValidationError);
  expect(error).toMatchObject({ index: 1, issues: [{ path: ["size"] }], checkpoint: { v: 2 } });
  expect(String(error)).toMatch(
    /Cannot use item 1 of the page GET \S*.* as it does not fit the schema: .*\(at size\)/,
  );
  // The server mends it: the walk goes on where it stood.
  answers = { ...pages, c2: { data: [{ id: "c", size: "3" }], next_cursor: "c3" } };
  const rest: string[] = [];
  for await (const { id } of walk) rest.push(id);
  expect(rest).toEqual(["c", "e"]);
});

test("an item that fails as a whole, and paths of any form, are named", async () => {
  const whole = client().list("/x", { schema: z.number() });
  await expect(whole.toArray()).rejects.toThrow(/does not fit the schema: [^(]*expected number/i);
  const issues = [{ message: "no", path: ["a", { key: "b" }, 0] }, { message: "bare" }];
  const schema = { "~standard": { version: 1 as const, validate: () => ({ issues }) } };
  await expect(client().list("/x", { schema }).toArray()).rejects.toThrow(/no \(at a\.b\.0\); bare$/);
});

test("a walk is resumed by what the server sent, whatever the schema makes of it", async () => {
  const schema = lenient.transform(({ id }) => id.toUpperCase());
  const walk = client().list("/x", { schema }).items();
  for (const id of ["A", "B", "C"]) expect((await walk.next()).value).toBe(id);
  const checkpoint = JSON.parse(JSON.stringify(walk.checkpoint));
  expect(await client().list("/x", { schema, resumeFrom: checkpoint }).toArray()).toEqual(["D", "E"]);
});

test("a checkpoint does not depend on what the schema returns: another run may have another, or none", async () => {
  let calls = 0;
  const random = lenient.transform(({ id }) => ({ id: `${id}${calls++}`, of: id }));
  const same = lenient.transform(() => ({ id: "x" }));
  const all = ["a", "b", "c", "d", "e"];
  for (const schema of [random, same])
    for (let taken = 1; taken <= all.length; taken += 1) {
      const walk = client().list("/x", { schema }).items();
      for (let item = 0; item < taken; item += 1) await walk.next();
      const resumeFrom = JSON.parse(JSON.stringify(walk.checkpoint));
      for (const other of [random, same, lenient])
        expect(await client().list("/x", { schema: other, resumeFrom }).toArray()).toHaveLength(5 - taken);
    }
});

test("the item that fails is on the error, and in no log", async () => {
  const answers = { "": { data: [{ id: "a", size: { secret: "SECRET" } }] } };
  const schema = v.object({ id: v.string(), size: v.object({ secret: v.custom(() => false, "no") }) });
  const error: unknown = await client(answers)
    .list("/x", { schema })
    .toArray()
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ItemValidationError);
  expect(Reflect.get(Object(error), "item")).toEqual({ id: "a", size: { secret: "SECRET" } });
  expect(Reflect.get(Object(error), "issues")).toHaveLength(1);
  const shown = inspect(error, { depth: 20, showHidden: true });
  expect(`${shown}${JSON.stringify(error)}${String(error)}`).not.toContain("SECRET");
});

describe("a schema of another library", () => {
  // The cast: what a program without types would pass.
  const standard = (validate: (value: unknown) => unknown) =>
    ({ "~standard": { version: 1, validate } }) as never;

  test("may return promises of its own", async () => {
    // biome-ignore lint/suspicious/noThenProperty: it is the point of the test.
    const schema = standard((value) => ({ then: (done: (result: unknown) => void) => done({ value }) }));
    expect(await client().list("/x", { schema }).toArray()).toHaveLength(5);
  });

  test("may be a method of an object", async () => {
    const own = {
      version: 1,
      kept: 7,
      validate() {
        return { value: this.kept };
      },
    };
    expect(
      await client()
        .list("/x", { schema: { "~standard": own } as never })
        .toArray(),
    ).toEqual([7, 7, 7, 7, 7]);
  });

  test("that throws is not hidden, and no failure is left unhandled", async () => {
    let calls = 0;
    const schema = standard(() => {
      calls += 1;
      if (calls % 2 === 0) throw new RangeError("own");
      return Promise.reject(new RangeError("earlier"));
    });
    await expect(client().list("/x", { schema }).toArray()).rejects.toThrow("own");
    const plain = standard((value) => {
      if (Reflect.get(Object(value), "id") === "b") throw new RangeError("own");
      return { value };
    });
    await expect(client().list("/x", { schema: plain }).toArray()).rejects.toThrow("own");
  });

  test.each([undefined, null, {}, { issues: null }, 5])("that returns %j is refused", async (result) => {
    const list = client().list("/x", { schema: standard(() => result) });
    await expect(list.toArray()).rejects.toThrow(
      /validate\(\) must return an object with a value or with issues/,
    );
  });
});

test("prefetch, pages, and getAPIList() check as well", async () => {
  const list = client().list("/x", { schema: strict });
  const seen: unknown[] = [];
  const walk = list.items({ prefetch: 2 });
  await expect(
    (async () => {
      for await (const item of walk) seen.push(item);
    })(),
  ).rejects.toThrow(ItemValidationError);
  expect(seen).toHaveLength(2);
  await expect(list.pages().next()).resolves.toMatchObject({ value: { data: [{ size: 1 }, { size: 2 }] } });
  const first = await list;
  await expect(first.getNextPage()).rejects.toThrow(ItemValidationError);
  const parents = client({ "": { data: [{ id: "a" }] } }).list("/x", { schema: lenient });
  const all = await flatMap(parents, () => client().list("/x", { schema: lenient }));
  const ids: string[] = [];
  for await (const { id } of all) ids.push(id);
  expect(ids).toEqual(["a", "b", "c", "d", "e"]);
});

describe("the other clients", () => {
  test("the sync client checks, and refuses a schema that is asynchronous", async () => {
    const server = await startMockServer({ items: 3 });
    const options = {
      baseURL: server.url,
      headers: { "x-api-key": server.apiKey, "anthropic-version": "2023-06-01" },
    };
    const sync = createSyncClient(options);
    const named = z.object({ id: z.string() });
    const page = sync.getAPIList("/v1/models", SyncPage<{ id: string }>, { schema: named });
    expect([...page].map((item) => Object.keys(item))).toEqual([["id"], ["id"], ["id"]]);
    const wrong = { schema: z.object({ id: z.number() }) };
    expect(() => sync.getAPIList("/v1/models", SyncPage<{ id: number }>, wrong)).toThrow(ItemValidationError);
    const slow = { schema: named.refine(async () => true) };
    expect(() => sync.getAPIList("/v1/models", SyncPage<{ id: string }>, slow)).toThrow(
      /as its schema is asynchronous: use a synchronous schema or an async client/,
    );
    const anthropic = new AsyncAnthropic({ baseURL: server.url, apiKey: server.apiKey });
    await expect(
      anthropic.getAPIList("/v1/models", AsyncPage<{ id: number }>, wrong).toArray(),
    ).rejects.toThrow(ItemValidationError);
    sync.close();
    await anthropic.close();
    await server.close();
  });

  test.each([5, {}, { "~standard": {} }, null, "schema"])(
    "what is no Standard Schema is refused: %j",
    (value) => {
      // The cast: what a program without types would pass.
      const schema = value as never;
      expect(() => client().list("/x", { schema })).toThrow(ConfigurationError);
      expect(() => client().list("/x", { schema })).toThrow(/option schema as it must be a Standard Schema/);
    },
  );
});

test("a schema that changes the item it checks changes no cursor", async () => {
  const seen: (string | null)[] = [];
  const fetch: typeof globalThis.fetch = async (url) => {
    const after = new URL(String(url)).searchParams.get("starting_after");
    seen.push(after);
    return Response.json({ data: [{ id: after === null ? "a" : "b" }], has_more: after === null });
  };
  const schema = {
    "~standard": {
      version: 1 as const,
      validate: (value: unknown) => ({ value: Object.assign(Object(value), { id: "changed" }) }),
    },
  };
  const list = createClient({ baseURL: "https://api.test", strategy: stripe(), fetch }).list("/x", {
    schema,
  });
  expect(await list.toArray()).toEqual([{ id: "changed" }, { id: "changed" }]);
  expect(seen).toEqual([null, "a"]);
});

test("items that are no objects are checked too", async () => {
  const list = client({ "": { data: ["a", "b"] } }).list("/x", {
    schema: z.string().transform((id) => ({ id })),
  });
  expect(await list.toArray()).toEqual([{ id: "a" }, { id: "b" }]);
});

test("a list with a schema that is walked backward is resumed at the item", async () => {
  const bodies: Readonly<Record<string, object>> = {
    e: { data: [{ id: "c" }, { id: "d" }], has_more: true, first_id: "c", last_id: "d" },
    c: { data: [{ id: "a" }, { id: "b" }], has_more: false, first_id: "a", last_id: "b" },
  };
  const fetch: typeof globalThis.fetch = async (url) =>
    Response.json(bodies[new URL(String(url)).searchParams.get("before_id") ?? ""]);
  const schema = z.object({ id: z.string() }).transform(({ id }) => ({ name: id }));
  const lists = new AsyncAnthropic({
    apiKey: "key",
    baseURL: "https://api.test",
    fetch,
    walk: { order: "traversal" },
  });
  const options = { schema, query: { before_id: "e" } };
  const walk = lists.getAPIList("/v1/x", AsyncPage<{ name: string }>, options).items();
  expect(await walk.next()).toEqual({ done: false, value: { name: "d" } });
  const resumeFrom = JSON.parse(JSON.stringify(walk.checkpoint));
  const rest = await lists
    .getAPIList("/v1/x", AsyncPage<{ name: string }>, { ...options, resumeFrom })
    .toArray();
  expect(rest).toEqual([{ name: "c" }, { name: "b" }, { name: "a" }]);
});
