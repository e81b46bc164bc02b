import { readCatalog } from "pageturn/catalog";
import { expect, test } from "vitest";
import { isLagging, listOf, pageFault } from "../../src/catalog/list-source.ts";

test("the reports of analytics lag, all of them, and no other list", () => {
  const lists = readCatalog().endpoints;
  expect(lists.filter(isLagging).map(({ id }) => id)).toEqual([
    "beta.organization.analytics.cost",
    "beta.organization.analytics.cost_report",
    "beta.organization.analytics.usage",
    "beta.organization.analytics.usage_report",
    "beta.organization.analytics.user_cost_report",
    "beta.organization.analytics.user_usage_report",
    "organization.analytics.apps.chat.projects",
    "organization.analytics.artifacts",
    "organization.analytics.connectors",
    "organization.analytics.plugins",
    "organization.analytics.skills",
    "organization.analytics.summaries",
    "organization.analytics.users",
  ]);
  const texts = lists.filter(({ queryParams }) =>
    queryParams.some(({ description }) => /\blags\b/.test(description)),
  );
  expect(texts.length).toBeGreaterThan(0);
  expect(texts.filter((list) => !isLagging(list))).toEqual([]);
});

test("a bucket is of the range that was requested", () => {
  const fault = (starting_at: unknown, range: { from: string | null; to: string | null }) => {
    const data = [{ starting_at, results: [] }];
    const page = { data, hasNextPage: () => false, toJSON: () => ({ data, has_more: false }) };
    return pageFault(listOf("organization.usage_report.messages"), page, range);
  };
  const day = { from: "2026-09-01T00:00:00.000Z", to: "2026-09-02T00:00:00.000Z" };
  for (const time of [
    "2026-09-01T00:00:00Z",
    "2026-09-01",
    "2026-09-01T23:59:00Z",
    "2026-09-02T00:59:00+01:00",
  ])
    expect(fault(time, day)).toBeUndefined();
  const rule = "must be a time from 2026-09-01T00:00:00.000Z until before 2026-09-02T00:00:00.000Z";
  for (const time of ["garbage", "2026-08-31T23:59:59Z", "2026-09-02T00:00:00Z", "2026-02-30"])
    expect(fault(time, day)).toBe(`the field starting_at of the bucket at index 0 is "${time}" and ${rule}`);
  expect(fault(undefined, day)).toBe(`the field starting_at of the bucket at index 0 is absent and ${rule}`);
  const unbound = { from: null, to: null };
  expect(fault("2020-01-01T00:00:00Z", unbound)).toBeUndefined();
  expect(fault(1, unbound)).toBe(
    "the field starting_at of the bucket at index 0 is a number and must be a time",
  );
});
