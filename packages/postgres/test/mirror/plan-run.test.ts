import { describe, expect, test } from "vitest";
import { defaultMode, listOf } from "../../src/catalog/list-source.ts";
import type { StoredList } from "../../src/mirror/list-store.ts";
import { partRows, planRun } from "../../src/mirror/plan-run.ts";

const NOW = new Date("2026-09-10T12:34:56Z");
const HOUR = 3_600_000;

function list(id: string, options: Partial<StoredList> = {}): StoredList {
  const found = listOf(id);
  return {
    id: 1,
    name: id,
    list: found,
    mode: defaultMode(found),
    pathArgs: [],
    parameters: {},
    workspaceId: null,
    organizationId: null,
    every: 300,
    since: null,
    lookback: 86_400,
    overlap: 3600,
    delay: 60,
    slices: 1,
    history: false,
    parentId: null,
    table: "t",
    position: null,
    nextRunAt: NOW,
    rows: 0,
    ...options,
  };
}

const plan = (stored: StoredList, position: Date | null) => planRun(stored, { position, now: NOW });
const parametersOf = (stored: StoredList, position: Date | null) =>
  plan(stored, position)?.parts.map((part) => part.parameters);

describe("a run of a feed", () => {
  test("fills the time since the start in slices that leave nothing out, newest first", () => {
    const feed = list("compliance.activities", {
      since: new Date(NOW.getTime() - 60_000 - 3 * HOUR),
      slices: 3,
    });
    expect(parametersOf(feed, null)).toEqual([
      { "created_at.gte": "2026-09-10T11:33:56Z", "created_at.lt": "2026-09-10T12:33:56Z" },
      { "created_at.gte": "2026-09-10T10:33:56Z", "created_at.lt": "2026-09-10T11:33:56Z" },
      { "created_at.gte": "2026-09-10T09:33:56Z", "created_at.lt": "2026-09-10T10:33:56Z" },
    ]);
  });

  test("has everything without a start", () => {
    const bounds = parametersOf(list("compliance.activities", { slices: 3 }), null);
    expect(bounds).toHaveLength(3);
    expect(bounds?.at(-1)).toEqual({ "created_at.lt": bounds?.at(-2)?.["created_at.gte"] });
    expect(parametersOf(list("compliance.activities"), null)).toEqual([
      { "created_at.lt": "2026-09-10T12:33:56Z" },
    ]);
  });

  test("goes on before its position, and has nothing to do before the delay has passed", () => {
    const position = new Date("2026-09-10T12:00:00Z");
    expect(parametersOf(list("compliance.activities"), position)).toEqual([
      { "created_at.gte": "2026-09-10T11:00:00Z", "created_at.lt": "2026-09-10T12:33:56Z" },
    ]);
    expect(plan(list("compliance.activities", { overlap: 0 }), NOW)).toBeNull();
    expect(plan(list("compliance.activities", { since: NOW }), null)).toBeNull();
  });
});

describe("a run of buckets", () => {
  test("has whole buckets, and the one that is not over", () => {
    const usage = list("organization.usage_report.messages", {
      delay: 0,
      parameters: { bucket_width: "1h" },
      since: new Date("2026-09-10T01:59:00Z"),
      lookback: 7200,
    });
    expect(parametersOf(usage, null)).toEqual([
      { starting_at: "2026-09-10T01:00:00Z", ending_at: "2026-09-10T13:00:00Z" },
    ]);
    expect(plan(usage, null)?.position).toEqual(new Date("2026-09-10T12:00:00Z"));
    expect(parametersOf(usage, new Date("2026-09-10T12:00:00Z"))).toEqual([
      { starting_at: "2026-09-10T10:00:00Z", ending_at: "2026-09-10T13:00:00Z" },
    ]);
  });

  test("has slices of whole buckets", () => {
    const since = new Date("2026-09-01T00:00:00Z");
    const usage = list("organization.cost_report", { delay: 0, since, slices: 3 });
    expect(
      parametersOf(usage, null)?.map((each) => Object.values(each).map((text) => String(text).slice(8, 10))),
    ).toEqual([
      ["01", "05"],
      ["05", "09"],
      ["09", "11"],
    ]);
  });

  test.each([
    ["organization.usage_report.claude_code", { starting_at: "2026-09-09" }, { starting_at: "2026-09-10" }],
    ["organization.analytics.users", { date: "2026-09-09" }, { date: "2026-09-10" }],
    [
      "beta.organization.analytics.usage",
      { starting_at: "2026-09-09T00:00:00Z", ending_at: "2026-09-10T00:00:00Z" },
      { starting_at: "2026-09-10T00:00:00Z", ending_at: "2026-09-11T00:00:00Z" },
    ],
  ])("of %s has a request for each day", (id, first, second) => {
    expect(parametersOf(list(id, { delay: 0 }), new Date("2026-09-10T00:00:00Z"))).toEqual([first, second]);
  });
});

test.each([
  ["compliance.activities", "feed"],
  ["compliance.apps.chats", "snapshot"],
  ["compliance.apps.chats.messages", "snapshot"],
  ["beta.dreams", "snapshot"],
  ["beta.deployment_runs", "feed"],
  ["organization.users", "snapshot"],
  ["organization.workspaces", "snapshot"],
  ["models", "snapshot"],
  ["files", "snapshot"],
  ["organization.cost_report", "buckets"],
  ["organization.analytics.users", "buckets"],
])("the mode of %s is %s", (id, mode) => {
  expect(defaultMode(listOf(id))).toBe(mode);
});

describe("the rows of a part", () => {
  const rowsOf = (stored: StoredList) =>
    plan(stored, null)?.parts.map((part) => partRows(stored, { ...part, pathArgs: ["a"] })) ?? [];

  test("are those of its buckets, without a gap and without those of another part", () => {
    const since = new Date("2026-09-07T00:00:00Z");
    const hourly = { since, slices: 3, delay: 0, parameters: { bucket_width: "1h" } };
    for (const stored of [
      list("organization.usage_report.messages", hourly),
      list("organization.usage_report.claude_code", { since, delay: 0 }),
      list("organization.cost_report", { since, delay: 0, slices: 2 }),
    ]) {
      const rows = rowsOf(stored);
      expect(rows.length).toBeGreaterThan(1);
      const run = plan(stored, null);
      expect([rows[0]?.from, rows.at(-1)?.to]).toEqual([run?.from?.toISOString(), run?.to?.toISOString()]);
      for (const [index, { parent, from }] of rows.entries()) {
        expect(parent).toBeNull();
        if (index > 0) expect(from).toBe(rows[index - 1]?.to);
      }
    }
  });

  test("are those of its parent, or all", () => {
    expect(rowsOf(list("skills.versions", { mode: "snapshot", parentId: 2 }))).toEqual([
      { parent: '["a"]', from: null, to: null },
    ]);
    expect(rowsOf(list("models"))).toEqual([{ parent: null, from: null, to: null }]);
  });
});
