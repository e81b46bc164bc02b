import type { APICatalog } from "../anthropic/catalog/api-catalog.ts";
import type { ServedEndpoint } from "../anthropic/catalog/served-endpoint.ts";

/** Returns the lists of a catalog with their fields and parameters, as the mock server serves them. */
export function catalogEndpoints({ endpoints, shapes }: APICatalog): readonly ServedEndpoint[] {
  return endpoints.map((endpoint) => ({ ...endpoint, shapes, otherParams: "refused" }));
}
