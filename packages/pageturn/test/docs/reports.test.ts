// The programs of docs/reports.md print what is worked out here from other requests to the same server.
import { type MockServer, startMockServer } from "pageturn/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { allSnippets } from "./all-snippets.ts";
import { buildLibrary } from "./build-library.ts";
import { SnippetProject } from "./snippet-project.ts";

const day = 86_400_000;

/** When the programs run, here and in their process: a day, a week or a month that ended in the meantime would be another one. */
const NOW = "2026-11-18T12:00:00.000Z";
const standingClock = `globalThis.Date = class extends Date {
  constructor(...args) {
    super(...(args.length === 0 ? [Date.now()] : args));
  }
  static now() {
    return ${Date.parse(NOW)};
  }
};`;
const snippets = allSnippets().filter(({ file }) => file === "docs/reports.md");
let server: MockServer;
let project: SnippetProject;
let actor = "";

// biome-ignore lint/suspicious/noExplicitAny: the answers are read without the library and its types.
type Json = any;

type Body = {
  readonly data: readonly Json[];
  readonly has_more: boolean;
  readonly next_page?: string | null;
  readonly last_id?: string;
};

async function get(path: string, query: readonly (readonly [string, string])[]): Promise<Json[]> {
  const items: Json[] = [];
  let cursor: [string, string][] = [];
  for (;;) {
    const response = await fetch(
      `${server.url}${path}?${new URLSearchParams([...query, ...cursor].map(([a, b]) => [a, b]))}`,
      {
        headers: { "x-api-key": server.apiKey, "anthropic-version": "2023-06-01" },
      },
    );
    const body: Body = JSON.parse(await response.text());
    items.push(...body.data);
    if (!body.has_more) return items;
    cursor = body.next_page ? [["page", body.next_page]] : [["after_id", String(body.last_id)]];
  }
}

async function run(): Promise<readonly (readonly string[])[]> {
  const runs = await project.run({
    ANTHROPIC_BASE_URL: server.url,
    ANTHROPIC_API_KEY: server.apiKey,
    NO_PROXY: "127.0.0.1",
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(standingClock)}`,
    ACTOR_ID: actor,
  });
  return runs.slice(0, snippets.length).map((each) => {
    expect(each?.error).toBeNull();
    return each?.printed ?? [];
  });
}

let printed: readonly (readonly string[])[] = [];

beforeAll(async () => {
  buildLibrary();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(NOW) });
  server = await startMockServer({
    now: NOW,
    items: { "compliance.activities": 12_000, "organization.users": 250 },
  });
  const [first] = await get("/v1/compliance/activities", [["limit", "5000"]]).then((all) =>
    all.filter(({ actor }) => actor.user_id),
  );
  actor = first.actor.user_id;
  project = new SnippetProject(snippets, () => ({}));
  printed = await run();
});

afterAll(async () => {
  vi.useRealTimers();
  project.remove();
  await server.close();
});

test("each is at most ten lines, and none has a cast", () => {
  expect(snippets).toHaveLength(4);
  for (const { code } of snippets) {
    expect(
      code
        .trim()
        .split("\n")
        .filter((line) => line !== "").length,
    ).toBeLessThanOrEqual(10);
    expect(code.replaceAll(" as const", "")).not.toMatch(/\bas\b|\bany\b|!\./);
  }
});

test("output tokens of last month, by model", async () => {
  const today = new Date();
  const [from, to] = [-1, 0].map((add) => Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + add));
  const models = (printed[0] ?? []).map((line) => line.split(":")[0] ?? "");
  expect(models.length).toBeGreaterThan(2);
  let sum = 0;
  for (const [index, model] of models.entries()) {
    // Hour by hour, with a filter instead of groups.
    const buckets = [];
    for (let at = from ?? 0; at < (to ?? 0); at += 7 * day) {
      const range = [
        ["starting_at", new Date(at).toISOString()],
        ["ending_at", new Date(Math.min(at + 7 * day, to ?? 0)).toISOString()],
      ] as const;
      buckets.push(
        ...(await get("/v1/organizations/usage_report/messages", [
          ...range,
          ["bucket_width", "1h"],
          ["limit", "168"],
          ["models[]", model],
        ])),
      );
    }
    const tokens = buckets
      .flatMap(({ results }) => results)
      .reduce((total, { output_tokens }) => total + output_tokens, 0);
    expect(printed[0]?.[index]).toBe(`${model}: ${tokens}`);
    sum += tokens;
  }
  const whole = await get("/v1/organizations/usage_report/messages", [
    ["starting_at", new Date(from ?? 0).toISOString()],
    ["ending_at", new Date(to ?? 0).toISOString()],
  ]);
  expect(
    whole.flatMap(({ results }) => results).reduce((total, { output_tokens }) => total + output_tokens, 0),
  ).toBe(sum);
});

test("costs of the last 30 days, by workspace", async () => {
  // From the usage of each workspace and the prices, in dollars for a million.
  const prices: [(result: Json) => number, number][] = [
    [(result) => result.uncached_input_tokens, 3],
    [(result) => result.cache_read_input_tokens, 0.3],
    [(result) => result.cache_creation.ephemeral_1h_input_tokens, 6],
    [(result) => result.cache_creation.ephemeral_5m_input_tokens, 3.75],
    [(result) => result.output_tokens, 15],
    [(result) => result.server_tool_use.web_search_requests, 10_000],
  ];
  const from = new Date(Math.floor(Date.now() / day) * day - 30 * day).toISOString();
  const to = new Date(Math.ceil(Date.now() / day) * day).toISOString();
  const query: [string, string][] = [
    ["starting_at", from],
    ["ending_at", to],
    ["group_by[]", "workspace_id"],
    ["group_by[]", "api_key_id"],
  ];
  const results = (await get("/v1/organizations/usage_report/messages", query)).flatMap(
    (bucket) => bucket.results,
  );
  const costs = new Map<string, number>();
  for (const result of results) {
    const name = result.workspace_id ?? "default";
    const cost = prices.reduce((sum, [count, price]) => sum + (count(result) * price) / 1e6, 0);
    costs.set(name, (costs.get(name) ?? 0) + cost);
  }
  const expected = [...costs].map(([name, cost]) => `${name}: $${cost.toFixed(2)}`);
  expect(expected.length).toBeGreaterThan(2);
  expect([...(printed[1] ?? [])].sort()).toEqual(expected.sort());
});

test("activities of one person since Monday", async () => {
  const now = new Date();
  const monday = Math.floor(now.getTime() / day) * day - ((now.getUTCDay() + 6) % 7) * day;
  const all = await get("/v1/compliance/activities", [["limit", "5000"]]);
  const mine = all.filter((each) => each.actor.user_id === actor && Date.parse(each.created_at) >= monday);
  expect(mine.length).toBeGreaterThan(0);
  expect(printed[2]).toEqual(mine.map(({ created_at, type }) => `${created_at} ${type}`));
});

test("members who left", async () => {
  expect(printed[3]).toEqual([]);
  const users = await get("/v1/organizations/users", []);
  const left = [users[3], users[120], users[249]];
  await server.mutate("/v1/organizations/users", { remove: left.map(({ id }) => id), add: 2 });
  const [, , , again] = await run();
  expect(again).toEqual(left.map(({ email }) => `${email} left`));
});
