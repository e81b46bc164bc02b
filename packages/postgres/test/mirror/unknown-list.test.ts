import { describe, expect, test } from "vitest";
import { openMirror, readStatus } from "../../src/index.ts";
import { databases, openShared } from "../support/databases.ts";
import { FakeAPI } from "../support/fake-api.ts";

describe.each(databases)("a list that the catalog does not have any more, in %s,", async (_, target) => {
  const database = await openShared(target);

  test("is shown and can be removed, and the others are run", async () => {
    const api = new FakeAPI();
    api.models.set({ id: "m1", created_at: "2026-08-01T00:00:00Z" });
    const client = api.client();
    const before = await openMirror({ database, client });
    await before.add({ list: "models", name: "gone", history: true });
    await before.add({ list: "models" });
    await before.add({ list: "skills", name: "parent" });
    await before.add({ list: "skills.versions", name: "child", parents: "parent" });
    await before.run("gone");
    await database.query("UPDATE pageturn._lists SET list = 'beta.gone' WHERE name IN ('gone', 'parent')");
    await database.query("UPDATE pageturn._lists SET next_run_at = '2026-01-01', position = '2026-01-01'");

    const mirror = await openMirror({ database, client });
    const { lists } = await readStatus(mirror);
    expect(lists.map(({ name, rows }) => [name, rows])).toEqual([
      ["gone", 1],
      ["models", 0],
      ["parent", 0],
      ["child", 0],
    ]);
    const why = "the catalog of this release has no list beta.gone: remove it from the mirror";
    expect(lists[0]).toMatchObject({ state: "failing", lastError: expect.stringContaining(why) });
    expect((await mirror.dueLists()).map(({ name }) => name)).toEqual(["models"]);
    expect(await mirror.run("models")).toMatchObject({ outcome: "complete" });
    for (const refused of [
      () => mirror.run("gone"),
      () => mirror.verify("gone"),
      () => mirror.run("child"),
      () => mirror.add({ list: "skills.versions", name: "other", parents: "parent" }),
    ])
      await expect(refused()).rejects.toThrow(why);
    await mirror.remove("child");
    await mirror.remove("parent");
    await mirror.remove("gone", { drop: true });
    expect((await mirror.lists()).map(({ name }) => name)).toEqual(["models"]);
    const { rows } = await database.query("SELECT to_regclass('pageturn.gone') AS found");
    expect(rows).toEqual([{ found: null }]);
  });
});
