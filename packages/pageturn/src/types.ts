// The types of the Anthropic API: items, parameters and resources of all lists. There is nothing to run.
export type * from "./anthropic/catalog/generated/types.ts";
