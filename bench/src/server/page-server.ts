// The server of the benchmarks, a process of its own: plain node:http, and each page is written once and kept as
// bytes, so that the clients are measured and not this. The base URL says how many items a list has, how long an answer
// takes, and how large an item is: `/40000-items/20-ms/200-bytes/v1/models`. With the argument `http2` it speaks that instead.
import { createServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { modelPage, positionOf } from "./model-page.ts";

const TARGET = /^\/(\d+)-items\/(\d+)-ms\/(\d+)-bytes\/v1\/models(\/[^/?]+\/children)?(?:\?(.*))?$/;
/** How many items the list behind each item of a list has. */
const CHILDREN = 100;
/** Room for every list that is measured, save that of a million items. */
const CACHE_BYTES = 64 * 2 ** 20;

const pages = new Map<string, Buffer>();
let cachedBytes = 0;
let requests = 0;

function page(total: number, itemBytes: number, query: URLSearchParams): Buffer {
  const limit = Number(query.get("limit") ?? 20);
  const after = query.get("after_id");
  // The part of the list that a time range stands for.
  const from = Number(query.get("from") ?? 0);
  const to = Math.min(Number(query.get("to") ?? total), total);
  const start = after === null ? from : positionOf(after) + 1;
  const key = `${to} ${start} ${limit} ${itemBytes}`;
  const kept = pages.get(key);
  if (kept !== undefined) return kept;
  const range = { start, end: Math.min(start + limit, to), total: to, itemBytes };
  const made = Buffer.from(modelPage(range));
  if (cachedBytes + made.byteLength > CACHE_BYTES) {
    pages.clear();
    cachedBytes = 0;
  }
  pages.set(key, made);
  cachedBytes += made.byteLength;
  return made;
}

/** What `node:http` and `node:http2` have in common. */
interface Exchange {
  readonly url: string | undefined;
  answer(status: number, headers: Record<string, string | number>, body: Buffer): void;
}

function serve({ url, answer }: Exchange): void {
  const [, total, latency, itemBytes, children, query] = TARGET.exec(url ?? "") ?? [];
  if (total === undefined) {
    answer(404, {}, Buffer.alloc(0));
    return;
  }
  const items = children === undefined ? Number(total) : CHILDREN;
  const body = page(items, Number(itemBytes), new URLSearchParams(query));
  requests += 1;
  const headers = {
    "content-type": "application/json",
    "content-length": body.byteLength,
    "request-id": `req_${requests}`,
    "anthropic-ratelimit-requests-limit": "1000000",
    "anthropic-ratelimit-requests-remaining": "999999",
    "anthropic-ratelimit-requests-reset": "2030-01-01T00:00:00Z",
  };
  const send = () => answer(200, headers, body);
  if (Number(latency) > 0) setTimeout(send, Number(latency));
  else send();
}

const server = process.argv.includes("http2")
  ? createHttp2Server((request, response) => {
      const { url } = request;
      serve({ url, answer: (status, headers, body) => void response.writeHead(status, headers).end(body) });
    })
  : createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
      const { url } = request.resume();
      serve({ url, answer: (status, headers, body) => void response.writeHead(status, headers).end(body) });
    });

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.(typeof address === "object" ? address?.port : address);
});
process.on("disconnect", () => process.exit());
