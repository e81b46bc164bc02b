import { readFileSync } from "node:fs";
import { AsyncPaginator, definePages, type PageRequest, writeRequest } from "pageturn/pagination";
import { type DecodedResponse, detectStrategy } from "pageturn/strategies";
import { expect, test } from "vitest";
import { evaluated } from "./evaluated.ts";

/** A documented response of an API, or one made to mislead. `source` says where it is from. */
interface Recorded {
  readonly name: string;
  readonly kind: "real" | "trap" | "form";
  readonly request: { readonly method: string; readonly url: string; readonly body?: unknown };
  readonly response: DecodedResponse;
  readonly page2?: DecodedResponse | null;
  readonly expected: string;
  /** Other answers that are right; "unknown" means that caution is no fault. */
  readonly alsoRight?: readonly string[];
  /** Where the items, the cursor and the parameter of the next request are. */
  readonly details: {
    readonly items?: readonly string[];
    readonly node?: string;
    readonly cursor?: {
      readonly from: string;
      readonly path?: readonly string[];
      readonly name?: string;
      readonly which?: string;
    };
    readonly param?: { readonly in: string; readonly name?: string; readonly path?: readonly string[] };
    readonly base?: number;
  };
}

const all: readonly Recorded[] = JSON.parse(
  readFileSync(new URL("./recorded-responses.json", import.meta.url), "utf8"),
);

/** The ready strategy that a name is a form of. */
const FAMILY: Readonly<Record<string, string>> = {
  idStrategy: "idCursor",
  pageCursorStrategy: "pageToken",
  bidirectionalCursorStrategy: "pageToken",
  pageCursor: "pageToken",
  github: "linkHeader",
  stripe: "idCursor",
  openai: "idCursor",
  slack: "pageToken",
  notion: "pageToken",
  azure: "nextURL",
  googleAip158: "pageToken",
  mcp: "pageToken",
  shopifyGraphql: "relayConnection",
};

const family = (name: string): string => FAMILY[name] ?? name;

const rows = await Promise.all(
  all.map(async (recorded) => {
    const { candidates, rejected } = await detectStrategy(recorded.response, recorded.request);
    const right = [recorded.expected, ...(recorded.alsoRight ?? [])].map(family);
    const found = candidates.map(({ name, confidence }) => `${name} (${confidence})`).join(", ") || "unknown";
    const isWrong = candidates.some(({ name }) => !right.includes(family(name)));
    const isRight = candidates.length > 0 ? !isWrong : right.includes("unknown");
    return {
      recorded,
      candidates,
      rejected,
      found,
      verdict: isWrong ? "WRONG" : isRight ? "right" : "no answer",
    };
  }),
);

/** A JSON value at a path of keys. */
function at(value: unknown, path: readonly string[]): unknown {
  // The cast: what is not an object has no such member.
  return path.reduce<unknown>(
    (inner, key) => (inner as Record<string, unknown> | null | undefined)?.[key],
    value,
  );
}

test("a link that stands for the whole query replaces it", () => {
  const codes = rows
    .filter(({ recorded }) => /^(?:shopify REST|canvas|salesforce)/.test(recorded.name))
    .map(({ candidates }) => candidates[0]?.code);
  expect(codes).toHaveLength(3);
  for (const code of codes) expect(code).toContain('links: "replace"');
});

test("every recorded response gets the right answer or none, and most documented ones get an answer", () => {
  const real = rows.filter(({ recorded }) => recorded.kind === "real");
  const recognised = real.filter(({ candidates, verdict }) => verdict === "right" && candidates.length > 0);
  const wrong = rows.filter(({ verdict }) => verdict === "WRONG");
  const table = rows.map(({ recorded: { name, expected }, found, verdict, rejected }) => {
    const why = found === "unknown" ? ` [${rejected.map(({ reason }) => reason).join("; ")}]` : "";
    return `${verdict.padEnd(9)} | ${name.padEnd(52)} | ${expected.padEnd(15)} | ${found}${why}`;
  });
  const share = recognised.length / real.length;
  console.log(
    `${["verdict   | response | expected | found", ...table].join("\n")}\n${recognised.length} of ${real.length} documented responses are recognised (${Math.round(share * 100)} %), ${wrong.length} of ${rows.length} are wrong`,
  );
  expect(wrong.map(({ recorded }) => recorded.name)).toEqual([]);
  expect(
    rows.filter(
      ({ recorded, candidates }) =>
        recorded.kind === "trap" && candidates.length > 0 && recorded.alsoRight === undefined,
    ),
  ).toEqual([]);
  expect(share).toBeGreaterThanOrEqual(0.85);
});

/** Walks page 1 and page 2 of a recorded list with the strategy that the code makes. */
async function walked(code: string, { request, response, page2 }: Recorded) {
  const url = new URL(request.url);
  const query: Record<string, string> = Object.fromEntries(url.searchParams);
  const isPost = request.method === "POST";
  const first: PageRequest = {
    base: url.origin,
    path: url.pathname,
    query,
    // The cast: the body of a recorded POST is an object.
    ...(isPost && { json: request.body as Record<string, unknown> }),
  };
  const requests: PageRequest[] = [];
  const { AsyncPage } = definePages(evaluated(code));
  const list = new AsyncPaginator(AsyncPage<unknown>, {
    request: first,
    fetch: async (asked) => {
      requests.push(asked);
      const { status, headers, body } = (requests.length === 1 ? response : page2) ?? response;
      const meta = {
        status,
        headers: new Headers({ ...headers }),
        url: request.url,
        requestId: null,
        durationMs: 0,
      };
      return { body, response: meta };
    },
  });
  const page = await list.firstPage();
  const second = page.hasNextPage() && page2 ? await page.getNextPage() : null;
  return { page, second, requests };
}

for (const { recorded, candidates } of rows.filter(({ candidates }) => candidates.length > 0)) {
  for (const { name, code } of candidates)
    test(`${recorded.name}: the code of ${name} reads the items and requests page 2 as documented`, async () => {
      const { details, response } = recorded;
      const { page, second, requests } = await walked(code, recorded);
      const items = at(response.body, details.items ?? []) ?? [];
      const nodes =
        details.node && Array.isArray(items) ? items.map((edge) => at(edge, [details.node ?? ""])) : items;
      if (details.items !== undefined) expect(page.data).toEqual(nodes);
      const next = requests[1];
      if (next === undefined) return;
      const { cursor, param } = details;
      const written = writeRequest(next);
      const value = cursor?.path && cursor.from === "body" ? at(response.body, cursor.path) : undefined;
      if (family(name) === family(recorded.expected) && value !== undefined) {
        if (param?.in === "query")
          expect(new URL(written.url).searchParams.get(param.name ?? "")).toBe(String(value));
        if (param?.in === "json") expect(at(next.json, param.path ?? [])).toBe(value);
        if (param?.in === "url")
          for (const [key, part] of new URL(String(value), recorded.request.url).searchParams)
            expect(new URL(written.url).searchParams.getAll(key)).toContain(part);
      }
      if (
        family(name) === family(recorded.expected) &&
        (recorded.expected === "offsetLimit" || recorded.expected === "pageNumber")
      ) {
        const place = param?.in === "json" ? (param.path ?? []) : [param?.name ?? ""];
        const read = (from: PageRequest | undefined) =>
          Number(at(param?.in === "json" ? from?.json : from?.query, place));
        expect(read(next)).toBe(
          read(requests[0]) + (recorded.expected === "pageNumber" ? 1 : page.data.length),
        );
      }
      expect(second?.data).toBeInstanceOf(Array);
    });
}

for (const { recorded, candidates } of rows.filter(
  ({ recorded, candidates }) => recorded.page2 && candidates.length > 0,
))
  test(`${recorded.name}: page 2 confirms what was proposed`, async () => {
    const sent: string[] = [];
    const { candidates: verified, rejected } = await detectStrategy(recorded.response, {
      ...recorded.request,
      verify: async ({ url }) => {
        sent.push(new URL(url).origin);
        return recorded.page2 ?? { status: 500, headers: {}, body: null };
      },
    });
    expect(rejected.filter(({ name }) => name === candidates[0]?.name)).toEqual([]);
    expect(verified.map(({ name }) => name)).toContain(candidates[0]?.name);
    expect([...new Set([...sent, new URL(recorded.request.url).origin])]).toHaveLength(1);
  });
