import { type APIList, readCatalog, type ServedField } from "pageturn/catalog";
import { describe, expect, test } from "vitest";
import { KeySet } from "../../src/catalog/key-set.ts";
import { listOf } from "../../src/catalog/list-source.ts";
import { rowSplitter } from "../../src/catalog/row-keys.ts";

const { endpoints, shapes } = readCatalog();

/** What names an item of the lists without `id`: one set of paths for each variant. */
const NAMED_BY: Readonly<Record<string, readonly string[]>> = {
  "beta.memory_stores.memories": ["id", "path"],
  "beta.sessions.resources": ["id", "id", "memory_store_id"],
  "beta.organization.claude_code.managed_settings.rbac_groups": ["rbac_group_id"],
  "beta.organization.plugins.installation_settings": ["plugin_id target.type"],
  "beta.organization.plugins.shares": ["plugin_id target.type"],
  "beta.organization.telemetry_destinations.workspaces": ["telemetry_destination_id workspace_id"],
  "organization.federation.rules.workspaces": ["federation_rule_id workspace_id"],
  "organization.rbac_groups.members": ["rbac_group_id user_id"],
  "organization.rbac_roles.permissions": ["action resource.organization_id resource.type"],
  "organization.service_accounts.workspaces": ["service_account_id workspace_id"],
  "organization.spend_limits.effective": ["actor.user_id period scope.type scope.user_id"],
  "organization.workspaces.members": ["user_id workspace_id"],
  "organization.workspaces.rate_limits": ["rate_limit_id workspace_id"],
  "organization.workspaces.service_accounts": ["service_account_id workspace_id"],
  "compliance.apps.projects.collaborators": ["user_id", "group_id", "organization_uuid", "organization_role"],
  "compliance.groups.members": ["user_id"],
  "compliance.organizations": ["uuid"],
  "compliance.organizations.roles.permissions": ["action resource_id resource_type"],
};

function keyOf(list: APIList, item: unknown): string | undefined {
  return rowSplitter(list, shapes)([item], { seen: new KeySet() })[0]?.key;
}

/** An item with a value for each field. The value at one path is another one. */
function itemOf(fields: readonly ServedField[], changed: string, prefix = ""): object {
  return Object.fromEntries(
    fields.map(({ name, type }) => [name, leafOf(type, { path: prefix + name, changed })]),
  );
}

function leafOf(type: string, { path, changed }: { path: string; changed: string }): unknown {
  const fields = fieldsOf(type);
  if (fields !== undefined) return itemOf(fields, changed, `${path}.`);
  return path === changed ? "another" : `a ${path}`;
}

/** The fields of a shape: of the first one, if there are several. */
function fieldsOf(type: string): readonly ServedField[] | undefined {
  const shape = shapes[type];
  if (shape === undefined) return undefined;
  return "fields" in shape ? shape.fields : fieldsOf(shape.union[0] ?? "");
}

function pathsOf(fields: readonly ServedField[], prefix = ""): readonly string[] {
  return fields.flatMap(({ name, type }) => {
    const inner = fieldsOf(type);
    return inner === undefined ? [prefix + name] : pathsOf(inner, `${prefix}${name}.`);
  });
}

function variants({ itemFields }: APIList): readonly (readonly ServedField[])[] {
  return "union" in itemFields ? itemFields.union.map(({ fields }) => fields) : [itemFields];
}

describe("the key of an item", () => {
  const lists = endpoints.filter(({ report }) => report === undefined);
  test.each(lists.map((list) => [list.id, list] as const))(
    "of %s changes with what names it alone",
    (id, list) => {
      const found = variants(list).map((fields) => {
        const key = keyOf(list, itemOf(fields, ""));
        return pathsOf(fields)
          .filter((path) => keyOf(list, itemOf(fields, path)) !== key)
          .sort()
          .join(" ");
      });
      expect(found).toEqual(NAMED_BY[id] ?? found.map(() => "id"));
    },
  );

  test("is that of all its fields where nothing names it", () => {
    const list = lists.find(({ id }) => id === "compliance.apps.projects.collaborators");
    if (list === undefined) throw new Error("The catalog has no such list");
    const keys = ["viewer", "editor"].map((role) => keyOf(list, { user_id: null, role }));
    expect(new Set(keys).size).toBe(2);
    expect(keys[0]).toContain("sha256");
  });
});

test("two items of a page that are named alike are two rows, and one that is there twice is one", () => {
  const list = endpoints.find(({ id }) => id === "organization.spend_limits.effective");
  if (list === undefined) throw new Error("The catalog has no effective spend limits");
  const limit = { actor: { user_id: "u" }, period: "monthly", scope: "user" };
  const items = [{ ...limit, source: "a" }, { ...limit, source: "b" }, { ...limit, source: "b" }, limit];
  const keys = rowSplitter(list, shapes)(items, { seen: new KeySet() }).map(({ key }) => key);
  const name = '"u","monthly","user"';
  expect(keys).toEqual([
    `[${name}]`,
    `[${name},{"number":1}]`,
    `[${name},{"number":1}]`,
    `[${name},{"number":2}]`,
  ]);
});

test("a row of a report has the time of its bucket, whatever its result says", () => {
  const bucket = {
    starting_at: "2026-09-01T00:00:00Z",
    ending_at: "2026-09-02T00:00:00Z",
    results: [{ starting_at: "1999-01-01T00:00:00Z", ending_at: null, output_tokens: 1 }],
  };
  const { results: _results, ...times } = bucket;
  const list = listOf("organization.usage_report.messages");
  expect(rowSplitter(list, shapes)([bucket], { seen: new KeySet() })).toMatchObject([
    { bucket: times.starting_at, item: { ...times, output_tokens: 1 } },
  ]);
});
