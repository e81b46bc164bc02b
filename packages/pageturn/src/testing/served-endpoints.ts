import { readCatalog } from "../anthropic/catalog/api-catalog.ts";
import type { ServedEndpoint } from "../anthropic/catalog/served-endpoint.ts";
import { catalogEndpoints } from "./catalog-endpoints.ts";

/** All lists of the API with their fields and parameters. Only the mock server reads them, never a client. */
export function readFullCatalog(): readonly ServedEndpoint[] {
  return catalogEndpoints(readCatalog());
}
