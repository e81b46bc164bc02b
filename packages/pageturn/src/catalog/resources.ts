// The door to all types that are generated from the catalog.

export type * from "./generated/types.ts";
export type { Open } from "./open.ts";
