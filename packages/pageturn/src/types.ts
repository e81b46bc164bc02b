// The types of the lists of the Anthropic API, grouped like the resources of a client, and those of items. There is nothing to run.
export type * from "./anthropic/catalog/generated/types.ts";
