import type { ServedEffect } from "../../packages/pageturn/src/anthropic/catalog/served-endpoint.ts";
import type { CatalogEndpoint, Param } from "./catalog.ts";

/** What the mock server does for each list by the name of the parameter. */
const builtIn = ["limit", "page", "page_token", "after_id", "before_id", "ids", "order", "order_by"];

const comparisons: Readonly<Record<string, ServedEffect["does"]>> = {
  gt: "after",
  gte: "from",
  lt: "before",
  lte: "until",
};

const ofReports: Readonly<Record<string, ServedEffect>> = {
  starting_at: { does: "starts" },
  starting_date: { does: "starts" },
  ending_at: { does: "ends" },
  ending_date: { does: "ends" },
  date: { does: "day" },
  bucket_width: { does: "width" },
  time_bucket_width: { does: "width" },
  group_by: { does: "splits" },
  filter: { does: "restricts" },
  user_ids: { does: "restricts", on: "actor" },
  actor_ids: { does: "restricts", on: "actor" },
  actor_types: { does: "restricts", on: "actor_type" },
  exclude_deleted_users: { does: "omits", on: "actor.deleted" },
  claude_tag_categories: { does: "restricts", on: "claude_tag_category" },
};

/**
 * What a parameter does to a list: what its entry says, or what follows from its name. `statuses` compares the field
 * `status`, and `created_at[gte]` the time in `created_at`.
 *
 * Throws for a parameter of which neither is known.
 */
export function paramEffect(endpoint: CatalogEndpoint, param: Param): ServedEffect | undefined {
  const { name, type, effect } = param;
  if (builtIn.includes(name)) return undefined;
  if (endpoint.report !== null) {
    if (name === "starting_at" && type === "date") return { does: "day" };
    return ofReports[name] ?? { does: "restricts", on: singular(name) };
  }
  if (effect !== null) return effect;
  const [, compared = "", how = ""] = /^(\w+)[[.](\w+)\]?$/.exec(name) ?? [];
  const comparison = comparisons[how];
  if (comparison !== undefined) return { does: comparison, on: compared };
  const fields = endpoint.items.variants.flatMap((variant) => variant.fields.map((field) => field.name));
  const field = [name, singular(name)].find((each) => fields.includes(each));
  if (field === undefined) {
    throw new Error(`${endpoint.id}: the parameter ${name} needs an effect, as no field has its name`);
  }
  return { does: type === "string[]" ? "oneOf" : "equals", on: field };
}

function singular(name: string): string {
  return /ses$/.test(name) ? name.slice(0, -"es".length) : name.replace(/s$/, "");
}
