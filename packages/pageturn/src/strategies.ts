/**
 * Ready strategies. A bundle contains only those that it uses.
 * @module
 */
export { type IdCursorOptions, idCursor } from "./pagination/request/id-cursor.ts";
export type { OverridesWithItems, StrategyOverrides } from "./pagination/request/strategy.ts";
export { azure } from "./strategies/azure.ts";
export {
  type Confidence,
  type DecodedResponse,
  type Detection,
  type DetectOptions,
  type DetectRequest,
  detectStrategy,
  type StrategyCandidate,
} from "./strategies/detect/detect-strategy.ts";
export { github } from "./strategies/github.ts";
export { type GoogleAip158Options, googleAip158 } from "./strategies/google-aip158.ts";
export { type HeaderCursorOptions, headerCursor } from "./strategies/header-cursor.ts";
export { linkHeader } from "./strategies/link-header.ts";
export { type McpOptions, mcp } from "./strategies/mcp.ts";
export { type LinkOptions, type NextURLOptions, nextURL } from "./strategies/next-url.ts";
export { type NotionOptions, notion } from "./strategies/notion.ts";
export { openai } from "./strategies/openai.ts";
export { type NumberOptions, offsetLimit, pageNumber } from "./strategies/page-number.ts";
export { pageCursor, pageToken, type TokenOptions } from "./strategies/page-token.ts";
export { type RelayOptions, relayConnection } from "./strategies/relay-connection.ts";
export { shopifyGraphql } from "./strategies/shopify-graphql.ts";
export { type SlackOptions, slack } from "./strategies/slack.ts";
export { stripe } from "./strategies/stripe.ts";
