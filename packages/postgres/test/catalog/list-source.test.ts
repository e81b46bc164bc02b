import { readCatalog } from "pageturn/catalog";
import { expect, test } from "vitest";
import { isLagging } from "../../src/catalog/list-source.ts";

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
