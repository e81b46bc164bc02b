import { type APICatalog, type APIList, valueAt } from "pageturn/catalog";
import { isMeasure, rowFields } from "./row-columns.ts";
import { canonicalJSON, sha256 } from "./row-values.ts";

/** The lists whose items have no id of their own, and the fields that name an item. */
const KEY_FIELDS: Readonly<Record<string, readonly string[]>> = {
  "beta.organization.claude_code.managed_settings.rbac_groups": ["rbac_group_id"],
  "beta.organization.plugins.installation_settings": ["plugin_id", "target"],
  "beta.organization.plugins.shares": ["plugin_id", "target"],
  "beta.organization.telemetry_destinations.workspaces": ["telemetry_destination_id", "workspace_id"],
  "organization.federation.rules.workspaces": ["federation_rule_id", "workspace_id"],
  "organization.rbac_groups.members": ["rbac_group_id", "user_id"],
  "organization.service_accounts.workspaces": ["service_account_id", "workspace_id"],
  "organization.workspaces.members": ["workspace_id", "user_id"],
  "organization.workspaces.rate_limits": ["workspace_id", "rate_limit_id"],
  "organization.workspaces.service_accounts": ["workspace_id", "service_account_id"],
  "compliance.groups.members": ["user_id"],
  "compliance.organizations": ["uuid"],
};

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
}

/** Returns the function that splits the items of a list into rows with keys. */
export function rowSplitter(
  list: APIList,
  shapes: APICatalog["shapes"],
): (items: readonly unknown[], split: RowSplit) => readonly KeyedRow[] {
  if (list.report === undefined) {
    const fields = KEY_FIELDS[list.id];
    return (items, { parents = [] }) =>
      items.map((item) => ({ key: keyText([...parents, ...itemKey(item, fields)]), bucket: null, item }));
  }
  const known = rowFields(list, shapes).flat();
  const measures = new Set(known.filter((field) => isMeasure(field, shapes)).map(({ name }) => name));
  return (items, { parents = [], bucket: day = null }) =>
    items.flatMap((item) => {
      const rows = list.report === "buckets" ? resultsOf(item) : [item];
      const times = new Map<string, number>();
      return rows.map((row) => {
        const starts = valueAt(row, ["starting_at"]);
        const bucket = typeof starts === "string" ? starts : day;
        const dimensions = dimensionsOf(row, measures);
        const key = [...parents, bucket, dimensions];
        // Rows of one bucket with the same dimensions differ by their order alone.
        const name = canonicalJSON(dimensions);
        const time = times.get(name) ?? 0;
        times.set(name, time + 1);
        return { key: keyText(time === 0 ? key : [...key, time]), bucket, item: row };
      });
    });
}

/** The results of a bucket, each with the times of the bucket. */
function resultsOf(bucket: unknown): readonly unknown[] {
  const results = valueAt(bucket, ["results"]);
  if (typeof bucket !== "object" || bucket === null || !Array.isArray(results)) return [bucket];
  const times = Object.entries(bucket).filter(([name]) => name !== "results");
  return results.map((result: unknown) =>
    typeof result === "object" && result !== null
      ? Object.fromEntries([...times, ...Object.entries(result)])
      : Object.fromEntries([...times, ["value", result]]),
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

function itemKey(item: unknown, fields: readonly string[] | undefined): readonly unknown[] {
  for (const path of fields === undefined ? [["id"], ["uuid"]] : []) {
    const id = valueAt(item, path);
    if (typeof id === "string" || typeof id === "number") return [id];
  }
  const values = fields?.map((name) => valueAt(item, [name])) ?? [];
  if (values.length > 0 && values.every((value) => value !== undefined && value !== null)) {
    return values.map((value) => (typeof value === "object" ? canonicalJSON(value) : value));
  }
  // An item without an id is named by all that it has.
  return [{ sha256: sha256(canonicalJSON(item)) }];
}

function keyText(parts: readonly unknown[]): string {
  const text = canonicalJSON(parts);
  return Buffer.byteLength(text) <= MAX_KEY_BYTES ? text : JSON.stringify([{ sha256: sha256(text) }]);
}
