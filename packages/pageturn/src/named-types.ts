// Every type of the lists of the Anthropic API by the name that editors and error messages show. There is nothing to run.
export type * from "./anthropic/catalog/generated/named-types.ts";
