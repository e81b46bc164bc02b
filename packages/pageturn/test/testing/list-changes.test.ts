import { AsyncAnthropic, ConfigurationError, sliceByTime } from "pageturn";
import { type MockServer, type MockServerOptions, startMockServer } from "pageturn/testing";
import { describe, expect, test } from "vitest";
import { ask, idsOf, walk } from "./ask.ts";

async function open(
  options: MockServerOptions = {},
): Promise<{ server: MockServer; client: AsyncAnthropic } & AsyncDisposable> {
  const server = await startMockServer(options);
  const client = new AsyncAnthropic({ baseURL: server.url, apiKey: server.apiKey });
  return { server, client, [Symbol.asyncDispose]: () => server.close() };
}

describe("the option grow", () => {
  test("adds new items at the beginning of a list, so that a walk sees the ones from before", async () => {
    await using at = await open({ items: 50, grow: { models: 3 } });
    const before = idsOf(await walk(at.server, "/v1/models"));
    expect(new Set(before).size).toBe(50);
    const after = await at.client.models.list({ limit: "max" }).toArray();
    expect(after).toHaveLength(50 + 3 * 3);
    expect(after.slice(9).map(({ id }) => id)).toEqual(before);
    const times = after.map(({ created_at }) => Date.parse(created_at));
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(idsOf(await walk(at.server, "/v1/messages/batches"))).toHaveLength(50);
  });

  test("adds new items at the end of a list with its oldest item first, and its cursors stay good", async () => {
    await using at = await open({ items: 40, grow: { "beta.sessions.events": 2 } });
    const ids: (string | undefined)[] = [];
    for await (const event of at.client.beta.sessions.events.list("session_1", { limit: 20 }))
      ids.push(event.id);
    // Each page but the last sees what came after the request before it.
    expect(ids).toHaveLength(40 + 2 * 2);
    expect(new Set(ids).size).toBe(44);
    const back = await at.client.beta.sessions.events
      .list("session_1", { order: "desc", limit: 100 })
      .toArray();
    expect(
      back
        .slice(-44)
        .toReversed()
        .map(({ id }) => id),
    ).toEqual(ids);
  });

  test("keeps a backward cursor where it was", async () => {
    await using at = await open({ items: 10, grow: 1 });
    const { body } = await ask(at.server, "/v1/models?limit=5");
    const { body: newer } = await ask(at.server, `/v1/models?limit=5&before_id=${body.first_id}`);
    expect(newer.data).toHaveLength(1);
    expect(newer.data[0].id).not.toBe(body.first_id);
  });
});

describe("mutate()", () => {
  test("removes items, brings them back at their place, and changes fields", async () => {
    await using at = await open({ items: 5 });
    const users = () => at.client.organization.users.list().toArray();
    const all = await users();
    const [, second, , fourth] = all.map(({ id }) => id);
    await at.server.mutate("/v1/organizations/users", { remove: [String(second), String(fourth)] });
    expect(await users()).toEqual([all[0], all[2], all[4]]);
    // A cursor whose item was removed is still a place in the list.
    const { body } = await ask(at.server, `/v1/organizations/users?after_id=${second}`);
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual([all[2]?.id, all[4]?.id]);
    await at.server.mutate("/v1/organizations/users", {
      restore: [String(second)],
      update: { [String(all[0]?.id)]: { role: "admin", name: "Ada" } },
    });
    expect(await users()).toEqual([{ ...all[0], role: "admin", name: "Ada" }, all[1], all[2], all[4]]);
    const admins = await at.client.organization.users.list({ roles: ["admin"] }).toArray();
    expect(admins.map(({ name }) => name)).toContain("Ada");
    await at.server.mutate("/v1/organizations/users", { add: 2 });
    expect((await users()).slice(2)).toEqual([
      { ...all[0], role: "admin", name: "Ada" },
      all[1],
      all[2],
      all[4],
    ]);
  });

  test("changes one list of those that a path with parameters has", async () => {
    await using at = await open({ items: 3 });
    const versions = (skill: string) => at.client.skills.versions.list(skill).toArray();
    const [first] = await versions("skill_1");
    await at.server.mutate("/v1/skills/skill_1/versions", { remove: [String(first?.id)] });
    expect(await versions("skill_1")).toHaveLength(2);
    expect(await versions("skill_2")).toHaveLength(3);
  });

  test("refuses what it cannot do, and then changes nothing", async () => {
    await using at = await open({ items: 3 });
    const [model] = await at.client.models.list().toArray();
    const remove = [String(model?.id), "model-none"];
    await expect(at.server.mutate("/v1/models", { remove })).rejects.toThrow(ConfigurationError);
    await expect(at.server.mutate("/v1/models", { remove })).rejects.toThrow(
      /never had an item with the id "model-none"/,
    );
    await expect(at.server.mutate("/v1/modles", { add: 1 })).rejects.toThrow(/no list has this path/);
    // @ts-expect-error JavaScript may pass any name
    await expect(at.server.mutate("/v1/models", { delete: [] })).rejects.toThrow(/"delete"/);
    await expect(at.server.mutate("/v1/models", { add: -1 })).rejects.toThrow(/change\.add/);
    expect(await at.client.models.list().toArray()).toHaveLength(3);
  });

  test("reports usage that arrives late in the buckets that it belongs to", async () => {
    await using at = await open();
    const range = { starting_at: "2026-09-01T00:00:00Z", ending_at: "2026-09-04T00:00:00Z" };
    const tokens = async () =>
      (await at.client.organization.usageReport.messages.list(range).toArray()).map(
        ({ results }) => results[0]?.output_tokens ?? 0,
      );
    const before = await tokens();
    const late = { from: "2026-09-02T00:00:00Z", to: "2026-09-03T00:00:00Z" };
    await at.server.mutate("/v1/organizations/usage_report/messages", { late });
    const after = await tokens();
    expect([after[0], after[2]]).toEqual([before[0], before[2]]);
    expect(after[1]).toBeGreaterThan(before[1] ?? 0);
  });
});

describe("the option now", () => {
  test("is the time of the newest item, and nothing is used later", async () => {
    await using at = await open({ now: "2026-11-20T12:00:00Z" });
    const [model] = await at.client.models.list().toArray();
    expect(model?.created_at).toBe("2026-11-20T12:00:00Z");
    const range = {
      starting_at: "2026-11-20T11:00:00Z",
      ending_at: "2026-11-20T14:00:00Z",
      bucket_width: "1h",
    } as const;
    const buckets = await at.client.organization.usageReport.messages.list(range).toArray();
    expect(buckets.map(({ results }) => results.length)).toEqual([1, 0, 0]);
    await expect(startMockServer({ now: "yesterday" })).rejects.toThrow(/a time such as/);
  });
});

test("the costs of a day are the prices of its tokens", async () => {
  await using at = await open({ seed: 5 });
  const range = { starting_at: "2026-09-01T00:00:00Z", ending_at: "2026-09-02T00:00:00Z" };
  const [usage] = await at.client.organization.usageReport.messages.list(range).toArray();
  const [cost] = await at.client.organization.costReport
    .list({ ...range, group_by: ["description"] })
    .toArray();
  const cents = (type: string) =>
    (cost?.results ?? [])
      .filter(({ token_type }) => token_type === type)
      .reduce((sum, { amount }) => sum + Number(amount), 0);
  const result = usage?.results[0];
  expect(result?.output_tokens).toBeGreaterThan(0);
  expect(cents("output_tokens")).toBeCloseTo((result?.output_tokens ?? 0) * 0.0015, 4);
  expect(cents("uncached_input_tokens")).toBeCloseTo((result?.uncached_input_tokens ?? 0) * 0.0003, 4);
});

test("slices of the mock server's lists are the list", async () => {
  await using at = await open({ items: 3_000, now: "2026-10-01T00:00:00Z" });
  const range = { from: "2026-09-29T10:00:00Z", to: "2026-10-01T00:01:00Z" };
  const list = at.client.compliance.activities.list({
    "created_at.gte": range.from,
    "created_at.lt": range.to,
    limit: "max",
  });
  const whole = await list.toArray();
  expect(whole.length).toBeGreaterThan(2_000);
  const slices = sliceByTime(at.client.compliance.activities.list({ limit: "max" }), { ...range, slices: 5 });
  const sliced = [];
  for await (const activity of slices) sliced.push(activity);
  expect(sliced).toEqual(whole);
});

test("a rare filter over two million items is found", async () => {
  await using at = await open({ items: { "organization.users": 2_000_000 } });
  const { body } = await ask(at.server, "/v1/organizations/users?email=USER20000@example.com&limit=2");
  expect(body.data).toMatchObject([{ email: "user20000@example.com" }]);
}, 60_000);

test("a cursor is refused beside other filters only where the API refuses it", async () => {
  await using at = await open();
  const limits = "/v1/organizations/spend_limits/effective?limit=2";
  const first = await ask(at.server, `${limits}&period[]=daily`);
  const cursor = first.body.next_page;
  expect((await ask(at.server, `${limits}&period[]=daily&page=${cursor}`)).status).toBe(200);
  expect((await ask(at.server, `${limits}&period[]=weekly&page=${cursor}`)).body.error.message).toBe(
    "page: Invalid or expired cursor",
  );
  const sessions = "/v1/sessions?limit=2";
  const headers = { "anthropic-beta": "managed-agents-2026-04-01" };
  const { body } = await ask(at.server, sessions, { headers });
  expect(
    (await ask(at.server, `${sessions}&statuses[]=idle&page=${body.next_page}`, { headers })).status,
  ).toBe(200);
  // A range that leaves out the place of the cursor, and another order, are refused.
  const late = "created_at[gte]=2026-09-30T23:59:30Z";
  for (const other of [late, "order=asc"]) {
    expect((await ask(at.server, `${sessions}&${other}&page=${body.next_page}`, { headers })).status).toBe(
      400,
    );
  }
});
