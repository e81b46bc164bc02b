import { AsyncAnthropic } from "pageturn";
import { startMockServer } from "pageturn/testing";
import { describe, expect, test } from "vitest";
import { openMirror } from "../../src/index.ts";
import { databases, openShared } from "../support/databases.ts";

describe.each(databases)("the organization of a list in %s", async (_, target) => {
  const database = await openShared(target);

  test("is that of its first run: with a key of another one nothing is deleted, and the position stays", async () => {
    await using server = await startMockServer({
      items: 120,
      apiKey: "a1",
      organizations: { a1: "org-a", a2: "org-a", b1: "org-b", none: null },
    });
    const withKey = (apiKey: string) =>
      openMirror({
        database,
        client: new AsyncAnthropic({ baseURL: server.url, apiKey, maxRetries: 0 }),
      });
    const mirror = await withKey("a1");
    const list = "organization.users";
    await mirror.add({ list });
    expect(await mirror.list(list)).toMatchObject({ organizationId: null });
    expect(await mirror.run(list)).toMatchObject({ outcome: "complete", rows: 120 });
    const { position, organizationId } = await mirror.list(list);
    expect(organizationId).toBe("org-a");
    const { rows } = await database.query<{ id: string }>(
      "SELECT id FROM pageturn.organization_users ORDER BY id LIMIT 50",
    );
    await server.mutate("/v1/organizations/users", { remove: rows.map(({ id }) => id) });
    const other = await withKey("b1");
    const why =
      'Cannot request "organization.users" because it is of the organization org-a, and the API answers for org-b: use a key of org-a, or remove the list and add it again';
    expect(await other.run(list)).toMatchObject({
      outcome: "incomplete",
      pages: 0,
      deleted: 0,
      lastError: `MirrorError: ${why}`,
    });
    expect(await mirror.list(list)).toMatchObject({ position, rows: 120, organizationId: "org-a" });
    await expect(other.verify(list)).rejects.toThrow(why);
    // Keys are replaced by others of the organization, and an answer without the header is not compared.
    expect(await (await withKey("a2")).run(list)).toMatchObject({ outcome: "complete", deleted: 50 });
    expect(await (await withKey("none")).verify(list)).toMatchObject({ complete: true, extra: 0 });
    await mirror.remove(list);
    await other.add({ list });
    expect(await other.run(list)).toMatchObject({ outcome: "complete", rows: 70 });
    expect(await other.list(list)).toMatchObject({ organizationId: "org-b" });
  });
});
