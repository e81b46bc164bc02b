import type { ServedEndpoint } from "../../anthropic/catalog/served-endpoint.ts";
import { variants } from "./item-writer.ts";

/** Prefixes the API is known to use where they differ from the item's `type`. */
const known: Readonly<Record<string, string>> = {
  model: "model-",
  message_batch: "msgbatch_",
  skill_version: "skillver_",
};

/** How the ids of an endpoint's items begin: `file_`, `msgbatch_`. */
export function idPrefix(endpoint: ServedEndpoint): string {
  const [fields, ...others] = variants(endpoint);
  const type = fields?.find((field) => field.name === "type")?.enum?.[0];
  // The members of a union share their ids' prefix: it comes from the list, not from one of them.
  const name = others.length === 0 && typeof type === "string" ? type : singular(endpoint.id);
  return known[name] ?? `${name}_`;
}

function singular(id: string): string {
  const last = id.split(".").at(-1) ?? "item";
  return last.replace(/ies$/, "y").replace(/s$/, "");
}
