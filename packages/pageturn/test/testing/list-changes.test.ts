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
});

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

test("the fault dropFilters forgets the filters of a request", async () => {
  await using at = await open({ items: 60 });
  await at.server.setScript([{ fault: "dropFilters", page: 2 }]);
  const path = "/v1/organizations/api_keys?status=active&limit=3";
  const first = await ask(at.server, path);
  const second = await ask(at.server, `${path}&after_id=${first.body.last_id}`);
  expect(first.body.data.map(({ status }: { status: string }) => status)).toEqual(Array(3).fill("active"));
  expect(new Set(second.body.data.map(({ status }: { status: string }) => status)).size).toBeGreaterThan(2);
  // They begin where the page would have begun.
  const all = await ask(at.server, `/v1/organizations/api_keys?after_id=${first.body.last_id}&limit=20`);
  expect(second.body.data[0].id).toBe(all.body.data[0].id);
});

describe("selections follow changes", () => {
  test("an update archives an object, and brings it back", async () => {
    await using at = await open({ items: 4 });
    const names = async (include: boolean) =>
      (await at.client.organization.workspaces.list({ include_archived: include }).toArray()).map(
        ({ id }) => id,
      );
    const [first = ""] = await names(false);
    const path = "/v1/organizations/workspaces";
    await at.server.mutate(path, { update: { [first]: { archived_at: "2026-10-01T00:00:00Z" } } });
    expect(await names(false)).not.toContain(first);
    expect(await names(true)).toContain(first);
    await at.server.mutate(path, { update: { [first]: { archived_at: null } } });
    expect(await names(false)).toContain(first);
  });

  test("ids and the time of the list are not updated, and a report has neither new items nor a list late usage", async () => {
    await using at = await open({ items: 4 });
    const [agent] = await at.client.beta.agents.list().toArray();
    for (const fields of [{ id: "x" }, { created_at: "2020-01-01T00:00:00Z" }]) {
      const update = { [`${agent?.id}`]: fields };
      await expect(at.server.mutate("/v1/agents", { update })).rejects.toThrow(/place in the list/);
    }
    // Nothing selects models by their time.
    const [model] = await at.client.models.list().toArray();
    await at.server.mutate("/v1/models", {
      update: { [`${model?.id}`]: { created_at: "2020-01-01T00:00:00Z" } },
    });
    const late = { from: "2026-09-01T00:00:00Z", to: "2026-09-02T00:00:00Z" };
    await expect(at.server.mutate("/v1/models", { late })).rejects.toThrow(/no report/);
    await expect(at.server.mutate("/v1/organizations/cost_report", { add: 1 })).rejects.toThrow(/no objects/);
    await expect(
      at.server.mutate("/v1/organizations/cost_report", { late: { from: late.to, to: late.from } }),
    ).rejects.toThrow(/ends before/);
    // @ts-expect-error JavaScript may pass nothing
    await expect(at.server.mutate(undefined, {})).rejects.toThrow(ConfigurationError);
  });

  test("a parameter that selects a list selects what is changed", async () => {
    await using at = await open({ items: 3 });
    const channels = (slack_workspace_id: string) =>
      at.client.beta.organization.claudeTag.slackChannels.list({ slack_workspace_id }).toArray();
    const [first] = await channels("A");
    await at.server.mutate("/v1/organizations/claude_tag/slack_channels?slack_workspace_id=A", {
      remove: [`${first?.id}`],
    });
    expect(await channels("A")).toHaveLength(2);
    expect(await channels("B")).toHaveLength(3);
  });

  test("a folder is listed as long as a file is in it", async () => {
    await using at = await open({ items: 20 });
    const list = (params: object) => at.client.beta.memoryStores.memories.list("m", params).toArray();
    const file = (await list({})).find(({ path }) => path === "/notes/0/2.md");
    await at.server.mutate("/v1/memory_stores/m/memories", {
      remove: [file !== undefined && "id" in file ? file.id : ""],
    });
    expect((await list({ depth: 1 })).map(({ path }) => path)).toContain("/notes/");
    expect((await list({ depth: 1, path_prefix: "/notes/" })).map(({ path }) => path)).toContain("/notes/0/");
  });

  test("an item that comes back behind a cursor is on the next page", async () => {
    await using at = await open({ items: 6 });
    const headers = { "anthropic-beta": "managed-agents-2026-04-01" };
    const all = await ask(at.server, "/v1/sessions", { headers });
    const second = all.body.data[1].id;
    await at.server.mutate("/v1/sessions", { remove: [second] });
    const first = await ask(at.server, "/v1/sessions?limit=1", { headers });
    await at.server.mutate("/v1/sessions", { restore: [second] });
    const next = await ask(at.server, `/v1/sessions?limit=1&page=${first.body.next_page}`, { headers });
    expect(next.body.data[0].id).toBe(second);
  });

  test("a sorted list can be walked while it grows", async () => {
    await using at = await open({ items: 30, grow: 2 });
    const list = at.client.userProfiles.list({ order_by: "name", limit: 10 });
    expect((await list.toArray()).length).toBeGreaterThan(29);
  });
});

describe("reports", () => {
  const range = "starting_at=2026-09-01T00:00:00Z&ending_at=2026-09-03T00:00:00Z";
  const cost = "/v1/organizations/analytics/cost";
  const headers = { "anthropic-beta": "analytics-usage-cost-2026-08-24" };
  const rows = async (server: MockServer, query: string) => {
    const { body } = await ask(server, `${cost}?${range}&limit=1000${query}`, { headers });
    return body.data;
  };
  type Row = { group: { actor: Record<string, string> | null; actor_type: string } };
  const sum = (data: { cost: { amount: string } }[]) =>
    data.reduce((total, { cost }) => total + Math.round(Number(cost.amount) * 1e6), 0);

  test("filters of actors agree with groups of them", async () => {
    await using at = await open();
    const byActor = await rows(at.server, "&group_by[]=actor");
    const service = byActor.find(({ group }: Row) => group.actor?.["type"] === "service_account_actor").group
      .actor.service_account_id;
    for (const query of [
      "&exclude_deleted_users=true",
      `&actor_ids[]=${service}`,
      "&actor_types[]=api_actor",
    ]) {
      expect(sum(await rows(at.server, query)), query).toBe(
        sum(await rows(at.server, `${query}&group_by[]=actor`)),
      );
    }
    expect(await rows(at.server, "&group_by[]=actor&actor_ids[]=user_actor")).toEqual([]);
  });

  test("types of actors are groups without an actor", async () => {
    await using at = await open();
    const byType = await rows(at.server, "&group_by[]=actor_type");
    expect(byType.map(({ group }: Row) => [group.actor, group.actor_type])).toEqual(
      ["user_actor", "service_account_actor", "api_actor", "federated_actor"].map((type) => [null, type]),
    );
    expect(sum(byType)).toBe(sum(await rows(at.server, "")));
  });

  test("the largest page depends on the width of the buckets, and on nothing else", async () => {
    await using at = await open();
    const usage = `/v1/organizations/usage_report/messages?${range}`;
    const status = async (query: string) => (await ask(at.server, usage + query)).status;
    expect(await status("&limit=1440&models[]=1m")).toBe(400);
    expect(await status("&limit=168&bucket_width=1h&models[]=1d")).toBe(200);
  });

  test("times without a zone are UTC, days that do not exist are refused, and empty values are absent", async () => {
    await using at = await open();
    const usage = "/v1/organizations/usage_report/messages";
    const plain = await ask(at.server, `${usage}?starting_at=2026-09-01T00:00:00&bucket_width=1h`);
    expect(plain.body.data[0].starting_at).toBe("2026-09-01T00:00:00Z");
    expect((await ask(at.server, `${usage}?starting_at=2026-02-31`)).status).toBe(400);
    expect((await ask(at.server, `${usage}?starting_at=2026-09-01&ending_at=`)).body.data).not.toEqual([]);
  });

  test("a range that would take too long is refused, and a busy server can be closed", async () => {
    const at = await open({ items: 20_000 });
    const query = "starting_at=0001-01-01T00:00:00Z&ending_at=9999-12-31T00:00:00Z";
    const { body } = await ask(at.server, `${cost}?${query}`, { headers });
    expect(body.error.message).toContain("at most 400 days");
    const busy = ask(
      at.server,
      `/v1/organizations/analytics/users?starting_date=2026-01-01&ending_date=2026-09-30&order_by=message_count`,
    ).catch(() => null);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await at.server.close();
    await busy;
  });

  test("who is active on a day is active in its week and month, and has a seat", async () => {
    await using at = await open();
    const { body } = await ask(
      at.server,
      "/v1/organizations/analytics/summaries?starting_date=2026-09-01&ending_date=2026-10-01",
    );
    for (const each of body.data) {
      expect(each.daily_active_user_count).toBeLessThanOrEqual(each.weekly_active_user_count);
      expect(each.weekly_active_user_count).toBeLessThanOrEqual(each.monthly_active_user_count);
      expect(each.monthly_active_user_count).toBeLessThanOrEqual(each.assigned_seat_count);
    }
  });
});
