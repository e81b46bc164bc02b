import type { ServedEndpoint, ServedField } from "../anthropic/catalog/served-endpoint.ts";

const limit = { wire: "limit", default: 20, min: 1, max: 1000 };

const itemFields: readonly ServedField[] = [
  { name: "id", type: "string" },
  { name: "type", type: "string", enum: ["item"] },
  { name: "name", type: "string" },
  { name: "created_at", type: "string" },
];

/**
 * Two lists the API does not have, for the page classes it seldom or never uses: `/v1/test/tokens` (a
 * `TokenPage`, id `test.tokens`) and `/v1/test/bidirectional` (id `test.bidirectional`).
 */
export const testEndpoints: readonly ServedEndpoint[] = [
  {
    id: "test.tokens",
    path: "/v1/test/tokens",
    page: "TokenPage",
    itemsKey: "data",
    envelope: ["data: array", "has_more: boolean", "next_page: string|null"],
    betaHeader: [],
    queryParams: [limit, { wire: "page_token" }],
    itemFields,
  },
  {
    id: "test.bidirectional",
    path: "/v1/test/bidirectional",
    page: "BidirectionalPageCursor",
    itemsKey: "data",
    envelope: ["data: array", "next_page: string|null", "prev_page: string|null"],
    betaHeader: [],
    queryParams: [limit, { wire: "page" }, { wire: "order", default: "desc" }],
    itemFields,
  },
];
