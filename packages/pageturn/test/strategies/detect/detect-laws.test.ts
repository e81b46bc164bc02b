import { fc, test } from "@fast-check/vitest";
import { type DecodedResponse, detectStrategy } from "pageturn/strategies";
import { expect } from "vitest";
import { evaluated } from "./evaluated.ts";

const origin = "https://api.example.com";

/** Words of paging, in any place. */
const name = fc.oneof(
  fc.constantFrom(
    ...[
      "data",
      "items",
      "results",
      "next",
      "next_page",
      "next_cursor",
      "nextPageToken",
      "cursor",
      "offset",
      "limit",
    ],
    ...[
      "total",
      "count",
      "page",
      "pages",
      "total_pages",
      "has_more",
      "first_id",
      "last_id",
      "id",
      "meta",
      "links",
    ],
    ...[
      "paging",
      "pageInfo",
      "endCursor",
      "hasNextPage",
      "nodes",
      "edges",
      "object",
      "jsonrpc",
      "result",
      "tools",
    ],
    ...["ok", "response_metadata", "kind", "value", "nextLink", "hits", "__proto__", "constructor"],
  ),
  fc.string({ maxLength: 8 }),
);
const text = fc.oneof(
  fc.constantFrom(
    "list",
    "2.0",
    "",
    "a#b",
    "t0k3n=",
    "/l?page=2",
    "?cursor=x",
    `${origin}/l?page=2&size=1`,
    "/l/2",
  ),
  fc.constantFrom(
    "https://evil.example/l?page=2",
    "//evil.example/l?page=2",
    "javascript:x(2)",
    "file:///l?page=2",
  ),
  fc.string({ maxLength: 10 }),
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.integer({ min: -1, max: 50 }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("json"), { maxLength: 3 }),
    fc.array(fc.record({ id: fc.oneof(text, fc.nat(9)) }), { maxLength: 3 }),
    fc.array(fc.tuple(name, tie("json")), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
  ),
}));
const body = fc.oneof(
  json,
  fc.array(fc.tuple(name, json), { maxLength: 8 }).map((all) => Object.fromEntries(all)),
);
const query = fc.constantFrom(
  "",
  "?page=1&size=1",
  "?offset=0&limit=2",
  "?cursor=x&page_token=y&after=z",
  "?page=2",
);
const link = fc.constantFrom(
  undefined,
  `<${origin}/l?page=3>; rel="next"`,
  '<//evil.example/l?page=2>; rel="next"',
  "<",
  "x",
);

test.prop([body, query, link, fc.boolean()], { numRuns: 2000 })(
  "whatever a server sends: the code of every candidate makes the strategy, and no request leaves the origin; an empty result has a reason",
  async (body, search, header, isPost) => {
    const response = { status: 200, headers: header === undefined ? {} : { link: header }, body };
    const sent: string[] = [];
    const request = {
      url: `${origin}/l${search}`,
      ...(isPost && { method: "POST", body: { page: 1, limit: 2 } }),
    };
    const { candidates, rejected } = await detectStrategy(response, request);
    expect(candidates.length + rejected.length).toBeGreaterThan(0);
    await detectStrategy(response, {
      ...request,
      verify: async ({ url }): Promise<DecodedResponse> => {
        sent.push(new URL(url).origin);
        return response;
      },
    });
    expect(new Set([origin, ...sent]).size).toBe(1);
    for (const { code, strategy } of candidates)
      expect(Object.keys(evaluated(code)).sort()).toEqual(Object.keys(strategy).sort());
    expect(candidates.filter(({ confidence }) => confidence === "certain").length).toBeLessThan(2);
  },
);
