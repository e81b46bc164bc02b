import { type APICatalog, type APIList, valueAt } from "pageturn/catalog";
import type { KeySet } from "./key-set.ts";
import { isMeasure, rowFields } from "./row-columns.ts";
import { canonicalJSON, sha256 } from "./row-values.ts";

/**
 * The lists that have items without an id of their own, and the fields that name an item: of several ways, the first one whose fields the item
 * has. Fields that can change while the item is the same are in none of them.
 */
const KEY_FIELDS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "beta.memory_stores.memories": [["id"], ["path"]],
  "beta.organization.claude_code.managed_settings.rbac_groups": [["rbac_group_id"]],
  "beta.organization.plugins.installation_settings": [["plugin_id", "target"]],
  "beta.organization.plugins.shares": [["plugin_id", "target"]],
  "beta.organization.telemetry_destinations.workspaces": [["telemetry_destination_id", "workspace_id"]],
  "beta.sessions.resources": [["id"], ["memory_store_id"]],
  "organization.federation.rules.workspaces": [["federation_rule_id", "workspace_id"]],
  "organization.rbac_groups.members": [["rbac_group_id", "user_id"]],
  "organization.rbac_roles.permissions": [["action", "resource"]],
  "organization.service_accounts.workspaces": [["service_account_id", "workspace_id"]],
  "organization.spend_limits.effective": [
    ["actor.user_id", "period", "scope"],
    ["actor.scoped_api_key_id", "period", "scope"],
  ],
  "organization.workspaces.members": [["workspace_id", "user_id"]],
  "organization.workspaces.rate_limits": [["workspace_id", "rate_limit_id"]],
  "organization.workspaces.service_accounts": [["workspace_id", "service_account_id"]],
  "compliance.apps.projects.collaborators": [
    ["user_id"],
    ["group_id"],
    ["organization_uuid"],
    ["organization_role"],
  ],
  "compliance.groups.members": [["user_id"]],
  "compliance.organizations": [["uuid"]],
  "compliance.organizations.roles.permissions": [["resource_type", "resource_id", "action"]],
};
/** How the items of all other lists are named. */
const ID_FIELDS = [["id"], ["uuid"]];

/** An index entry has at most 2,704 bytes. */
const MAX_KEY_BYTES = 1500;

/** One row of a table: what it is, and what names it. */
export interface KeyedRow {
  readonly key: string;
  /** The start of its bucket; `null` outside reports. */
  readonly bucket: string | null;
  readonly item: unknown;
}

/** What a page is split into rows with. */
export interface RowSplit {
  /** The ids of the path of a child list: they are part of the key. */
  readonly parents?: readonly string[];
  /** The day of a request for one day, for rows that do not name it. */
  readonly bucket?: string | null;
  /** The keys of the rows of a report on the pages before, to which those of this page are added. */
  readonly seen: KeySet;
}

/** Returns the function that splits the items of a list into rows with keys. */
export function rowSplitter(
  list: APIList,
  shapes: APICatalog["shapes"],
): (items: readonly unknown[], split: RowSplit) => readonly KeyedRow[] {
  if (list.report === undefined) {
    const ways = (KEY_FIELDS[list.id] ?? ID_FIELDS).map((way) => way.map((field) => field.split(".")));
    return (items, { parents = [] }) => {
      const onPage = new Map<string, unknown>();
      return items.map((item) => {
        const name = [...parents, ...itemKey(item, ways)];
        let key = keyText(name);
        // Two items of one page are two, also if nothing but their order is known to tell them apart.
        for (let number = 1; onPage.has(key) && !isEqual(onPage.get(key), item); number += 1)
          key = keyText([...name, { number }]);
        onPage.set(key, item);
        return { key, bucket: null, item };
      });
    };
  }
  const known = rowFields(list, shapes).flat();
  const measures = new Set(known.filter((field) => isMeasure(field, shapes)).map(({ name }) => name));
  return (items, { parents = [], bucket: day = null, seen }) => {
    const rows = list.report === "buckets" ? items.flatMap(resultsOf) : items;
    return rows.map((row) => {
      const starts = valueAt(row, ["starting_at"]);
      const bucket = typeof starts === "string" ? starts : day;
      const name = [...parents, bucket, dimensionsOf(row, measures)];
      let key = keyText(name);
      // Rows of one bucket with the same dimensions differ by their order alone.
      for (let time = 1; !seen.add(key); time += 1) key = keyText([...name, time]);
      return { key, bucket, item: row };
    });
  };
}

/** The results of a bucket, each with the fields of the bucket. Its time is that of the bucket, whatever the result says. */
function resultsOf(bucket: unknown): readonly unknown[] {
  const results = valueAt(bucket, ["results"]);
  if (typeof bucket !== "object" || bucket === null || !Array.isArray(results)) return [bucket];
  const fields = Object.entries(bucket).filter(([name]) => name !== "results");
  const times = fields.filter(([name]) => name === "starting_at" || name === "ending_at");
  return results.map((result: unknown) =>
    typeof result === "object" && result !== null
      ? Object.fromEntries([...fields, ...Object.entries(result), ...times])
      : Object.fromEntries([...fields, ["value", result]]),
  );
}

/**
 * What names a row of a report: all its texts, flags and objects that are no measures. Fields without a value are left out,
 * so that a dimension that the API adds later does not change the keys of the rows before it. Times are left out as well: that of
 * the bucket is in the key already, and others, such as that of the last activity, are restated.
 */
function dimensionsOf(row: unknown, measures: ReadonlySet<string>): unknown {
  if (typeof row !== "object" || row === null) return row;
  return withoutNulls(
    Object.fromEntries(
      Object.entries(row).filter(
        ([name, value]) =>
          typeof value !== "number" &&
          !Array.isArray(value) &&
          !measures.has(name) &&
          !/_(at|date)$/.test(name),
      ),
    ),
  );
}

/** A copy without the fields that are null, of objects in objects as well. Without recursion: they can be nested thousands of levels deep. */
function withoutNulls(dimensions: object): object {
  const copy: object = {};
  const open: [from: object, to: object][] = [[dimensions, copy]];
  for (const [from, to] of open) {
    for (const [name, value] of Object.entries(from)) {
      if (value === null) continue;
      const isNested = typeof value === "object" && !Array.isArray(value);
      const kept: unknown = isNested ? {} : value;
      // An assignment to `__proto__` would not make a field.
      Object.defineProperty(to, name, { value: kept, enumerable: true });
      if (isNested) open.push([value, Object(kept)]);
    }
  }
  return copy;
}

function isEqual(one: unknown, other: unknown): boolean {
  return canonicalJSON(one) === canonicalJSON(other);
}

function itemKey(item: unknown, ways: readonly (readonly (readonly string[])[])[]): readonly unknown[] {
  for (const paths of ways) {
    const values = paths.map((path) => valueAt(item, path));
    if (values.some((value) => value === undefined || value === null)) continue;
    // An id is a text or a number. Several values may have objects among them.
    if (values.length === 1 && !["string", "number"].includes(typeof values[0])) continue;
    return values.map((value) => (typeof value === "object" ? canonicalJSON(value) : value));
  }
  // An item that nothing names is named by all that it has.
  return [{ sha256: sha256(canonicalJSON(item)) }];
}

function keyText(parts: readonly unknown[]): string {
  const text = canonicalJSON(parts);
  return Buffer.byteLength(text) <= MAX_KEY_BYTES ? text : JSON.stringify([{ sha256: sha256(text) }]);
}
