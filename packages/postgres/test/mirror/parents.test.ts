import { readCatalog } from "pageturn/catalog";
import { describe, expect, test } from "vitest";
import { openDatabase, openMirror } from "../../src/index.ts";
import { databases, openShared } from "../support/databases.ts";
import { FakeAPI } from "../support/fake-api.ts";

describe.each(databases)("the list of the parents in %s", async (_, target) => {
  const database = await openShared(target);

  test("has the ids of the path, or is refused", async () => {
    const mirror = await openMirror({ database, schema: "paths", client: new FakeAPI().client() });
    const lists = readCatalog().endpoints.filter(({ report }) => report === undefined);
    const ids: Record<string, readonly string[]> = {};
    for (const { id, pathParams } of lists) {
      if (id === "beta.organization.claude_tag.slack_channels") continue;
      await mirror.add({ list: id, pathArgs: pathParams });
    }
    for (const { id } of lists.filter(({ pathParams }) => pathParams.length > 0)) {
      const fitting: string[] = [];
      for (const parents of [
        "models",
        "skills",
        "beta.tunnels",
        "organization.tunnels",
        "compliance.apps.chats",
      ]) {
        const added = await mirror
          .add({ list: id, name: `${id} of ${parents}`, parents })
          .catch((error) => error);
        if (!(added instanceof Error)) fitting.push(parents);
        else expect(added.message).toContain(`the rows of ${parents} do not have the ids of its path: `);
      }
      if (fitting.length > 0) ids[id] = fitting;
    }
    expect(ids).toEqual({
      "skills.versions": ["skills"],
      "beta.skills.versions": ["skills"],
      "beta.tunnels.certificates": ["beta.tunnels", "organization.tunnels"],
      "organization.tunnels.certificates": ["beta.tunnels", "organization.tunnels"],
      "compliance.apps.chats.messages": ["compliance.apps.chats"],
    });
  });
});

test("a child list is added while a run of its parents ends", async () => {
  const target = (await databases[0]?.[1]()) ?? "";
  const [database, other] = await Promise.all([openDatabase(target), openDatabase(target)]);
  const api = new FakeAPI();
  let skills = ["s1", "s2"];
  api.answer = () => {
    const data = skills.map((id) => ({ id, created_at: "2026-08-01T00:00:00Z" }));
    return Response.json({ data, next_page: null });
  };
  const mirror = await openMirror({ database, client: api.client() });
  await mirror.add({ list: "skills" });
  await mirror.run("skills");
  skills = ["s1"];
  const waiting = async (text: string) => {
    const { rows } = await database.query(
      "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE $1 AND datname = current_database()",
      [text],
    );
    return rows.length;
  };
  // The run waits for this row with its list locked.
  let ended: Promise<unknown> = Promise.resolve();
  let added: Promise<unknown> = Promise.resolve();
  await other.transaction(async (transaction) => {
    await transaction.query(`SELECT FROM pageturn.skills WHERE _key = '["s2"]' FOR UPDATE`);
    ended = mirror.run("skills");
    await expect.poll(() => waiting("UPDATE %skills%")).toBe(1);
    added = mirror.add({ list: "skills.versions", parents: "skills" });
    await expect.poll(() => waiting("SELECT * FROM %_lists%")).toBe(1);
  });
  expect(await ended).toMatchObject({ outcome: "complete", deleted: 1 });
  expect(await added).toMatchObject({ parents: "skills" });
  await Promise.all([database.close(), other.close()]);
});
