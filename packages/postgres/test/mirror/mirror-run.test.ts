import { describe, expect, test } from "vitest";
import { type AddList, type Database, MirrorError, openMirror } from "../../src/index.ts";
import { databases, openShared } from "../support/databases.ts";
import { FakeAPI } from "../support/fake-api.ts";
import { rawById, readRows } from "../support/read-rows.ts";

const START = Date.parse("2026-09-01T00:00:00Z");
const time = (hours: number) => new Date(START + hours * 3_600_000).toISOString();

describe.each(databases)("a run in %s", async (_, target) => {
  const database = await openShared(target);
  let count = 0;

  async function setUp(list: AddList = { list: "models" }, items = 7) {
    count += 1;
    const api = new FakeAPI();
    const clock = { now: START };
    const schema = `run_${count}`;
    const mirror = await openMirror({
      database,
      schema,
      client: api.client(),
      now: () => new Date(clock.now),
    });
    for (let id = 0; id < items; id += 1) {
      api.models.set({ id: `m${id}`, created_at: time(-id), display_name: `model ${id}` });
    }
    const { table } = await mirror.add(list);
    return { api, clock, mirror, schema, table: `"${schema}"."${table}"` };
  }

  test("takes the last of several items with one id, as verify does", async () => {
    const { api, mirror, table } = await setUp();
    /** What each page has of one model, besides another model. */
    let names = ["old", "new"];
    api.answer = ({ searchParams }) => {
      const page = Number(searchParams.get("after_id") ?? 0);
      const data = [{ id: "a", display_name: names[page] }, { id: `b${page}` }];
      return Response.json({ data, has_more: page + 1 < names.length, last_id: String(page + 1) });
    };
    const good = { compared: 3, missing: 0, extra: 0, different: 0, differences: [], complete: true };
    for (let run = 0; run < 2; run += 1) {
      expect(await mirror.run("models")).toMatchObject({ outcome: "complete", pages: 2 });
      expect((await rawById(database, table)).get("a")).toMatchObject({ display_name: "new" });
      expect(await mirror.verify("models")).toMatchObject(good);
    }
    names = ["new", "old"];
    const different = [{ key: '["a"]', kind: "different" }];
    expect(await mirror.verify("models")).toMatchObject({ ...good, different: 1, differences: different });
    await database.query(`DELETE FROM ${table}`);
    expect(await mirror.verify("models")).toMatchObject({ ...good, missing: 3, differences: { length: 3 } });
  });

  test("continues after a failure where it was, without a page more", async () => {
    const { api, mirror, table } = await setUp();
    api.failAfter = 2;
    await expect(mirror.run("models")).rejects.toMatchObject({ status: 500 });
    expect((await rawById(database, table)).size).toBe(6);
    expect(await mirror.list("models")).toMatchObject({
      position: null,
      runs: [{ outcome: "open", pages: 2, rows: 6, errors: 1, lastError: expect.stringContaining("500") }],
    });
    api.failAfter = Number.POSITIVE_INFINITY;
    const run = await mirror.run("models");
    expect(run).toMatchObject({
      runId: 1,
      outcome: "complete",
      parts: 1,
      pages: 3,
      rows: 7,
      added: 7,
      deleted: 0,
    });
    expect(run).toMatchObject({
      firstKey: '["m0"]',
      lastKey: '["m6"]',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    // Three pages and the one that failed.
    expect(api.requests).toBe(4);
    expect((await mirror.list("models")).position).toEqual(new Date(START));
  });

  test("has the same digest, interrupted or not", async () => {
    const one = await setUp();
    const two = await setUp();
    two.api.failAfter = 1;
    await expect(two.mirror.run("models")).rejects.toThrow();
    two.api.failAfter = Number.POSITIVE_INFINITY;
    expect((await two.mirror.run("models")).sha256).toBe((await one.mirror.run("models")).sha256);
  });

  test("marks what a whole snapshot does not have, and takes the mark away when it is back", async () => {
    const { api, clock, mirror, table } = await setUp();
    await mirror.run("models");
    api.models.delete("m3");
    clock.now += 3_600_000;
    expect(await mirror.run("models")).toMatchObject({ added: 0, changed: 0, deleted: 1 });
    const gone = (await readRows(database, table, { deleted: true })).find(({ _key }) => _key === '["m3"]');
    expect(gone?._deleted_at).toEqual(new Date(clock.now));
    expect((await mirror.list("models")).rows).toBe(6);
    api.models.set({ id: "m3", created_at: time(-3), display_name: "model 3" });
    expect(await mirror.run("models")).toMatchObject({ added: 0, changed: 1, deleted: 0 });
    expect((await mirror.list("models")).rows).toBe(7);
  });

  test.each([
    ["more is announced and no cursor is given", { has_more: true, last_id: null }, 1],
    ["it leads back to a page", { has_more: true, last_id: "m2" }, 1],
    ["a page has no field for items", { data: undefined, has_more: true, last_id: "m4" }, 0],
  ])("deletes nothing if the list is incomplete, because %s", async (_, fields, changed) => {
    const { api, clock, mirror, table } = await setUp();
    await mirror.run("models");
    clock.now += 3_600_000;
    api.answer = (url) =>
      url.searchParams.has("after_id")
        ? Response.json({
            data: [{ id: "m4", created_at: time(-4), display_name: "new" }],
            first_id: "m4",
            ...fields,
          })
        : undefined;
    expect(await mirror.run("models")).toMatchObject({ outcome: "incomplete", partsComplete: 0, deleted: 0 });
    expect((await rawById(database, table)).size).toBe(7);
    expect(await mirror.list("models")).toMatchObject({
      position: new Date(START),
      nextRunAt: new Date(clock.now + 300_000),
      lastComplete: { runId: 1 },
    });
    api.answer = () => undefined;
    api.models.delete("m5");
    expect(await mirror.run("models")).toMatchObject({
      runId: 3,
      outcome: "complete",
      pages: 2,
      deleted: 1,
      changed,
    });
  });

  test("begins a part again when its cursor has expired", async () => {
    const { api, mirror, table } = await setUp();
    let expired = 0;
    api.answer = (url) => {
      if (url.searchParams.get("after_id") !== "m5" || expired > 0) return undefined;
      expired += 1;
      const error = { type: "invalid_request_error", message: "after_id: cursor has expired" };
      return Response.json({ type: "error", error }, { status: 400 });
    };
    const run = await mirror.run("models");
    expect(expired).toBe(1);
    expect(run).toMatchObject({ outcome: "complete", pages: 3, rows: 7 });
    expect((await rawById(database, table)).size).toBe(7);
  });

  test("marks a row that was deleted before its part began again, and no row of another part", async () => {
    const { api, mirror, table } = await setUp(
      { list: "organization.usage_report.messages", since: new Date(time(-240)), slices: 2 },
      0,
    );
    api.pageSize = 1;
    const days = Array.from({ length: 10 }, (_, day) => time(-240 + 24 * day).replace(".000", ""));
    for (const day of days) api.usage.set(day, new Map([["model", 1]]));
    let expired = 0;
    // The second part has written two of its days.
    api.answer = (url) => {
      if (url.searchParams.get("page") !== String(Date.parse(days[8] ?? "")) || expired > 0) return undefined;
      expired += 1;
      api.usage.delete(days[6] ?? "");
      const error = { type: "invalid_request_error", message: "page: cursor has expired" };
      return Response.json({ type: "error", error }, { status: 400 });
    };
    const run = await mirror.run("organization.usage_report.messages", { concurrency: 1 });
    expect(run).toMatchObject({ outcome: "complete", added: 10, deleted: 1 });
    expect(expired).toBe(1);
    const left = (await readRows(database, table)).map(({ _bucket }) => _bucket);
    expect(left).toEqual(days.filter((_, index) => index !== 6).map((day) => new Date(day)));
    expect((await mirror.list("organization.usage_report.messages")).rows).toBe(9);
  });

  test("of a feed is refused by a clock that is ahead of the API's, because items would be lost", async () => {
    const { api, clock, mirror } = await setUp({ list: "compliance.activities", slices: 1, overlap: 60 }, 0);
    let served = START;
    api.answer = () =>
      Response.json(
        { data: [], has_more: false, first_id: null, last_id: null },
        { headers: { date: new Date(served).toUTCString() } },
      );
    clock.now += 300_000;
    expect(await mirror.run("compliance.activities")).toMatchObject({
      outcome: "incomplete",
      lastError: expect.stringContaining(
        'Cannot run "compliance.activities" because the clock of the database is 299 seconds or more ahead of that of the API',
      ),
    });
    expect((await mirror.list("compliance.activities")).position).toBeNull();
    // The overlap reaches back to the time of the API.
    served = clock.now - 61_000;
    expect(await mirror.run("compliance.activities")).toMatchObject({ outcome: "incomplete" });
    served = clock.now - 60_000;
    expect(await mirror.run("compliance.activities")).toMatchObject({ outcome: "complete" });
  });

  test.each([
    ["organization.usage_report.messages", 0],
    ["organization.usage_report.claude_code", 0],
    ["organization.usage_report.messages", 1],
    ["organization.usage_report.claude_code", 1],
  ])(
    "of the buckets of %s with a delay of %i days is refused by a clock ahead of the API's, because days would be lost",
    async (list, delayed) => {
      const { api, clock, mirror, table } = await setUp(
        { list, since: new Date(time(-72)), delay: delayed * 86_400 },
        0,
      );
      let served = START + 3_600_000;
      const days: string[] = [];
      api.answer = ({ searchParams }) => {
        const from = Date.parse(searchParams.get("starting_at") ?? "");
        const to = Date.parse(searchParams.get("ending_at") ?? "") || from + 86_400_000;
        const data: object[] = [];
        for (let day = from; day < to && day <= served - delayed * 86_400_000; day += 86_400_000) {
          days.push(new Date(day).toISOString());
          data.push({ starting_at: new Date(day).toISOString(), results: [{ model: "a" }] });
        }
        const headers = { date: new Date(served).toUTCString() };
        return Response.json({ data, has_more: false, next_page: null }, { headers });
      };
      clock.now = served + 20 * 86_400_000;
      expect(await mirror.run(list)).toMatchObject({
        outcome: "incomplete",
        rows: 0,
        lastError: expect.stringContaining("seconds or more ahead of that of the API: set the clock"),
      });
      expect((await mirror.list(list)).position).toBeNull();
      // The lookback reaches back to what the API does not have yet.
      clock.now = served + 46 * 3_600_000;
      expect(await mirror.run(list)).toMatchObject({ outcome: "complete" });
      served += 12 * 86_400_000;
      clock.now = served;
      days.length = 0;
      expect(await mirror.run(list)).toMatchObject({ outcome: "complete" });
      expect(days.toSorted()[0]).toBe(time(-24 * delayed));
      expect((await readRows(database, table)).length).toBeGreaterThan(10);
    },
  );

  test("of buckets without a lookback is refused while the API is still in the bucket before", async () => {
    const list = "organization.usage_report.messages";
    const { api, clock, mirror } = await setUp({ list, since: new Date(time(-72)), lookback: 0 }, 0);
    let served = START - 1000;
    api.answer = () =>
      Response.json(
        { data: [], has_more: false, next_page: null },
        { headers: { date: new Date(served).toUTCString() } },
      );
    clock.now = START;
    expect(await mirror.run(list)).toMatchObject({
      lastError: expect.stringContaining("1 seconds or more ahead"),
    });
    const { answer } = api;
    api.answer = () => {
      const error = { type: "invalid_request_error", message: "starting_at: is in the future" };
      const headers = { date: new Date(served).toUTCString() };
      return Response.json({ type: "error", error }, { status: 400, headers });
    };
    expect(await mirror.run(list)).toMatchObject({
      outcome: "incomplete",
      lastError: expect.stringContaining("1 seconds or more ahead"),
    });
    api.answer = answer;
    served = START;
    expect(await mirror.run(list)).toMatchObject({ outcome: "complete" });
  });

  test.each([
    ["before", 1],
    ["before", 3],
    ["after", 1],
    ["after", 3],
  ])("keeps a page that the database does not take: the answer is lost %s commit %i", async (when, page) => {
    const { api, schema } = await setUp();
    const { sha256 } = await (await setUp()).mirror.run("models");
    let transactions = Number.NEGATIVE_INFINITY;
    const away: Database = {
      ...database,
      async transaction(body) {
        transactions += 1;
        const isAway = transactions >= page && transactions < page + 3;
        const result = isAway && when === "before" ? undefined : await database.transaction(body);
        if (isAway) throw new MirrorError("Cannot wait for the database", { kind: "database" });
        return result ?? database.transaction(body);
      },
    };
    const mirror = await openMirror({
      database: away,
      schema,
      client: api.client(),
      now: () => new Date(START),
    });
    const [part] = (await mirror.startRun("models"))?.parts ?? [];
    transactions = 0;
    expect(await mirror.walkPart(part?.partId ?? 0, { worker: "a" })).toBe("complete");
    expect(api.requests).toBe(3);
    transactions = Number.NEGATIVE_INFINITY;
    expect(await mirror.settleRun(1)).toMatchObject({
      outcome: "complete",
      pages: 3,
      rows: 7,
      added: 7,
      errors: 0,
      sha256,
    });
  });

  test.each([
    ["stays away", new MirrorError("Cannot wait for the database", { kind: "database" })],
    ["refuses a page", Object.assign(new Error("value out of range"), { severity: "ERROR", code: "22003" })],
  ])("is continued where it was after a database that %s", async (_, failure) => {
    const { api, schema } = await setUp();
    let transactions = Number.NEGATIVE_INFINITY;
    const away: Database = {
      ...database,
      async transaction(body) {
        transactions += 1;
        if (transactions > 1) throw failure;
        return database.transaction(body);
      },
    };
    const mirror = await openMirror({ database: away, schema, client: api.client() });
    const [part] = (await mirror.startRun("models"))?.parts ?? [];
    transactions = 0;
    const walk = mirror.walkPart(part?.partId ?? 0, { worker: "a", heartbeatSeconds: 0.02 });
    await expect(walk).rejects.toBe(failure);
    // The error that may pass is not the only attempt.
    expect(transactions > 2).toBe(failure instanceof MirrorError);
    transactions = Number.NEGATIVE_INFINITY;
    expect(await mirror.list("models")).toMatchObject({ runs: [{ outcome: "open", pages: 1 }] });
    expect(await mirror.run("models")).toMatchObject({ runId: 1, outcome: "complete", rows: 7 });
  });

  test("fails with the error of the database if a request cannot take its turn there", async () => {
    const { api, mirror, schema } = await setUp();
    await mirror.run("models");
    const failure = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    const apiKey = () => Promise.reject(failure);
    const away = await openMirror({ database, schema, client: api.client().withOptions({ apiKey }) });
    await expect(away.run("models")).rejects.toBe(failure);
    await expect(away.verify("models")).rejects.toBe(failure);
  });

  test("is due again after its interval when there is nothing to request", async () => {
    const { clock, mirror } = await setUp(
      { list: "compliance.activities", since: new Date(START + 3_600_000), every: 300 },
      0,
    );
    expect(await mirror.startRun("compliance.activities")).toBeNull();
    expect(await mirror.dueLists()).toEqual([]);
    clock.now += 300_000;
    expect((await mirror.dueLists()).map(({ name }) => name)).toEqual(["compliance.activities"]);
  });

  test("of a feed requests again from a time that is named, and not behind its position", async () => {
    const { api, clock, mirror, table } = await setUp({ list: "compliance.activities", slices: 2 }, 0);
    const add = (id: string, hours: number) => api.activities.set({ id, created_at: time(hours) });
    for (let hour = 1; hour <= 8; hour += 1) add(`a${hour}`, -30 * hour);
    await mirror.run("compliance.activities");
    // It arrives later than the overlap.
    add("late", -200);
    clock.now += 3_600_000;
    await mirror.run("compliance.activities");
    expect((await rawById(database, table)).has("late")).toBe(false);
    expect(await mirror.verify("compliance.activities")).toMatchObject({ missing: 1 });
    const since = (hours: number) => ({ from: new Date(START + hours * 3_600_000) });
    expect(await mirror.run("compliance.activities", since(-210))).toMatchObject({
      outcome: "complete",
      parts: 2,
      from: new Date(START - 210 * 3_600_000),
      added: 1,
      changed: 0,
    });
    expect(await mirror.verify("compliance.activities")).toMatchObject({ missing: 0, extra: 0 });
    // It needs not be due.
    expect(await mirror.startRun("compliance.activities")).toBeNull();
    const plan = await mirror.startRun("compliance.activities", since(-210));
    expect(plan?.parts).toHaveLength(2);
    await mirror.run("compliance.activities");
    // A later time leaves no gap.
    const { position } = await mirror.list("compliance.activities");
    add("new", 1.1);
    clock.now += 7_200_000;
    expect(await mirror.run("compliance.activities", since(2))).toMatchObject({
      from: new Date((position?.getTime() ?? 0) - 3_600_000),
      added: 1,
    });
  });

  test("of buckets requests again from a time that is named", async () => {
    const { api, clock, mirror, table } = await setUp({
      list: "organization.usage_report.messages",
      since: new Date(START - 20 * 86_400_000),
    });
    const day = (back: number) => new Date(START - back * 86_400_000).toISOString().replace(".000Z", "Z");
    for (let back = 0; back < 20; back += 1) api.usage.set(day(back), new Map([["m", 1]]));
    await mirror.run("organization.usage_report.messages");
    api.usage.set(day(10), new Map([["m", 5]]));
    api.usage.set(day(11), new Map());
    clock.now += 3_600_000;
    expect(await mirror.run("organization.usage_report.messages")).toMatchObject({ changed: 0, deleted: 0 });
    const from = new Date(START - 12 * 86_400_000 + 7000);
    expect(await mirror.run("organization.usage_report.messages", { from })).toMatchObject({
      from: new Date(START - 12 * 86_400_000),
      changed: 1,
      deleted: 1,
    });
    expect(await readRows(database, table)).toHaveLength(19);
    expect(await mirror.verify("organization.usage_report.messages")).toMatchObject({
      missing: 0,
      extra: 0,
      different: 0,
    });
  });

  test("from a time is refused where it would not be that run", async () => {
    const { api, mirror } = await setUp();
    const from = new Date(START - 1);
    await expect(mirror.run("models", { from })).rejects.toThrow(
      "each run of a snapshot requests everything",
    );
    await mirror.add({ list: "compliance.activities" });
    const refused = (time: Date) => expect(mirror.run("compliance.activities", { from: time })).rejects;
    await refused(new Date(START)).toThrow("it is not in the past: 2026-09-01T00:00:00.000Z");
    await refused(new Date(Number.NaN)).toThrow("because from must be a valid Date: Invalid Date");
    // The cast: a program without types may give any value.
    await refused("2026-01-01" as never).toThrow('because from must be a valid Date: "2026-01-01"');
    api.failAfter = 0;
    await expect(mirror.run("compliance.activities")).rejects.toThrow();
    await refused(from).toThrow(
      'Cannot run "compliance.activities" from a time because a run of it is open: let it end, or run the list without a time',
    );
    const since = new Date(START - 20 * 86_400_000 + 7000);
    const report = "organization.usage_report.messages";
    await mirror.add({ list: report, since });
    await mirror.add({ list: "compliance.activities", name: "feed", since });
    const before = new Date(START - 90 * 86_400_000);
    await expect(mirror.run(report, { from: since })).rejects.toThrow(
      "no run of it was complete yet: run the list without a time",
    );
    api.failAfter = Number.POSITIVE_INFINITY;
    for (const [name, start] of [
      [report, "2026-08-12T00:00:00.000Z"],
      ["feed", "2026-08-12T00:00:07.000Z"],
    ] as const) {
      await mirror.run(name);
      const run = mirror.run(name, { from: before });
      await expect(run).rejects.toThrow(
        `from a time because 2026-06-03T00:00:00.000Z is before the start of the list, ${start}: remove the list and add it with that start`,
      );
      const { from } = await mirror.run(name, { from: new Date(start) });
      expect(from).toEqual(new Date(start));
    }
  });

  test("keeps each version once, if several parts have the same items", async () => {
    const api = new FakeAPI();
    let version = 0;
    const days = Array.from({ length: 9 }, (_, day) => START - (9 - day) * 86_400_000);
    // Both bounds are inclusive: an item at the end of a slice is in the next one, too.
    api.answer = ({ searchParams }) => {
      const [from, to] = ["created_at[gte]", "created_at[lte]"].map((name) =>
        Date.parse(searchParams.get(name) ?? ""),
      );
      const data = days
        .filter((time) => time >= (from ?? 0) && time <= (to ?? 0))
        .map((time) => ({ id: `agent_${time}`, created_at: new Date(time).toISOString(), version }));
      return Response.json({ data, next_page: null });
    };
    const now = () => new Date(START - 86_400_000 + 60_000);
    const mirror = await openMirror({ database, schema: "versions", client: api.client(), now });
    const since = new Date(days[0] ?? 0);
    await mirror.add({ list: "beta.agents", mode: "feed", history: true, slices: 8, since });
    await mirror.run("beta.agents", { concurrency: 8 });
    for (version = 1; version <= 10; version += 1) {
      const { changed } = await mirror.run("beta.agents", { concurrency: 8, from: since });
      expect(changed).toBe(9);
    }
    const { rows } = await database.query(
      `SELECT count(*)::int AS kept, count(DISTINCT (_key, _raw->>'version'))::int AS versions FROM versions.beta_agents_history`,
    );
    expect(rows).toEqual([{ kept: 90, versions: 90 }]);
  });

  test("that was stopped is due, whatever the interval of its list", async () => {
    const { api, mirror } = await setUp();
    await mirror.run("models");
    expect(await mirror.dueLists()).toEqual([]);
    const stop = new AbortController();
    api.onRequest = () => stop.abort();
    expect(await mirror.run("models", { signal: stop.signal })).toMatchObject({ outcome: "open" });
    expect(await mirror.dueLists()).toMatchObject([{ name: "models", runs: [{ outcome: "open" }, {}] }]);
    expect(await mirror.startRun("models")).toMatchObject({ runId: 2 });
    api.onRequest = () => {};
    await mirror.run("models");
    expect(await mirror.dueLists()).toEqual([]);
  });

  test("is refused with options that no call can have, and the error names option, rule and value", async () => {
    const { mirror } = await setUp();
    await mirror.run("models");
    for (const concurrency of [Number.NaN, 0, 1.5])
      await expect(mirror.run("models", { concurrency })).rejects.toThrow(
        `Cannot run "models" because concurrency must be a whole number of at least 1: ${concurrency}`,
      );
    for (const sample of [0, -1, Number.NaN])
      await expect(mirror.verify("models", { sample })).rejects.toThrow(
        `Cannot verify "models" because sample must be a whole number of at least 1: ${sample}`,
      );
    const feed = { list: "compliance.activities" };
    await expect(mirror.add({ ...feed, every: 0 })).rejects.toThrow(
      'Cannot mirror "compliance.activities" because every must be a number of seconds above 0, and 100 years at most: 0',
    );
    await expect(mirror.add({ ...feed, overlap: -1 })).rejects.toThrow(
      'Cannot mirror "compliance.activities" because overlap must be a number of seconds of at least 0, and 100 years at most: -1',
    );
    for (const option of ["every", "overlap", "delay"])
      await expect(mirror.add({ ...feed, [option]: 86_400 * 999_999 })).rejects.toThrow("100 years at most");
    await expect(mirror.add({ ...feed, since: new Date("x") })).rejects.toThrow(
      'Cannot mirror "compliance.activities" because since must be a valid Date: Invalid Date',
    );
  });

  test("of a snapshot counts its rows again, also those that were deleted by hand", async () => {
    const { mirror, table } = await setUp();
    await mirror.run("models");
    await database.query(`DELETE FROM ${table} WHERE _key < '["m3"]'`);
    await mirror.run("models");
    expect((await mirror.list("models")).rows).toBe(7);
  });

  test("that is open has its new rows in the number of rows", async () => {
    const { api, mirror } = await setUp();
    api.failAfter = 2;
    await expect(mirror.run("models")).rejects.toThrow();
    expect((await mirror.list("models")).rows).toBe(6);
    api.failAfter = Number.POSITIVE_INFINITY;
    await mirror.run("models");
    expect((await mirror.list("models")).rows).toBe(7);
  });

  test("begins a part again when its checkpoint is of another request", async () => {
    const { api, mirror, schema, table } = await setUp();
    api.failAfter = 1;
    await expect(mirror.run("models")).rejects.toThrow();
    api.failAfter = Number.POSITIVE_INFINITY;
    await database.query(`UPDATE ${schema}._parts SET checkpoint = '{"v":2,"path":"/v1/other"}'`);
    expect(await mirror.run("models")).toMatchObject({ outcome: "complete", rows: 7 });
    expect((await rawById(database, table)).size).toBe(7);
  });

  test("is begun and settled once, by however many callers", async () => {
    const { clock, mirror } = await setUp();
    const plans = await Promise.all([
      mirror.startRun("models"),
      mirror.startRun("models"),
      mirror.startRun("models"),
    ]);
    expect(new Set(plans.map((plan) => plan?.runId))).toEqual(new Set([1]));
    const partId = plans[0]?.parts[0]?.partId ?? 0;
    expect(await mirror.settleRun(1)).toMatchObject({ outcome: "open", pages: 0 });
    expect(await mirror.walkPart(partId, { worker: "a" })).toBe("complete");
    expect(await mirror.walkPart(partId, { worker: "b" })).toBe("complete");
    const settled = await Promise.all([mirror.settleRun(1), mirror.settleRun(1), mirror.settleRun(1)]);
    expect(settled.map(({ outcome, added }) => [outcome, added])).toEqual(Array(3).fill(["complete", 7]));
    expect((await mirror.list("models")).rows).toBe(7);
    expect(await mirror.startRun("models")).toBeNull();
    expect(await mirror.dueLists()).toEqual([]);
    clock.now += 86_400_000;
    expect((await mirror.dueLists()).map(({ name }) => name)).toEqual(["models"]);
    expect((await mirror.startRun("models"))?.runId).toBe(2);
  });

  test("is of one worker a part, until its lease has expired", async () => {
    const { api, mirror, table } = await setUp();
    const plan = await mirror.startRun("models");
    const partId = plan?.parts[0]?.partId ?? 0;
    let wake = () => {};
    api.onRequest = () => (api.requests === 2 ? new Promise<void>((resolve) => (wake = resolve)) : undefined);
    // The first worker gives no sign of life after the first page, as if it was killed.
    const dead = mirror.walkPart(partId, { worker: "dead", heartbeatSeconds: 0.2, onPage: () => {} });
    await expect.poll(() => api.requests).toBe(2);
    expect(await mirror.walkPart(partId, { worker: "next" })).toBe("busy");
    await database.query(
      `UPDATE ${(await schemaOf(mirror)).parts} SET lease = lease + 1, lease_until = now() - interval '1 s'`,
    );
    const pages: number[] = [];
    expect(await mirror.walkPart(partId, { worker: "next", onPage: (page) => pages.push(page.pages) })).toBe(
      "complete",
    );
    expect(pages).toEqual([2, 3]);
    wake();
    expect(await dead).toBe("lost");
    expect((await rawById(database, table)).size).toBe(7);
  });

  test("is taken over when the heartbeat of a worker has stopped", async () => {
    const { api, mirror } = await setUp();
    const plan = await mirror.startRun("models");
    const partId = plan?.parts[0]?.partId ?? 0;
    let wake = () => {};
    api.onRequest = () => (api.requests === 1 ? new Promise<void>((resolve) => (wake = resolve)) : undefined);
    const alive = mirror.walkPart(partId, { worker: "alive", heartbeatSeconds: 0.05 });
    await expect.poll(() => api.requests).toBe(1);
    // It lives: its lease is renewed far beyond three heartbeats.
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await mirror.walkPart(partId, { worker: "other" })).toBe("busy");
    wake();
    expect(await alive).toBe("complete");
  });

  test("stops after the page when the signal fires, and is continued at once", async () => {
    const { api, mirror } = await setUp();
    const plan = await mirror.startRun("models");
    const partId = plan?.parts[0]?.partId ?? 0;
    const stop = new AbortController();
    const result = await mirror.walkPart(partId, {
      worker: "a",
      signal: stop.signal,
      onPage: () => stop.abort(),
    });
    expect(result).toBe("stopped");
    expect(await mirror.list("models")).toMatchObject({ runs: [{ outcome: "open", pages: 1, errors: 0 }] });
    expect(await mirror.walkPart(partId, { worker: "b" })).toBe("complete");
    expect(api.requests).toBeLessThanOrEqual(4);
    const aborted = await mirror.run("models", { signal: AbortSignal.abort() });
    expect(aborted.outcome).toBe("open");
  });

  test.each([
    ["the lease of its part is taken", "lease = lease + 1"],
    ["its list is read", "_lists"],
  ])("stops when the signal fires while %s, without a request, and gives the part back", async (_, text) => {
    const { api, mirror, schema } = await setUp();
    const plan = await mirror.startRun("models");
    const partId = plan?.parts[0]?.partId ?? 0;
    const stop = new AbortController();
    const query: Database["query"] = async (statement, values) => {
      const answer = await database.query<never>(statement, values);
      if (statement.includes(text)) stop.abort();
      return answer;
    };
    const stopping = await openMirror({ database: { ...database, query }, schema, client: api.client() });
    // The API never answers.
    api.onRequest = () => new Promise(() => {});
    expect(await stopping.walkPart(partId, { worker: "a", signal: stop.signal })).toBe("stopped");
    expect(stop.signal.aborted).toBe(true);
    expect(api.requests).toBe(0);
    api.onRequest = () => {};
    expect(await mirror.walkPart(partId, { worker: "b" })).toBe("complete");
    expect(await mirror.list("models")).toMatchObject({ runs: [{ errors: 0 }] });
  });

  test("keeps items that a database refuses", async () => {
    const { api, mirror, table, schema } = await setUp({ list: "models", history: true }, 0);
    const odd = JSON.parse(
      '{"id":"nul \\u0000","created_at":"2026-02-30T00:00:00Z","display_name":"a\\u0000b \\ud800 \\\\u0000","__proto__":{"x":1},"constructor":2,"max_tokens":1e300}',
    );
    api.models.set(odd);
    api.models.set({
      id: "emoji 🎉",
      created_at: "2026-08-01T10:00:00.123456Z",
      display_name: "🎉".repeat(5000),
      max_tokens: "many",
    });
    api.models.set({
      id: "x".repeat(5000),
      created_at: "x",
      display_name: "quote \" ' ; DROP TABLE",
      max_tokens: 2 ** 53,
    });
    api.models.set({
      id: '[]{}\\,"NULL',
      created_at: "0000-01-01T00:00:00Z",
      display_name: null,
      max_tokens: null,
    });
    expect(await mirror.run("models")).toMatchObject({ outcome: "complete", rows: 4, added: 4 });
    expect(await mirror.run("models")).toMatchObject({ rows: 4, added: 0, changed: 0, deleted: 0 });
    expect(await mirror.verify("models")).toMatchObject({ compared: 4, missing: 0, extra: 0, different: 0 });
    const rows = await readRows(database, table);
    const byName = (start: string) => rows.find((row) => String(row["id"]).startsWith(start));
    const nul = byName("nul");
    expect(JSON.parse(String(nul?.["_exact"]))).toEqual(odd);
    expect(nul).toMatchObject({
      created_at: null,
      display_name: "a\uFFFDb \uFFFD \\u0000",
      max_tokens: expect.stringMatching(/^10{300}$/),
    });
    expect(JSON.stringify(nul?._raw)).toContain('"__proto__":{"x":1}');
    expect(byName("emoji")).toMatchObject({
      _exact: null,
      max_tokens: null,
      display_name: "🎉".repeat(5000),
    });
    const { rows: exact } = await database.query(
      `SELECT created_at = '2026-08-01T10:00:00.123456Z' AS same FROM ${table} WHERE id LIKE 'emoji%'`,
    );
    expect(exact).toEqual([{ same: true }]);
    expect(byName("[]")).toMatchObject({ id: '[]{}\\,"NULL', display_name: null });
    expect((await mirror.list("models")).newFields).toEqual(["__proto__", "constructor"]);
    const { rows: reported } = await database.query(`SELECT run_id FROM ${schema}._new_fields`);
    expect(reported.map((row) => Number(Object.values(row)[0]))).toEqual([1, 1]);
  });

  test("keeps the versions that were replaced", async () => {
    const { api, clock, mirror, table } = await setUp({ list: "models", history: true }, 1);
    await mirror.run("models");
    const begin = clock.now;
    clock.now += 1000;
    api.models.set({ id: "m0", created_at: time(0), display_name: "second" });
    await mirror.run("models");
    clock.now += 1000;
    await mirror.run("models");
    const { rows } = await database.query(
      `SELECT display_name, _valid_from, _valid_to FROM ${table.replace(/"$/, '_history"')}`,
    );
    expect(rows).toEqual([
      { display_name: "model 0", _valid_from: new Date(begin), _valid_to: new Date(begin + 1000) },
    ]);
    expect((await readRows(database, table))[0]).toMatchObject({
      display_name: "second",
      _first_seen_at: new Date(begin),
    });
  });

  test("takes names with quotes and of any length as they are", async () => {
    const { mirror, schema } = await setUp();
    const odd = [
      'a"b; DROP SCHEMA x',
      "it's",
      "select",
      "ü".repeat(80),
      `${"ü".repeat(80)}2`,
      "_lists",
      "models.x",
      "models_x",
    ];
    for (const name of odd)
      await mirror.add({ list: "models", name, parameters: { "x\"'": "'; DROP TABLE" }, history: true });
    for (const name of odd) expect(await mirror.run(name)).toMatchObject({ name, rows: 7 });
    const lists = await mirror.lists();
    expect(lists.map(({ name }) => name)).toEqual(["models", ...odd]);
    expect(new Set(lists.map(({ table }) => table)).size).toBe(odd.length + 1);
    for (const name of odd) await mirror.remove(name, { drop: true });
    const { rows } = await database.query(
      "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = $1",
      [schema],
    );
    expect(rows.map((row) => Object.values(row)[0]).filter((name) => !String(name).startsWith("_"))).toEqual([
      "models",
    ]);
  });

  test("is refused for a list that cannot be mirrored so", async () => {
    const { mirror } = await setUp();
    const refused = (list: AddList) => expect(mirror.add(list)).rejects;
    await refused({ list: "model" }).toThrow(
      'Cannot mirror "model" because the catalog has no list with this name',
    );
    await refused({ list: "models" }).toThrow("the mirror has a list with this name");
    await refused({ list: "models", name: "x", mode: "feed" }).toThrow("a feed needs a range of time");
    await refused({ list: "models", name: "x", mode: "buckets" }).toThrow("only reports have buckets");
    await refused({ list: "models", name: "x", parameters: { after_id: "m1" } }).toThrow(
      "sets the parameter after_id",
    );
    await refused({ list: "compliance.activities", delay: 5 }).toThrow("a delay of at least 60 seconds");
    await refused({ list: "compliance.activities", parameters: { "created_at.gte": "x" } }).toThrow(
      "created_at.gte",
    );
    await refused({ list: "organization.cost_report", mode: "feed" }).toThrow("a report is no feed");
    await refused({ list: "beta.organization.claude_tag.slack_channels" }).toThrow(
      "needs the parameter slack_workspace_id",
    );
    await refused({ list: "skills.versions" }).toThrow("its path needs these ids: skill_id");
    await refused({ list: "skills.versions", parents: "skills" }).toThrow(
      'Cannot find "skills" in the mirror',
    );
    const unused = (list: AddList) => refused({ name: "x", ...list });
    await unused({ list: "models", since: new Date(START) }).toThrow("since is for feed and buckets");
    await unused({ list: "models", lookback: 60 }).toThrow("lookback is for buckets");
    await unused({ list: "compliance.activities", lookback: 60 }).toThrow("it would be a feed: leave it out");
    await unused({ list: "organization.cost_report", overlap: 60 }).toThrow("overlap is for feed");
    await unused({ list: "models", delay: 60 }).toThrow("delay is for feed and buckets");
    await unused({ list: "beta.sessions.events", mode: "feed", parents: "models", slices: 2 }).toThrow(
      "slices is for a list without parents",
    );
    await unused({ list: "organization.users", workspaceId: "w" }).toThrow("it is of an organization");
    await refused({ list: "models", name: "x", every: -1 }).toThrow("every must be a number of seconds");
    await refused({ list: "model" }).toMatchObject({ name: "MirrorError", kind: "refused" });
    await expect(mirror.list("none")).rejects.toBeInstanceOf(MirrorError);
    await expect(mirror.verify("models")).rejects.toBeInstanceOf(MirrorError);
  });

  test("finds what is missing, extra and different, and changes nothing", async () => {
    const { mirror, table } = await setUp();
    await expect(mirror.verify("models")).rejects.toThrow("no run was complete yet");
    await mirror.run("models");
    await database.query(`DELETE FROM ${table} WHERE _key = '["m1"]'`);
    await database.query(`UPDATE ${table} SET _hash = 'x' WHERE _key = '["m2"]'`);
    await database.query(`UPDATE ${table} SET _key = '["m9"]' WHERE _key = '["m3"]'`);
    await database.query(`UPDATE ${table} SET _deleted_at = now() WHERE _key = '["m4"]'`);
    const result = await mirror.verify("models");
    expect(result).toMatchObject({ compared: 7, missing: 3, different: 1, extra: 1, complete: true });
    expect(result.differences.map(({ key, kind: what }) => `${what} ${key}`).sort()).toEqual([
      'different ["m2"]',
      'extra ["m9"]',
      'missing ["m1"]',
      'missing ["m3"]',
      'missing ["m4"]',
    ]);
    expect(await mirror.verify("models", { sample: 3 })).toMatchObject({
      compared: 3,
      missing: 1,
      different: 1,
      extra: 0,
    });
  });

  test("loses nothing when the list is removed during the run", async () => {
    const { api, mirror, table } = await setUp();
    const plan = await mirror.startRun("models");
    api.onRequest = async () => {
      if (api.requests === 2) await mirror.remove("models");
    };
    expect(await mirror.walkPart(plan?.parts[0]?.partId ?? 0, { worker: "a" })).toBe("lost");
    // Its table stays, with what was written before.
    expect((await rawById(database, table)).size).toBeLessThanOrEqual(3);
    await expect(mirror.list("models")).rejects.toThrow('Cannot find "models" in the mirror');
  });

  async function schemaOf(mirror: { readonly schema: string }) {
    return { parts: `"${mirror.schema}"._parts` };
  }
});
