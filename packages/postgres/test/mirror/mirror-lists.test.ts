import { AsyncAnthropic } from "pageturn";
import { readCatalog } from "pageturn/catalog";
import { type MockServer, startMockServer } from "pageturn/testing";
import { describe, expect, test } from "vitest";
import { openMirror } from "../../src/index.ts";
import { databases, openShared } from "../support/databases.ts";
import { readRows } from "../support/read-rows.ts";

const NOW = "2026-10-01T12:00:00Z";

describe.each(databases)("the lists of the API in %s", async (_, target) => {
  const database = await openShared(target);
  let server: MockServer;
  let count = 0;

  async function setUp(options: Parameters<typeof startMockServer>[0] = {}) {
    count += 1;
    server = await startMockServer({ items: 12, now: NOW, ...options });
    const clock = { now: Date.parse(NOW) };
    const client = new AsyncAnthropic({ baseURL: server.url, apiKey: server.apiKey, maxRetries: 0 });
    const schema = `lists_${count}`;
    const mirror = await openMirror({ database, schema, client, now: () => new Date(clock.now) });
    return { server, clock, mirror, schema, [Symbol.asyncDispose]: () => server.close() };
  }

  test("can all be mirrored, and are as the API has them", async () => {
    await using setup = await setUp();
    const { mirror, schema } = setup;
    const lists = readCatalog().endpoints.filter(({ pathParams }) => pathParams.length === 0);
    for (const { id: list, report } of lists) {
      const isSlack = list === "beta.organization.claude_tag.slack_channels";
      await mirror.add({
        list,
        ...(report !== undefined && { since: new Date("2026-09-28T00:00:00Z") }),
        ...(isSlack && { parameters: { slack_workspace_id: "T1" } }),
      });
      const run = await mirror.run(list);
      expect({ list, outcome: run.outcome }).toEqual({ list, outcome: "complete" });
      expect(run.rows).toBeGreaterThan(0);
      expect({ list, ...(await mirror.verify(list)) }).toMatchObject({
        list,
        missing: 0,
        extra: 0,
        different: 0,
      });
      const { table, rows, newFields } = await mirror.list(list);
      expect({ list, newFields }).toEqual({ list, newFields: [] });
      expect({ list, rows }).toEqual({
        list,
        rows: (await readRows(database, `${schema}."${table}"`)).length,
      });
      // Late arrivals and restatements aside, a second run finds the same.
      expect({ list, ...(await mirror.run(list)) }).toMatchObject({ list, added: 0, changed: 0, deleted: 0 });
    }
  });

  test("are kept as what their items are: notices are only added, cases close", async () => {
    await using setup = await setUp();
    const review = ["beta.compliance.review.notices", "beta.compliance.review.cases"];
    const modes = [];
    for (const list of review) {
      await setup.mirror.add({ list });
      modes.push((await setup.mirror.list(list)).mode);
    }
    expect(modes).toEqual(["feed", "snapshot"]);
  });

  test("have their children below them", async () => {
    await using setup = await setUp({ items: { skills: 5, "skills.versions": 7 } });
    const { server, mirror, clock, schema } = setup;
    await mirror.add({ list: "skills" });
    await mirror.add({ list: "skills.versions", parents: "skills" });
    // Without parents that were seen whole, nothing is known to be missing.
    expect(await mirror.startRun("skills.versions")).toBeNull();
    expect((await mirror.dueLists()).map(({ name }) => name)).toEqual(["skills"]);
    await mirror.run("skills");
    expect(await mirror.run("skills.versions")).toMatchObject({
      parts: 5,
      partsComplete: 5,
      rows: 35,
      added: 35,
    });
    const [first] = await readRows(database, `${schema}.skills_versions`);
    expect(JSON.parse(first?._key ?? "")).toEqual([first?.["skill_id"], first?.["id"]]);
    expect(JSON.parse(String(first?.["_parent"]))).toEqual([first?.["skill_id"]]);

    // A parent that is gone while the run goes on. Its rows stay until the list of the parents does not have it any more.
    await server.mutate("/v1/skills", { remove: [String(first?.["skill_id"])] });
    await server.setScript([
      { fault: "status", status: 404, path: `/v1/skills/${first?.["skill_id"]}/versions`, times: 1 },
    ]);
    clock.now += 86_400_000;
    expect(await mirror.run("skills.versions")).toMatchObject({
      outcome: "complete",
      partsComplete: 5,
      notFound: 1,
      deleted: 0,
    });
    await mirror.run("skills");
    expect(await mirror.run("skills.versions")).toMatchObject({ outcome: "complete", parts: 4, deleted: 7 });
    expect(await mirror.verify("skills.versions")).toMatchObject({ compared: 28, missing: 0, extra: 0 });
    await expect(mirror.remove("skills")).rejects.toThrow("because these lists need it: skills.versions");
  });

  test("keep the children of parents that all answer 404, as they do for a key without rights", async () => {
    await using setup = await setUp({ items: { skills: 3, "skills.versions": 2 } });
    const { server, mirror, clock } = setup;
    await mirror.add({ list: "skills" });
    await mirror.add({ list: "skills.versions", parents: "skills" });
    await mirror.run("skills");
    await mirror.run("skills.versions");
    const { position } = await mirror.list("skills.versions");
    clock.now += 86_400_000;
    await server.setScript([{ fault: "status", status: 404, times: 3 }]);
    expect(await mirror.run("skills.versions")).toMatchObject({
      outcome: "incomplete",
      notFound: 3,
      deleted: 0,
      lastError: expect.stringContaining("404"),
    });
    expect(await mirror.list("skills.versions")).toMatchObject({
      rows: 6,
      position,
      nextRunAt: new Date(clock.now + 86_400_000),
    });
    await server.setScript([]);
    expect(await mirror.run("skills.versions")).toMatchObject({ outcome: "complete", deleted: 0, added: 0 });
  });

  test("have the messages of a chat that is new to the mirror from the beginning", async () => {
    await using setup = await setUp({
      items: { "compliance.apps.chats": 3, "compliance.apps.chats.messages": 4 },
    });
    const { server, mirror, clock, schema } = setup;
    await mirror.add({ list: "compliance.apps.chats" });
    await mirror.add({
      list: "compliance.apps.chats.messages",
      parents: "compliance.apps.chats",
      mode: "feed",
      overlap: 0,
    });
    clock.now += 3_600_000;
    await mirror.run("compliance.apps.chats");
    expect(await mirror.run("compliance.apps.chats.messages")).toMatchObject({ rows: 12, parts: 3 });
    await server.mutate("/v1/compliance/apps/chats", { add: 1 });
    clock.now += 86_400_000;
    await mirror.run("compliance.apps.chats");
    // The others have nothing since; the new one is asked for all that it has.
    expect(await mirror.run("compliance.apps.chats.messages")).toMatchObject({ added: 4, parts: 4 });
    clock.now += 3_600_000;
    expect(await mirror.run("compliance.apps.chats.messages")).toMatchObject({ added: 0, parts: 4 });

    // A feed keeps the rows of a parent that is gone: they are no difference, before and after the list of the parents shows it.
    const [row] = await readRows(database, `${schema}.compliance_apps_chats_messages`);
    const [chat = ""] = JSON.parse(String(row?.["_parent"]));
    await server.mutate("/v1/compliance/apps/chats", { remove: [chat] });
    await server.setScript([
      { fault: "status", status: 404, path: `/v1/compliance/apps/chats/${chat}/messages`, times: 99 },
    ]);
    const equal = { compared: 12, missing: 0, extra: 0, different: 0, complete: true };
    expect(await mirror.verify("compliance.apps.chats.messages")).toMatchObject(equal);
    clock.now += 86_400_000;
    await mirror.run("compliance.apps.chats");
    expect(await mirror.verify("compliance.apps.chats.messages")).toMatchObject(equal);
    expect((await mirror.list("compliance.apps.chats.messages")).rows).toBe(16);
  });

  test("go on where they were for each parent, also if the API refuses another one", async () => {
    await using setup = await setUp({
      items: { "compliance.apps.chats": 3, "compliance.apps.chats.messages": 4 },
    });
    const { server, mirror, clock, schema } = setup;
    const messages = "compliance.apps.chats.messages";
    await mirror.add({ list: "compliance.apps.chats" });
    await mirror.add({ list: messages, parents: "compliance.apps.chats", mode: "feed", overlap: 0 });
    clock.now += 3_600_000;
    await mirror.run("compliance.apps.chats");
    const [chat] = await readRows(database, `${schema}.compliance_apps_chats`);
    const path = `/v1/compliance/apps/chats/${chat?.["id"]}/messages`;
    await server.setScript([{ fault: "status", status: 403, path, times: 99 }]);
    expect(await mirror.run(messages)).toMatchObject({ outcome: "incomplete", partsComplete: 2, added: 8 });
    clock.now += 3_600_000;
    const before = (await server.requests()).length;
    expect(await mirror.run(messages)).toMatchObject({ outcome: "incomplete", rows: 0 });
    const begun = (await server.requests())
      .slice(before)
      .map(({ path: requested, params }) => [requested === path, "created_at.gte" in params]);
    expect(begun.toSorted()).toEqual([
      [false, true],
      [false, true],
      [true, false],
    ]);
    await server.setScript([]);
    expect(await mirror.run(messages)).toMatchObject({ outcome: "complete", added: 4 });
    expect(await mirror.verify(messages)).toMatchObject({ compared: 12, missing: 0, extra: 0 });
  });

  test("have amounts as exact decimals in the unit of the API, also after a restatement", async () => {
    await using setup = await setUp();
    const { server, mirror, schema, clock } = setup;
    await mirror.add({
      list: "organization.cost_report",
      name: "cost",
      parameters: { group_by: ["description", "workspace_id"] },
      since: new Date("2026-09-25T07:30:00Z"),
      history: true,
    });
    await mirror.run("cost");
    const rows = await readRows(database, `${schema}.cost`);
    expect(rows.length).toBeGreaterThan(10);
    const { rows: exact } = await database.query<{ same: boolean }>(
      `SELECT bool_and(amount::text = _raw->>'amount') AS same FROM ${schema}.cost`,
    );
    expect(exact).toEqual([{ same: true }]);
    // Whole buckets only: the first one begins at the start of its day.
    const { rows: first } = await database.query(
      `SELECT min(_bucket) AS first, max(_bucket) AS last FROM ${schema}.cost`,
    );
    expect(first).toEqual([
      { first: new Date("2026-09-25T00:00:00Z"), last: new Date("2026-10-01T00:00:00Z") },
    ]);
    expect((await mirror.list("cost")).position).toEqual(new Date("2026-10-01T00:00:00Z"));

    await server.mutate("/v1/organizations/cost_report", {
      late: { from: "2026-09-30T00:00:00Z", to: "2026-10-01T00:00:00Z" },
    });
    clock.now += 3_600_000;
    const run = await mirror.run("cost");
    expect(run).toMatchObject({
      from: new Date("2026-09-30T00:00:00Z"),
      to: new Date("2026-10-02T00:00:00Z"),
      added: 0,
    });
    expect(run.changed).toBeGreaterThan(0);
    const { rows: versions } = await database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${schema}.cost_history`,
    );
    expect(versions).toEqual([{ count: run.changed }]);
    expect(await mirror.verify("cost")).toMatchObject({ missing: 0, extra: 0, different: 0 });
  });
});
