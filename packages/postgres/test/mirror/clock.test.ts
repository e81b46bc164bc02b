import { describe, expect, test } from "vitest";
import { openMirror } from "../../src/index.ts";
import { databases, openShared } from "../support/databases.ts";
import { FakeAPI } from "../support/fake-api.ts";
import { rawById, readRows } from "../support/read-rows.ts";

const START = Date.parse("2026-09-20T06:00:00Z");
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LISTS = ["models", "compliance.activities", "organization.usage_report.messages"] as const;
const text = (time: number) => new Date(time).toISOString();

describe.each(databases)("after the clock of the database was ahead, in %s,", async (_, target) => {
  const database = await openShared(target);
  let count = 0;

  async function setUp(options: { readonly history?: boolean } = {}) {
    count += 1;
    const api = new FakeAPI();
    const clock = { now: START + 10 * DAY };
    const schema = `clock_${count}`;
    const now = () => new Date(clock.now);
    const mirror = await openMirror({ database, schema, client: api.client(), now });
    for (let id = 0; id < 5; id += 1) {
      api.models.set({ id: `m${id}`, created_at: text(START - id * HOUR), display_name: `model ${id}` });
      api.activities.set({ id: `a${id}`, created_at: text(START - id * HOUR) });
    }
    await mirror.add({ list: LISTS[0], ...options });
    await mirror.add({ list: LISTS[1], since: new Date(START - 5 * DAY), slices: 2 });
    await mirror.add({ list: LISTS[2], since: new Date(START - 5 * DAY), slices: 2 });
    return { api, clock, mirror, schema };
  }

  test("all lists are due again, and nothing from the time between is missing", async () => {
    const { api, clock, mirror, schema } = await setUp();
    for (const list of LISTS) expect(await mirror.run(list)).toMatchObject({ outcome: "complete" });
    clock.now = START + 6 * HOUR;
    api.models.set({ id: "new", created_at: text(START + HOUR), display_name: "new" });
    api.activities.set({ id: "new", created_at: text(START + HOUR) });
    api.usage.set(text(START - 6 * HOUR).replace(".000Z", "Z"), new Map([["m0", 7]]));
    expect((await mirror.dueLists()).map(({ name }) => name).toSorted()).toEqual(LISTS.toSorted());
    for (const list of LISTS) {
      expect((await mirror.startRun(list))?.parts.length).toBeGreaterThan(0);
      expect(await mirror.run(list)).toMatchObject({ outcome: "complete" });
      const { position, nextRunAt, every } = await mirror.list(list);
      expect(position?.getTime()).toBeLessThanOrEqual(clock.now);
      expect(nextRunAt.getTime()).toBe(clock.now + every * 1000);
    }
    expect(await mirror.dueLists()).toEqual([]);
    expect((await rawById(database, `${schema}.models`)).has("new")).toBe(true);
    expect((await rawById(database, `${schema}.compliance_activities`)).has("new")).toBe(true);
    expect(await readRows(database, `${schema}.organization_usage_report_messages`)).toHaveLength(1);
  });

  test("a list that has nothing to request yet is due after its interval", async () => {
    const { clock, mirror } = await setUp();
    await mirror.add({ list: LISTS[1], name: "later", since: new Date(START + 20 * DAY) });
    expect(await mirror.startRun("later")).toBeNull();
    clock.now = START;
    expect(await mirror.startRun("later")).toBeNull();
    expect((await mirror.list("later")).nextRunAt).toEqual(new Date(START + 300_000));
  });

  test("the versions of a row end after they begin", async () => {
    const { api, clock, mirror, schema } = await setUp({ history: true });
    await mirror.run("models");
    clock.now = START + HOUR;
    api.models.set({ id: "m0", created_at: text(START), display_name: "renamed" });
    await mirror.run("models");
    const { rows } = await database.query<{ valid: boolean }>(
      `SELECT _valid_from <= _valid_to AS valid FROM ${schema}.models_history`,
    );
    expect(rows).toEqual([{ valid: true }]);
  });

  test("a part of a worker that died can be taken", async () => {
    const { clock, mirror, schema } = await setUp();
    clock.now = START;
    const plan = await mirror.startRun("models");
    await database.query(
      `UPDATE ${schema}._parts SET worker = 'dead', lease = 1, heartbeat_at = clock_timestamp() + interval '10 days',
         lease_until = clock_timestamp() + interval '10 days 15 seconds'`,
    );
    expect(await mirror.walkPart(plan?.parts[0]?.partId ?? 0, { worker: "alive" })).toBe("complete");
  });
});
