import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AddList, type Mirror, openMirror, type RunResult } from "../../src/index.ts";
import { databases, openShared } from "../support/databases.ts";
import { dayText, FakeAPI } from "../support/fake-api.ts";
import { rawById, readRows } from "../support/read-rows.ts";

const START = Date.parse("2026-09-01T00:00:00Z");
const DAY = 86_400_000;
const HOUR = 3_600_000;

/** How a run goes: undisturbed, cut off after some requests and continued, by two workers, or with a zombie. */
type RunKind =
  | { readonly kind: "plain" | "two" | "zombie" }
  | { readonly kind: "cut"; readonly after: number };

const runKind = fc.oneof(
  fc.constantFrom<RunKind>({ kind: "plain" }, { kind: "two" }, { kind: "zombie" }),
  fc.record({ kind: fc.constant("cut" as const), after: fc.integer({ min: 0, max: 4 }) }),
);

describe.each(databases)("a mirror in %s", async (_, target) => {
  const database = await openShared(target);
  let count = 0;

  async function setUp(list: AddList) {
    count += 1;
    const api = new FakeAPI();
    const clock = { now: START };
    const schema = `law ${count}`;
    const open = () => openMirror({ database, schema, client: api.client(), now: () => new Date(clock.now) });
    const mirror = await open();
    const { table } = await mirror.add(list);
    return { api, clock, mirror, other: await open(), table: `"${schema}"."${table}"`, schema };
  }

  type Setup = Awaited<ReturnType<typeof setUp>>;

  /** Runs a list as `how` says. `between` changes the API in the middle. Returns the run that ended, or `null`. */
  async function run(
    { api, mirror, other, schema }: Setup,
    options: { name: string; how: RunKind; between: () => void },
  ): Promise<RunResult | null> {
    const { name, how, between } = options;
    switch (how.kind) {
      case "plain":
        return mirror.run(name);
      case "two": {
        const [first, second] = await Promise.all([mirror.run(name), other.run(name)]);
        between();
        return first.runId > second.runId ? first : second;
      }
      case "cut": {
        api.failAfter = how.after;
        let ended: RunResult | null = null;
        try {
          ended = await mirror.run(name, { concurrency: 1 });
        } catch {
          between();
        }
        api.failAfter = Number.POSITIVE_INFINITY;
        return ended;
      }
      case "zombie":
        return withZombie(mirror, other, { name, schema, api, between });
    }
  }

  /** A worker stops in the middle, another one does its work, and then it wakes up. */
  async function withZombie(
    mirror: Mirror,
    other: Mirror,
    { name, schema, api, between }: { name: string; schema: string; api: FakeAPI; between: () => void },
  ): Promise<RunResult> {
    const plan = await mirror.startRun(name, { force: true });
    const partId = plan?.parts[0]?.partId;
    if (partId === undefined) return mirror.run(name);
    let wake = () => {};
    const asleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const reached = new Promise<void>((resolve) => {
      let requests = 0;
      api.onRequest = () => {
        requests += 1;
        if (requests < 2) return;
        resolve();
        return asleep;
      };
    });
    const zombie = mirror.walkPart(partId, { worker: "zombie", heartbeatSeconds: 1000 });
    await Promise.race([reached, zombie]);
    api.onRequest = () => {};
    between();
    await database.query(`UPDATE "${schema}"._parts SET lease_until = '2000-01-01' WHERE worker = 'zombie'`);
    const result = await other.run(name);
    const before = await rowsAsText(schema);
    wake();
    await zombie.catch(() => {});
    expect(await rowsAsText(schema)).toBe(before);
    return result;
  }

  async function rowsAsText(schema: string): Promise<string> {
    const { rows } = await database.query<{ name: string }>(
      "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = $1",
      [schema],
    );
    const texts: string[] = [];
    for (const { name } of rows) {
      const { rows: found } = await database.query(`SELECT t::text FROM "${schema}"."${name}" t ORDER BY 1`);
      texts.push(name, JSON.stringify(found));
    }
    return texts.join("\n");
  }

  const feedStep = fc.record({
    /** Seconds that pass. */
    passes: fc.integer({ min: 0, max: 7200 }),
    /** Ages of items that appear now, in seconds: late ones are within the overlap. */
    arrives: fc.array(fc.integer({ min: 0, max: 3600 }), { maxLength: 6 }),
    ids: fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 6, maxLength: 6 }),
    how: runKind,
  });

  test("a feed has every item once, whatever arrives late and whatever is cut off", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(feedStep, { minLength: 1, maxLength: 5 }), async (steps) => {
        const setup = await setUp({ list: "compliance.activities", name: "feed", slices: 3, overlap: 3600 });
        const { api, clock, mirror, table } = setup;
        let number = 0;
        const arrive = (ages: readonly number[], ids: readonly number[]) => {
          for (const [index, age] of ages.entries()) {
            number += 1;
            const created_at = new Date(clock.now - age * 1000).toISOString();
            api.activities.set({ id: `a${ids[index]}_${number}`, created_at, type: "t" });
          }
        };
        arrive([0, 0, 0, 100_000, 5_000_000, 40_000_000], [9, 1, 5, 3, 7, 2]);
        for (const { passes, arrives, ids, how } of steps) {
          clock.now += passes * 1000;
          const [now, ...later] = arrives;
          arrive(later, ids);
          await run(setup, { name: "feed", how, between: () => arrive(now === undefined ? [] : [now], ids) });
        }
        clock.now += 2 * HOUR;
        // One that is open covers its own range; the next one all the rest.
        await mirror.run("feed");
        const last = await mirror.run("feed");
        expect(last).toMatchObject({ outcome: "complete" });
        const truth = new Map(api.activities.items.map((item) => [item.id, item]));
        expect(await rawById(database, table)).toEqual(truth);
        expect((await mirror.list("feed")).rows).toBe(truth.size);
        expect(await mirror.verify("feed")).toMatchObject({
          missing: 0,
          extra: 0,
          different: 0,
          complete: true,
        });
      }),
      { numRuns: 20 },
    );
  });

  const change = fc.oneof(
    fc.record({ does: fc.constant("add" as const), age: fc.integer({ min: 0, max: 500 }), id: fc.nat(30) }),
    fc.record({ does: fc.constant("delete" as const), id: fc.nat(30) }),
    fc.record({ does: fc.constant("update" as const), id: fc.nat(30) }),
  );
  const snapshotStep = fc.record({
    before: fc.array(change, { maxLength: 8 }),
    during: fc.array(change, { maxLength: 4 }),
    how: runKind,
  });

  test("a snapshot equals the list, and never misses an item that was there throughout", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(snapshotStep, { minLength: 1, maxLength: 5 }), async (steps) => {
        const setup = await setUp({ list: "models", name: "set", history: true });
        const { api, clock, mirror, table } = setup;
        let number = 0;
        /** The items that were there since the open run began. */
        let throughout = new Set<string>();
        const apply = (changes: readonly (typeof steps)[number]["before"][number][]) => {
          for (const each of changes) {
            number += 1;
            const id = `m${each.id}`;
            const known = api.models.items.find((item) => item.id === id);
            if (each.does === "add" && known === undefined) {
              // An item that comes back has the place that it had.
              const created_at = new Date(START - each.age * HOUR).toISOString();
              api.models.set({ id, created_at, display_name: `v${number}` });
            } else if (each.does === "update" && known !== undefined) {
              api.models.set({ ...known, display_name: `v${number}` });
            } else if (each.does === "delete") {
              api.models.delete(id);
              throughout.delete(id);
            }
          }
        };
        apply(Array.from({ length: 8 }, (_, id) => ({ does: "add", age: id, id })));
        let isOpen = false;
        for (const { before, during, how } of steps) {
          clock.now += DAY;
          apply(before);
          if (!isOpen) throughout = new Set(api.models.items.map(({ id }) => id));
          const ended = await run(setup, { name: "set", how, between: () => apply(during) });
          isOpen = ended === null;
          if (ended?.outcome !== "complete" || how.kind === "two") continue;
          const present = await rawById(database, table);
          expect([...throughout].filter((id) => !present.has(id))).toEqual([]);
        }
        clock.now += DAY;
        await mirror.run("set");
        const last = await mirror.run("set");
        expect(last.outcome).toBe("complete");
        const truth = new Map(api.models.items.map((item) => [item.id, item]));
        expect(await rawById(database, table)).toEqual(truth);
        expect((await mirror.list("set")).rows).toBe(truth.size);
        expect(await mirror.verify("set")).toMatchObject({
          missing: 0,
          extra: 0,
          different: 0,
          complete: true,
        });
      }),
      { numRuns: 20 },
    );
  });

  // Any character, and those that `jsonb` refuses or that end a text in SQL or JSON.
  const unit = fc.oneof(
    { weight: 8, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 1 }) },
    fc.constantFrom("\0", "\ud800", "\udfff", "\uFFFD", "\\", '"', "'"),
  );
  const text = fc.oneof(fc.string({ unit }), fc.constantFrom("__proto__", "toString", "1e400"));
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(-0, 1e21, 5e-324, 2 ** 53 + 2, Number.MAX_VALUE),
  );
  const { anyValue } = fc.letrec((tie) => ({
    anyValue: fc.oneof(
      { maxDepth: 2, depthSize: "small" },
      fc.constantFrom(null, true, false),
      number,
      text,
      fc.array(tie("anyValue")),
      fc.dictionary(text, tie("anyValue")),
    ),
  }));

  test("any item is kept, and is found equal again", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ display_name: anyValue, max_tokens: anyValue, created_at: anyValue, other: anyValue }),
          {
            minLength: 1,
            maxLength: 8,
          },
        ),
        fc.array(fc.string({ unit: "binary" }), { minLength: 8, maxLength: 8 }),
        async (items, ids) => {
          const { api, mirror, table } = await setUp({ list: "models", name: "odd" });
          for (const [index, item] of items.entries()) {
            // As they arrive: JSON has no undefined and no negative zero.
            const arrived = JSON.parse(JSON.stringify({ ...item, id: `${index}${ids[index]}` }));
            api.models.set(arrived);
          }
          expect(await mirror.run("odd")).toMatchObject({ outcome: "complete", added: items.length });
          expect(await mirror.verify("odd")).toMatchObject({
            compared: items.length,
            missing: 0,
            extra: 0,
            different: 0,
          });
          const rows = await readRows(database, table);
          const stored = rows.map(({ _raw, _exact }) =>
            _exact === null ? _raw : JSON.parse(String(_exact)),
          );
          expect(stored).toHaveLength(items.length);
          for (const item of api.models.items) expect(stored).toContainEqual(item);
        },
      ),
      {
        numRuns: 20,
        // A time that is an object, and that cannot be made a text.
        examples: [
          [
            [{ display_name: 1, max_tokens: "\0", created_at: { toString: null }, other: -0 }],
            Array(8).fill("x"),
          ],
        ],
      },
    );
  });

  const bucketStep = fc.record({
    hours: fc.integer({ min: 1, max: 40 }),
    /** How many days back a number is stated or restated, of which model, and to what; 0 takes it away. */
    states: fc.array(fc.tuple(fc.nat(1), fc.nat(3), fc.nat(5)), { maxLength: 6 }),
    how: runKind,
  });

  test("buckets have the numbers as they were restated last", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(bucketStep, { minLength: 1, maxLength: 6 }), async (steps) => {
        const setup = await setUp({
          list: "organization.usage_report.messages",
          name: "usage",
          since: new Date(START - 10 * DAY),
          lookback: 2 * 86_400,
          slices: 2,
          history: true,
        });
        const { api, clock, mirror, table } = setup;
        const state = (days: number, model: number, tokens: number) => {
          const day = dayText(clock.now - days * DAY);
          const models = api.usage.get(day) ?? new Map<string, number>();
          if (tokens === 0) models.delete(`model ${model}`);
          else models.set(`model ${model}`, tokens);
          api.usage.set(day, models);
        };
        for (let days = 0; days < 10; days += 1) state(days, days % 3, days + 1);
        for (const { hours, states, how } of steps) {
          clock.now += hours * HOUR;
          const [first, ...others] = states;
          for (const [days, model, tokens] of others) state(days, model, tokens);
          await run(setup, {
            name: "usage",
            how,
            between: () => {
              if (first !== undefined) state(...first);
            },
          });
        }
        await mirror.run("usage");
        const last = await mirror.run("usage");
        expect(last.outcome).toBe("complete");
        const rows = await readRows(database, table);
        const stored = rows.map(({ _raw }) => JSON.stringify(pick(_raw))).sort();
        const truth = [...api.usage]
          .flatMap(([starting_at, models]) =>
            [...models].map(([model, output_tokens]) =>
              JSON.stringify({ starting_at, model, output_tokens }),
            ),
          )
          .sort();
        expect(stored).toEqual(truth);
        expect((await mirror.list("usage")).rows).toBe(truth.length);
      }),
      { numRuns: 20 },
    );
  });
});

function pick(raw: unknown): unknown {
  const row = new Map(typeof raw === "object" && raw !== null ? Object.entries(raw) : []);
  return {
    starting_at: row.get("starting_at"),
    model: row.get("model"),
    output_tokens: row.get("output_tokens"),
  };
}
