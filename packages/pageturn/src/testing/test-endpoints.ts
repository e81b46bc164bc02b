import type { ServedEndpoint, ServedField } from "../anthropic/catalog/served-endpoint.ts";

const common = {
  itemsKey: "data",
  betaHeader: [],
  itemFields: [
    { name: "id", type: "string" },
    { name: "type", type: "string", enum: ["item"] },
    { name: "name", type: "string" },
    { name: "created_at", type: "string" },
  ],
};
const limit = { wire: "limit", default: 20, min: 1, max: 1000 };
const data: ServedField = { name: "data", type: "object[]" };
const nextPage: ServedField = { name: "next_page", type: "string", nullable: true };

/**
 * Two lists that the API does not have, for the page classes that it rarely uses: `/v1/test/tokens` (a
 * `TokenPage`, id `test.tokens`) and `/v1/test/bidirectional` (id `test.bidirectional`).
 */
export const testEndpoints: readonly ServedEndpoint[] = [
  {
    ...common,
    id: "test.tokens",
    path: "/v1/test/tokens",
    page: "TokenPage",
    envelope: [data, { name: "has_more", type: "boolean" }, nextPage],
    queryParams: [limit, { wire: "page_token" }],
  },
  {
    ...common,
    id: "test.bidirectional",
    path: "/v1/test/bidirectional",
    page: "BidirectionalPageCursor",
    envelope: [data, nextPage, { name: "prev_page", type: "string", nullable: true }],
    queryParams: [limit, { wire: "page" }, { wire: "order", default: "desc" }],
  },
];
