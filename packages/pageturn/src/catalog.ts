/**
 * All lists of the API with their parameters and fields, as data.
 * @module
 */
export * from "./anthropic/catalog/api-catalog.ts";
export type { EndpointTime } from "./anthropic/catalog/endpoint.ts";
export type { FieldType } from "./anthropic/catalog/field-type.ts";
export { namesIn, parseFieldType } from "./anthropic/catalog/field-type.ts";
export * from "./anthropic/catalog/item-fields.ts";
export * from "./anthropic/catalog/range-params.ts";
export type * from "./anthropic/catalog/served-endpoint.ts";
