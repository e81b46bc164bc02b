import { describe, expect, test } from "vitest";
import { openMirror } from "../../src/index.ts";
import { databases, openShared } from "../support/databases.ts";
import { FakeAPI } from "../support/fake-api.ts";
import { readRows } from "../support/read-rows.ts";

const START = Date.parse("2026-09-01T00:00:00Z");
const DAY = 86_400_000;
const CHATS = "compliance.apps.chats";
const MESSAGES = "compliance.apps.chats.messages";

function refusal(status: number, message = "no"): Response {
  return Response.json({ type: "error", error: { type: "x", message } }, { status });
}

describe.each(databases)("what the API refuses for good, in %s", async (_, target) => {
  const database = await openShared(target);
  let count = 0;

  async function setUp() {
    count += 1;
    const api = new FakeAPI();
    const clock = { now: START };
    const schema = `refusals_${count}`;
    const now = () => new Date(clock.now);
    const mirror = await openMirror({ database, schema, client: api.client(), now });
    for (let id = 0; id < 7; id += 1)
      api.models.set({ id: `m${id}`, created_at: new Date(START - id).toISOString() });
    return { api, clock, mirror, schema };
  }

  /** Three chats with five messages each; `answer` may replace the answer for a page of messages. */
  async function withChats(nameless: readonly unknown[] = []) {
    const setup = await setUp();
    const { api, mirror, schema } = setup;
    const changed: { answer: (chat: string, after: string | null) => Response | undefined } = {
      answer: () => undefined,
    };
    const made = new Map(["c1", "c2", "c3"].map((chat) => [chat, 5]));
    api.answer = ({ pathname, searchParams }) => {
      if (pathname.endsWith("/chats")) {
        const data = [...made.keys(), ...nameless].map((id) => ({ id }));
        return Response.json({ data, has_more: false, last_id: "c3" });
      }
      const chat = /chats\/(\w+)\/messages/.exec(pathname)?.[1];
      if (chat === undefined) return undefined;
      const after = searchParams.get("after_id");
      const all = Array.from({ length: made.get(chat) ?? 0 }, (_, index) => ({ id: `${chat}_${index}` }));
      const start = all.findIndex(({ id }) => id === after) + 1;
      const chat_messages = all.slice(start, start + 3);
      const has_more = start + 3 < all.length;
      const page = { id: chat, chat_messages, has_more, last_id: chat_messages.at(-1)?.id ?? null };
      return changed.answer(chat, after) ?? Response.json(page);
    };
    await mirror.add({ list: CHATS });
    await mirror.add({ list: MESSAGES, parents: CHATS });
    await mirror.run(CHATS);
    const { table } = await mirror.list(MESSAGES);
    const keys = async () => (await readRows(database, `${schema}."${table}"`)).map(({ _key }) => _key);
    return { ...setup, changed, made, keys };
  }

  test.each([400, 403, 405, 413, 422])(
    "one parent with %i keeps no other from being seen again",
    async (status) => {
      const { changed, made, mirror, keys } = await withChats();
      changed.answer = (chat) => (chat === "c2" ? refusal(status) : undefined);
      expect(await mirror.run(MESSAGES)).toMatchObject({
        outcome: "incomplete",
        parts: 3,
        partsComplete: 2,
        errors: 1,
        lastError: expect.stringContaining(String(status)),
      });
      made.set("c1", 6);
      expect(await mirror.run(MESSAGES)).toMatchObject({
        runId: 3,
        outcome: "incomplete",
        added: 1,
        deleted: 0,
      });
      expect(await keys()).toHaveLength(11);
      expect(await mirror.list(MESSAGES)).toMatchObject({ position: null });
      changed.answer = () => undefined;
      expect(await mirror.run(MESSAGES)).toMatchObject({ outcome: "complete", rows: 16 });
    },
  );

  test.each([400, 403])("a comparison goes on after one parent with %i, and says so", async (status) => {
    const { changed, made, mirror } = await withChats();
    await mirror.run(MESSAGES);
    made.set("c3", 6);
    changed.answer = (chat) => (chat === "c1" ? refusal(status) : undefined);
    expect(await mirror.verify(MESSAGES)).toMatchObject({
      complete: false,
      incompleteBecause: expect.stringContaining(String(status)),
      compared: 11,
      missing: 1,
      extra: 0,
    });
    changed.answer = () => refusal(status);
    await expect(mirror.verify(MESSAGES)).rejects.toMatchObject({ status });
  });

  test.each([401, 402, 408, 409, 429, 500])("a run stays open after %i, which may pass", async (status) => {
    const { api, mirror } = await setUp();
    await mirror.add({ list: "models" });
    api.answer = () => refusal(status);
    await expect(mirror.run("models")).rejects.toMatchObject({ status });
    expect(await mirror.list("models")).toMatchObject({ runs: [{ outcome: "open", errors: 1 }] });
  });

  test.each([400, 403, 404])(
    "a run whose parts all got %i is incomplete, and its error is thrown",
    async (status) => {
      const { api, clock, mirror } = await setUp();
      await mirror.add({ list: "compliance.activities", since: new Date(START - DAY), slices: 3 });
      api.answer = () => refusal(status);
      await expect(mirror.run("compliance.activities")).rejects.toMatchObject({ status });
      expect(await mirror.list("compliance.activities")).toMatchObject({
        position: null,
        runs: [{ outcome: "incomplete", parts: 3, errors: 3 }],
      });
      // The next run is another one: it has what was made since.
      clock.now += DAY;
      api.answer = () => undefined;
      api.activities.set({ id: "a", created_at: new Date(START).toISOString() });
      expect(await mirror.run("compliance.activities")).toMatchObject({
        runId: 2,
        outcome: "complete",
        rows: 1,
      });
    },
  );

  test.each([400, 404, 422])("a part whose cursor is answered with %i begins again, once", async (status) => {
    const { api, mirror } = await setUp();
    await mirror.add({ list: "models" });
    api.failAfter = 1;
    await expect(mirror.run("models")).rejects.toMatchObject({ status: 500 });
    api.failAfter = Number.POSITIVE_INFINITY;
    api.models.delete("m2");
    api.answer = (url) =>
      url.searchParams.get("after_id") === "m2" ? refusal(status, "Invalid page token") : undefined;
    expect(await mirror.run("models")).toMatchObject({ runId: 1, outcome: "complete", rows: 6, deleted: 1 });
    api.answer = (url) =>
      url.searchParams.has("after_id") ? refusal(status, "Invalid page token") : undefined;
    const before = api.requests;
    await expect(mirror.run("models")).rejects.toMatchObject({ status });
    expect(api.requests).toBe(before + 4);
    expect(await mirror.list("models")).toMatchObject({ runs: [{ outcome: "incomplete", deleted: 0 }, {}] });
  });

  test("404 for a later page is not the end of a parent", async () => {
    const { changed, mirror, keys } = await withChats();
    changed.answer = (chat, after) => (chat === "c2" && after !== null ? refusal(404) : undefined);
    expect(await mirror.run(MESSAGES)).toMatchObject({
      outcome: "incomplete",
      notFound: 0,
      partsComplete: 2,
    });
    expect(await keys()).toHaveLength(13);
    changed.answer = () => undefined;
    await mirror.run(MESSAGES);
    changed.answer = (chat, after) => (chat === "c2" && after !== null ? refusal(404) : undefined);
    expect(await mirror.verify(MESSAGES)).toMatchObject({ compared: 13, extra: 0, complete: false });
    // The chat is deleted between two pages.
    let isGone = false;
    changed.answer = (chat, after) => {
      isGone ||= chat === "c2" && after !== null;
      return chat === "c2" && isGone ? refusal(404) : undefined;
    };
    expect(await mirror.verify(MESSAGES)).toMatchObject({ compared: 13, complete: true });
    isGone = false;
    expect(await mirror.run(MESSAGES)).toMatchObject({ outcome: "complete", notFound: 1, deleted: 0 });
    expect(await keys()).toHaveLength(15);
  });

  test("an id that several rows of the parents have is one part", async () => {
    const { api, mirror } = await withChats();
    const { answer } = api;
    api.answer = (url) => {
      if (!url.pathname.endsWith("/chats")) return answer(url);
      const data = ["a", "b", "c"].flatMap((name) => ["c1", "c2"].map((id) => ({ id, name })));
      return Response.json({ data, has_more: false, last_id: "c2" });
    };
    expect(await mirror.run(CHATS)).toMatchObject({ outcome: "complete", rows: 6 });
    expect(await mirror.run(MESSAGES)).toMatchObject({
      outcome: "complete",
      parts: 2,
      partsComplete: 2,
      rows: 10,
    });
    expect(await mirror.verify(MESSAGES)).toMatchObject({ compared: 10, extra: 0, complete: true });
  });

  test.each([[[null]], [["c".repeat(1600)]], [["", "..", "."]]])(
    "parents without an id for a path, %j, are named, and the others are requested",
    async (nameless) => {
      const { mirror, keys } = await withChats(nameless);
      const others = nameless.length === 1 ? "" : ", and 2 more";
      expect(await mirror.run(MESSAGES)).toMatchObject({
        outcome: "incomplete",
        parts: 4,
        partsComplete: 3,
        rows: 15,
        errors: 1,
        lastError: expect.stringMatching(
          new RegExp(
            `^Cannot list what belongs to a row of compliance.apps.chats because it has no id that can be in a path: \\[.*\\]${others}$`,
          ),
        ),
      });
      expect(await keys()).toHaveLength(15);
      await database.query(`UPDATE refusals_${count}._lists SET position = now()`);
      expect(await mirror.verify(MESSAGES)).toMatchObject({ compared: 15, missing: 0, complete: false });
    },
  );

  test("after incomplete runs in a row, the next one waits longer, until one is complete", async () => {
    const { changed, mirror, clock } = await withChats();
    const waits: number[] = [];
    const run = async () => {
      await mirror.run(MESSAGES);
      waits.push(((await mirror.list(MESSAGES)).nextRunAt.getTime() - clock.now) / 1000);
    };
    changed.answer = (chat) => (chat === "c2" ? refusal(403) : undefined);
    for (let count = 0; count < 10; count += 1) await run();
    expect(waits).toEqual([300, 600, 1200, 2400, 4800, 9600, 19_200, 38_400, 76_800, 86_400]);
    changed.answer = () => undefined;
    await run();
    changed.answer = (chat) => (chat === "c2" ? refusal(403) : undefined);
    await run();
    expect(waits.slice(10)).toEqual([86_400, 300]);
  });

  test("verify has not seen a list whose parents all answer 404", async () => {
    const { changed, mirror, schema } = await withChats();
    await mirror.run(MESSAGES);
    changed.answer = (chat) => (chat === "c2" ? refusal(404) : undefined);
    expect(await mirror.verify(MESSAGES)).toMatchObject({ compared: 10, complete: true });
    await database.query(`DELETE FROM ${schema}.compliance_apps_chats_messages WHERE _key LIKE '%c1%'`);
    changed.answer = () => refusal(404);
    expect(await mirror.verify(MESSAGES)).toMatchObject({
      compared: 0,
      missing: 0,
      extra: 0,
      complete: false,
    });
    expect(await mirror.verify(MESSAGES, { sample: 5 })).toMatchObject({ complete: false });
  });
});
