import { AsyncAnthropic } from "pageturn";
import { describe, expect, test } from "vitest";
import { type AddList, openMirror } from "../../src/index.ts";
import { databases, openShared } from "../support/databases.ts";
import { readRows } from "../support/read-rows.ts";

const NOW = new Date("2026-09-01T12:00:00Z");
const DAY = { starting_at: "2026-09-01T00:00:00Z", ending_at: "2026-09-02T00:00:00Z" };
const since = new Date("2026-09-01T00:00:00Z");
const ids = { first_id: "b", last_id: "b" };
const results = [
  { model: "a", output_tokens: 1 },
  { model: "b", output_tokens: 2 },
];

/** A list, its pages, and pages that are not of the list: they lack what it has. */
const CASES: readonly (readonly [name: string, list: AddList, good: object[], bad: object[]])[] = [
  [
    "a snapshot",
    { list: "models" },
    [{ data: [{ id: "a" }, { id: "b" }], has_more: false, ...ids }],
    [{ data: null, has_more: false, first_id: null, last_id: null }],
  ],
  [
    "the first page of a snapshot",
    { list: "models" },
    [
      { data: [{ id: "a" }], has_more: true, ...ids },
      { data: [{ id: "b" }], has_more: false, ...ids },
    ],
    [
      { data: null, has_more: true, ...ids },
      { data: [{ id: "b" }], has_more: false, ...ids },
    ],
  ],
  [
    "a list whose items are not in data",
    { list: "compliance.apps.chats.messages", pathArgs: ["c"] },
    [{ chat_messages: [{ id: "a" }, { id: "b" }], has_more: false, ...ids }],
    [{ chat_messages: null, has_more: false, first_id: null, last_id: null }],
  ],
  [
    "a report",
    { list: "organization.usage_report.messages", since },
    [{ data: [{ ...DAY, results }], has_more: false, next_page: null }],
    [{ data: null, has_more: false, next_page: null }],
  ],
  [
    "a bucket of a report",
    { list: "organization.usage_report.messages", since },
    [{ data: [{ ...DAY, results }], has_more: false, next_page: null }],
    [{ data: [{ ...DAY, results: null }], has_more: false, next_page: null }],
  ],
  [
    "a bucket without results",
    { list: "organization.usage_report.messages", since },
    [{ data: [{ ...DAY, results }], has_more: false, next_page: null }],
    [{ data: [DAY], has_more: false, next_page: null }],
  ],
  [
    "a bucket whose result is null",
    { list: "organization.usage_report.messages", since },
    [{ data: [{ ...DAY, results }], has_more: false, next_page: null }],
    [{ data: [{ ...DAY, results: [null] }], has_more: false, next_page: null }],
  ],
  [
    "a bucket without a time",
    { list: "organization.usage_report.messages", since },
    [{ data: [{ ...DAY, results }], has_more: false, next_page: null }],
    [{ data: [{ results }], has_more: false, next_page: null }],
  ],
  [
    "a bucket whose time is none",
    { list: "organization.usage_report.messages", since },
    [{ data: [{ ...DAY, results }], has_more: false, next_page: null }],
    [{ data: [{ ...DAY, starting_at: "garbage", results }], has_more: false, next_page: null }],
  ],
  [
    "a bucket before the range",
    { list: "organization.usage_report.messages", since },
    [{ data: [{ ...DAY, results }], has_more: false, next_page: null }],
    [{ data: [{ ...DAY, starting_at: "2026-08-31T23:59:59Z", results }], has_more: false, next_page: null }],
  ],
  [
    "a bucket behind the range",
    { list: "organization.usage_report.messages", since },
    [{ data: [{ ...DAY, results }], has_more: false, next_page: null }],
    [{ data: [{ ...DAY, starting_at: DAY.ending_at, results }], has_more: false, next_page: null }],
  ],
  [
    "a summary without a time",
    { list: "organization.analytics.summaries", since, delay: 0 },
    [
      {
        data: [
          { ...DAY, a: 1 },
          { ...DAY, a: 2 },
        ],
        next_page: null,
      },
    ],
    [{ data: [{ a: 1 }, { ...DAY, a: 2 }], next_page: null }],
  ],
  [
    "a total of another day",
    { list: "beta.organization.analytics.cost", since, delay: 0 },
    [{ data: [{ ...DAY, group: { model: "a" } }, { group: { model: "b" } }], next_page: null }],
    [{ data: [{ ...DAY, starting_at: "2026-08-30T00:00:00Z", group: { model: "a" } }], next_page: null }],
  ],
  [
    "an item that is null",
    { list: "models" },
    [{ data: [{ id: "a" }, { id: "b" }], has_more: false, ...ids }],
    [{ data: [{ id: "a" }, null], has_more: false, ...ids }],
  ],
  [
    "an item that is a text",
    { list: "organization.users" },
    [{ data: [{ id: "a" }, { id: "b" }], next_page: null }],
    [{ data: ["a", "b"], next_page: null }],
  ],
  [
    "a page that does not say that it is the last",
    { list: "models" },
    [{ data: [{ id: "a" }, { id: "b" }], has_more: false, ...ids }],
    [{ data: [{ id: "a" }] }],
  ],
  [
    "a page with an error",
    { list: "models" },
    [{ data: [{ id: "a" }, { id: "b" }], has_more: false, ...ids }],
    [{ data: [], has_more: false, first_id: null, last_id: null, error: { type: "api_error" } }],
  ],
  [
    "an empty page that says nothing",
    { list: "organization.users" },
    [{ data: [{ id: "a" }, { id: "b" }], next_page: null }],
    [{ data: [] }],
  ],
];

describe.each(databases)("a page that is not of the list, in %s,", async (_, target) => {
  const database = await openShared(target);

  test.each(CASES)("deletes nothing in %s: the run is incomplete", async (name, list, good, bad) => {
    const schema = name.replaceAll(" ", "_");
    let pages = good;
    let request = 0;
    const client = new AsyncAnthropic({
      apiKey: "none",
      fetch: async () => {
        request += 1;
        return Response.json(pages[(request - 1) % pages.length]);
      },
    });
    const mirror = await openMirror({ database, schema, client, now: () => NOW });
    const { table } = await mirror.add({ ...list, name: "list" });
    expect(await mirror.run("list")).toMatchObject({ outcome: "complete", rows: 2 });
    const before = await mirror.list("list");
    pages = bad;
    request = 0;
    expect(await mirror.run("list")).toMatchObject({
      outcome: "incomplete",
      deleted: 0,
      lastError: expect.stringMatching(/Cannot mirror "list" because page 1 is not one of this list: /),
    });
    expect(await readRows(database, `${schema}.${table}`)).toHaveLength(2);
    expect(await mirror.list("list")).toMatchObject({ position: before.position, rows: 2 });
    request = 0;
    expect(await mirror.verify("list")).toMatchObject({ complete: false, extra: 0 });
    pages = good;
    request = 0;
    expect(await mirror.run("list")).toMatchObject({ outcome: "complete", added: 0, deleted: 0 });
  });
});
