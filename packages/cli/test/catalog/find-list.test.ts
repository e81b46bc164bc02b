import { AsyncAnthropic } from "pageturn";
import { apiCatalog, isOfOrganization } from "pageturn/catalog";
import { expect, test } from "vitest";
import { openList } from "../../src/session.ts";

test("the lists of an organization are those that the client sends no workspace for", async () => {
  let sent: string | null = null;
  const client = new AsyncAnthropic({
    apiKey: "key",
    workspaceId: "wrkspc_1",
    fetch: async (_, init) => {
      sent = new Headers(init?.headers).get("anthropic-workspace-id");
      return Response.json({ data: [], has_more: false });
    },
  });
  for (const list of apiCatalog().endpoints) {
    const required = list.queryParams.filter((param) => param.required === true);
    const params = Object.fromEntries(required.map(({ name }) => [name, "2026-11-01"]));
    await openList(
      client,
      list,
      list.pathParams.map(() => "id"),
      params,
    ).asResponse();
    const expected = isOfOrganization(list) ? null : "wrkspc_1";
    expect({ id: list.id, sent }).toEqual({ id: list.id, sent: expected });
  }
});
