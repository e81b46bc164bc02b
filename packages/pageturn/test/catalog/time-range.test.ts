import { AsyncAnthropic, type SliceByTimeOptions, sliceByTime } from "pageturn";
import { describe, expect, test } from "vitest";
import { endpoints } from "../../src/anthropic/catalog/generated/endpoints.ts";
import { timeRangeOf } from "../../src/anthropic/time-range.ts";

function rangeOf(id: string, query: Record<string, unknown> = {}) {
  const endpoint = endpoints.find((each) => each.id === id);
  if (endpoint === undefined) throw new Error(`no endpoint ${id}`);
  return timeRangeOf(endpoint, query);
}

describe("the catalog says which lists take a range of time", () => {
  test("18 lists of items, 4 of buckets, 10 of totals", () => {
    const times = endpoints.flatMap(({ time }) => time ?? []);
    expect(times.filter(({ totals }) => totals)).toHaveLength(10);
    expect(times.filter(({ buckets }) => buckets)).toHaveLength(4);
    expect(times).toHaveLength(32);
  });

  test.each([
    ["beta.sessions", { from: "created_at[gte]", to: "created_at[lt]", bounds: "half-open", order: "desc" }],
    ["beta.sessions.events", { from: "created_at[gte]", order: "asc", field: "processed_at" }],
    ["beta.agents", { from: "created_at[gte]", to: "created_at[lte]", bounds: "inclusive" }],
    ["beta.dreams", { from: "created_at[gt]", to: "created_at[lt]", bounds: "exclusive" }],
    ["compliance.activities", { from: "created_at.gte", to: "created_at.lt", bounds: "half-open" }],
    ["beta.compliance.review.cases", { from: "created_at[gte]", to: "created_at[lt]", bounds: "half-open" }],
    // Its created_at[gte] lists notices that are slightly older, too: slices would meet items beyond their range.
    ["beta.compliance.review.notices", { from: "created_at[gt]", to: "created_at[lt]", bounds: "exclusive" }],
    ["compliance.code.artifacts", { from: "updated_at.gte", field: "updated_at" }],
    ["organization.cost_report", { from: "starting_at", order: "asc", align: 86_400_000 }],
    ["organization.analytics.users", { unsliceable: expect.stringContaining("totals") }],
  ])("%s", (id, expected) => {
    expect(rangeOf(id)).toMatchObject(expected);
  });

  test.each(["models", "organization.usage_report.claude_code", "organization.analytics.artifacts"])(
    "%s has none",
    (id) => {
      expect(rangeOf(id)).toBeUndefined();
    },
  );

  test("the parameters of a call decide about order and buckets", () => {
    expect(rangeOf("beta.sessions", { order: "asc" })?.order).toBe("asc");
    expect(rangeOf("beta.sessions.events", { order: "desc" })?.order).toBe("desc");
    expect(rangeOf("organization.usage_report.messages", { bucket_width: "1h" })?.align).toBe(3_600_000);
    expect(rangeOf("organization.usage_report.messages", { bucket_width: "5m" })?.unsliceable).toContain(
      "5m",
    );
    expect(rangeOf("compliance.apps.chats", { order_by: "updated_at" })?.unsliceable).toContain("updated_at");
    expect(rangeOf("compliance.apps.chats", { order_by: "created_at" })?.unsliceable).toBeUndefined();
  });
});

describe("sliceByTime over a list of the client", () => {
  const hour = 3_600_000;
  const times = Array.from({ length: 60 }, (_, index) => index * hour);
  const urls: URL[] = [];
  const client = new AsyncAnthropic({
    apiKey: "key",
    fetch: async (input) => {
      const url = new URL(String(input));
      urls.push(url);
      const { searchParams } = url;
      const [from, to] = ["created_at[gte]", "created_at[lte]"].map((name) =>
        Date.parse(String(searchParams.get(name))),
      );
      const found = times.filter((time) => time >= Number(from) && time <= Number(to)).reverse();
      const start = Number(searchParams.get("page") ?? 0);
      const end = start + Number(searchParams.get("limit") ?? 20);
      const data = found
        .slice(start, end)
        .map((time) => ({ id: `agent_${time / hour}`, created_at: new Date(time).toISOString() }));
      return Response.json({ data, next_page: end < found.length ? String(end) : null });
    },
  });
  const range = { from: 0, to: 59 * hour };

  test.each<[string, SliceByTimeOptions]>([
    ["inclusive bounds", { slices: 10 }],
    ["the bounds of the list", { slices: 3 }],
  ])("%s", async (_, options) => {
    urls.length = 0;
    const list = client.beta.agents.list({ limit: 5 });
    const items: string[] = [];
    for await (const { id } of sliceByTime(list, { ...range, ...options })) items.push(id);
    expect(items).toEqual(times.map((_, index) => `agent_${59 - index}`));
    expect(urls[0]?.pathname).toBe("/v1/agents");
    expect(urls.every(({ searchParams }) => searchParams.get("limit") === "5")).toBe(true);
  });

  test("refuses totals, and lists without a range", () => {
    const users = client.organization.analytics.users.list({});
    expect(() => sliceByTime(users, range)).toThrow("partial totals");
    expect(() => sliceByTime(client.models.list(), range)).toThrow("no time range of /v1/models is known");
  });
});
