import { describe, expect, test } from "vitest";
import { openMirror } from "../../src/index.ts";
import { databases, openShared } from "../support/databases.ts";
import { FakeAPI } from "../support/fake-api.ts";

const START = Date.parse("2026-09-01T00:00:00Z");
const DAY = 86_400_000;

describe.each(databases)("a sample in %s", async (_, target) => {
  const database = await openShared(target);

  async function setUp(schema: string) {
    const api = new FakeAPI();
    const client = api.client();
    const mirror = await openMirror({ database, schema, client, now: () => new Date(START) });
    return { api, mirror };
  }

  test("of a feed or of buckets is of any time", async () => {
    const { api, mirror } = await setUp("times");
    const since = new Date(START - 100 * DAY);
    await mirror.add({ list: "compliance.activities", since });
    await mirror.add({ list: "organization.usage_report.messages", since });
    const time = (back: number) => new Date(START - back * DAY).toISOString();
    for (let back = 1; back < 100; back += 1) {
      api.activities.set({ id: `a${back}`, created_at: time(back) });
      api.usage.set(time(back).replace(".000Z", "Z"), new Map([["m", 1]]));
    }
    for (const list of ["compliance.activities", "organization.usage_report.messages"]) {
      await mirror.run(list);
      const { table } = await mirror.list(list);
      const column = list === "compliance.activities" ? "created_at" : "_bucket";
      // Four in five are missing: of 20 random ones, at least one is.
      await database.query(`DELETE FROM times."${table}" WHERE ${column} < $1::timestamptz`, [time(20)]);
      const found = await mirror.verify(list, { sample: 20 });
      expect(found).toMatchObject({ complete: true, extra: 0, different: 0 });
      expect(found.compared).toBeGreaterThanOrEqual(20);
      expect(found.compared).toBeLessThan(40);
      expect(found.missing).toBeGreaterThan(0);
      expect(await mirror.verify(list)).toMatchObject({ missing: 79 });
    }
  });

  test("of a child list is of any parent", async () => {
    const { api, mirror } = await setUp("parents");
    const asked: string[] = [];
    api.answer = ({ pathname }) => {
      const [, id] = /^\/v1\/skills\/(s\d+)\/versions$/.exec(pathname) ?? [];
      if (id !== undefined) asked.push(id);
      const ids =
        id === undefined ? Array.from({ length: 50 }, (_, index) => `s${index}`) : [`${id}-1`, `${id}-2`];
      return Response.json({ data: ids.map((each) => ({ id: each })), next_page: null });
    };
    await mirror.add({ list: "skills" });
    await mirror.add({ list: "skills.versions", parents: "skills" });
    await mirror.run("skills");
    await mirror.run("skills.versions");
    const samples = new Set<string>();
    for (let time = 0; time < 3; time += 1) {
      asked.length = 0;
      expect(await mirror.verify("skills.versions", { sample: 20 })).toMatchObject({
        compared: 20,
        missing: 0,
        complete: true,
      });
      expect(new Set(asked).size).toBe(10);
      samples.add(asked.join());
    }
    expect(samples.size).toBe(3);
  });

  test("has pages of its size, except those of buckets, which may have no rows", async () => {
    const { api, mirror } = await setUp("sizes");
    api.pageSize = 1000;
    const since = new Date(START - 100 * DAY);
    for (let back = 1; back < 100; back += 1) {
      const created_at = new Date(START - back * DAY).toISOString();
      api.models.set({ id: `m${back}`, created_at });
      api.activities.set({ id: `a${back}`, created_at });
    }
    const limits = new Set<string | null>();
    for (const [add, wanted] of [
      [{ list: "models" }, ["5"]],
      // Ten parts have one row each, until five are compared.
      [{ list: "compliance.activities", since }, ["1"]],
      [{ list: "organization.usage_report.messages", since }, ["31"]],
    ] as const) {
      await mirror.add(add);
      await mirror.run(add.list);
      limits.clear();
      api.onRequest = ({ searchParams }) => {
        limits.add(searchParams.get("limit"));
      };
      const { compared } = await mirror.verify(add.list, { sample: 5 });
      expect({ limits: [...limits], compared }).toEqual({
        limits: wanted,
        compared: add.list.startsWith("organization") ? 0 : 5,
      });
    }
  });

  test("has its size, also if the rows are in a few of the times", async () => {
    const { api, mirror } = await setUp("few");
    api.pageSize = 1000;
    const time = new Date(START - 50 * DAY).toISOString();
    for (let id = 0; id < 40; id += 1) api.activities.set({ id: `a${id}`, created_at: time });
    await mirror.add({ list: "compliance.activities", since: new Date(START - 100 * DAY) });
    await mirror.run("compliance.activities");
    expect(await mirror.verify("compliance.activities", { sample: 20 })).toMatchObject({
      compared: 20,
      complete: true,
    });
    expect(await mirror.verify("compliance.activities", { sample: 50 })).toMatchObject({
      compared: 40,
      complete: true,
    });
  });

  test("of a snapshot has the first rows", async () => {
    const { api, mirror } = await setUp("first");
    for (let model = 0; model < 30; model += 1)
      api.models.set({ id: `m${model}`, created_at: "2026-08-01T00:00:00Z" });
    await mirror.add({ list: "models" });
    await mirror.run("models");
    expect(await mirror.verify("models", { sample: 10 })).toMatchObject({ compared: 12, complete: true });
  });
});
