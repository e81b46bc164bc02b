import { withMember } from "../pagination/request/check-option.ts";
import { ownOptions } from "../pagination/request/own-options.ts";
import { valueAt } from "../pagination/request/page-request.ts";
import type { BodyError, PaginationStrategy, StrategyOverrides } from "../pagination/request/strategy.ts";
import { pageToken } from "./page-token.ts";

/** Options of {@link mcp}. */
export interface McpOptions extends StrategyOverrides {
  /** What is listed: the key of the items in the result. */
  readonly list: "tools" | "resources" | "resourceTemplates" | "prompts";
}

/**
 * The lists of a Model Context Protocol server over HTTP, requested with a POST whose `json` is the JSON-RPC request. Servers
 * want the header `accept: application/json, text/event-stream`. For one with sessions use its SDK and `paginate()`.
 * Only an absent cursor is the end; an empty one is valid. A server may forget its cursors with the session. All pages are
 * requested with the `id` of that `json`: every answer comes on its own.
 * https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/pagination
 */
export function mcp(options: McpOptions): PaginationStrategy {
  const { list, ...overrides } = ownOptions("mcp", withMember("mcp", options, "list"), { list: "text" });
  return pageToken({
    items: ["result", list],
    from: { body: ["result", "nextCursor"] },
    to: { json: ["params", "cursor"] },
    emptyCursor: "valid",
    errorIn: ({ error }): BodyError | null => {
      if (error === undefined || error === null) return null;
      const [code, message] = [valueAt(error, "code"), valueAt(error, "message")];
      // JSON-RPC 2.0: -32603 is an internal error, the others are faults of the request.
      return { type: String(code), message: String(message), status: code === -32603 ? 500 : 400 };
    },
    isCursorExpired: ({ type }) => type === "-32602",
    ...overrides,
  });
}
