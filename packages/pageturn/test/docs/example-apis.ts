import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

/** The APIs that the documents page through, each in its documented shape, with five items and two a page. */
export interface ExampleAPIs {
  /** What stands for the hosts in the documents. */
  readonly hosts: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** A request as an API sees it. */
interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly json: Record<string, unknown>;
  /** The URL of the API. */
  readonly base: string;
}

interface Answer {
  /** Default 200. */
  readonly status?: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const rows = [1, 2, 3, 4, 5].map((number) => ({ number, id: `id_${number}`, name: `item ${number}` }));

/** Two items from a position, and the position of the next page, `null` on the last one. */
function pageAt(start: number, size = 2) {
  const next = start + size < rows.length ? start + size : null;
  return { items: rows.slice(start, start + size), next };
}

/** The position behind the item with this id. */
function behind(id: string | null): number {
  return rows.findIndex((row) => row.id === id) + 1;
}

const token = (next: number | null, end: string | null) => (next === null ? end : `t${next}`);
const position = (cursor: unknown) => Number(String(cursor ?? "t0").slice(1));

/** A connection of the Relay specification. */
function connection(variables: unknown) {
  const { after } = Object(variables);
  const { items, next } = pageAt(position(after));
  return { nodes: items, pageInfo: { hasNextPage: next !== null, endCursor: `t${next ?? rows.length}` } };
}

/** How many requests for the second page were refused. */
let refused = 0;

const APIS: Readonly<Record<string, (asked: Asked) => Answer>> = {
  "https://api.github.com": ({ query, base }) => {
    const page = Number(query.get("page") ?? 1);
    const { items, next } = pageAt((page - 1) * 2);
    const link = `<${base}/repositories/7/issues?per_page=2&page=${page + 1}>; rel="next"`;
    return { body: items, headers: next === null ? {} : { link } };
  },
  "https://git.example.com": ({ query, path, base }) => {
    const page = Number(query.get("p") ?? 1);
    if (page === 2 && refused++ === 0) return { status: 403, body: {}, headers: { "retry-after": "0" } };
    const { items, next } = pageAt((page - 1) * 2);
    const link = `<${base}${path}?per=2&p=${page + 1}>; rel="next"`;
    return { body: { entries: items }, headers: next === null ? {} : { link } };
  },
  "https://api.stripe.com": ({ query }) => {
    const { items, next } = pageAt(behind(query.get("starting_after")));
    return { body: { object: "list", url: "/v1/customers", has_more: next !== null, data: items } };
  },
  "https://api.openai.com": ({ query }) => {
    const { items, next } = pageAt(behind(query.get("after")));
    const [first_id, last_id] = [items[0]?.id, items.at(-1)?.id];
    return { body: { object: "list", data: items, first_id, last_id, has_more: next !== null } };
  },
  "https://slack.com": ({ query }) => {
    const { items, next } = pageAt(position(query.get("cursor")));
    return { body: { ok: true, channels: items, response_metadata: { next_cursor: token(next, "") } } };
  },
  "https://api.notion.com": ({ json }) => {
    const { items, next } = pageAt(position(json["start_cursor"]));
    const next_cursor = token(next, null);
    return { body: { object: "list", results: items, next_cursor, has_more: next !== null } };
  },
  "https://shop.example.com": ({ json }) => ({ body: { data: { products: connection(json["variables"]) } } }),
  "https://songs.example.com": ({ query }) => {
    const { items } = pageAt(Number(query.get("offset") ?? 0), Number(query.get("limit") ?? 2));
    return { body: { songs: items, total: rows.length } };
  },
  "https://mcp.example.com": ({ json }) => {
    const { items, next } = pageAt(position(Object(json["params"]).cursor));
    const result = { tools: items, ...(next !== null && { nextCursor: `t${next}` }) };
    return { body: { jsonrpc: "2.0", id: json["id"], result } };
  },
  "https://parcels.example.com": ({ query }) => {
    const { items, next } = pageAt(position(query.get("from")));
    return { body: { answer: { parcels: items, goOnAt: token(next, null) } } };
  },
};

async function jsonOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const body = await text(request);
  return body === "" ? {} : JSON.parse(body);
}

/** Starts them, each below a path of its own. */
export async function startExampleAPIs(): Promise<ExampleAPIs> {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    const [, name = "", ...path] = url.pathname.split("/");
    const api = APIS[`https://${name}`];
    if (api === undefined) {
      response.writeHead(404).end();
      return;
    }
    const base = `${url.origin}/${name}`;
    const json = await jsonOf(request);
    const answer = api({ path: `/${path.join("/")}`, query: url.searchParams, json, base });
    response.writeHead(answer.status ?? 200, { "content-type": "application/json", ...answer.headers });
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    hosts: Object.fromEntries(
      Object.keys(APIS).map((host) => [host, `http://127.0.0.1:${port}/${new URL(host).host}`]),
    ),
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
