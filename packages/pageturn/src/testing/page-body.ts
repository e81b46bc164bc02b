import { fieldWriter } from "./data/field-writer.ts";
import type { ServedList } from "./data/served-list.ts";
import type { PagePlan } from "./page-plan.ts";

/** Writes the body of a page: the fields the endpoint's envelope names, and no others. */
export function pageBody(list: ServedList, plan: PagePlan): string {
  const parts: string[] = [];
  for (const entry of list.endpoint.envelope) {
    const [head = "", type = ""] = entry.split(": ");
    const name = head.replace(/\?$/, "");
    const value = envelopeValue({ list, plan, name, type });
    // A field marked `?` is left out where it has nothing to say, as the API's documents allow.
    const leftOut = name !== head && (value === "null" || value === "[]");
    if (!leftOut) parts.push(`${JSON.stringify(name)}:${value}`);
  }
  return `{${parts.join(",")}}`;
}

interface EnvelopeField {
  readonly list: ServedList;
  readonly plan: PagePlan;
  readonly name: string;
  readonly type: string;
}

function envelopeValue(field: EnvelopeField): string {
  const { list, plan, name } = field;
  const { before, after } = plan;
  switch (name) {
    case list.endpoint.itemsKey:
      return `[${plan.positions.map((position) => list.itemJson(position)).join(",")}]`;
    case "has_more":
      return String(plan.direction === "forward" ? plan.moreAfter : plan.moreBefore);
    case "first_id":
      return before === null ? "null" : `"${list.idAt(before)}"`;
    case "last_id":
      return after === null ? "null" : `"${list.idAt({ position: after.position - 1, salt: after.salt })}"`;
    case "next_page":
      return plan.moreAfter && after !== null ? `"${list.token(after, "forward")}"` : "null";
    case "prev_page":
      return plan.moreBefore && before !== null ? `"${list.token(before, "backward")}"` : "null";
    default:
      return parentValue(field);
  }
}

/** Fields that describe what the list belongs to: a chat's name, a session, an organization. */
function parentValue({ list, name, type }: EnvelopeField): string {
  const parent = Object.values(list.params).at(-1);
  if (name === "id" && parent !== undefined) return JSON.stringify(parent);
  const [base = "string", ...rest] = type.split("|");
  const field = { name, type: base, nullable: rest.includes("null") };
  return fieldWriter(field, list.params[name])(0, list.key) ?? "null";
}
