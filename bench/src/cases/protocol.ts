import { Child } from "../process/child.ts";
import { cpu, medianOf, ratioOf, wall } from "../process/median.ts";
import { inRounds } from "../process/rounds.ts";
import type { Bench, Findings, Table } from "./case.ts";

const HTTP1 = "HTTP/1.1";
const HTTP2 = "HTTP/2";

/** Whether HTTP/2 is worth having: undici alone over either version, one list after the other and eight at once. */
export async function protocol(bench: Bench): Promise<Findings> {
  using server = new Child("server/page-server.ts", "http2");
  const http2Port = await server.ask<number>();
  const rows: [string, ...number[]][] = [];
  for (const [lists, limit, latencyMs] of [
    [1, 20, 0],
    [1, 1000, 0],
    [1, 20, 20],
    [8, 20, 0],
    [8, 20, 20],
  ] as const) {
    const pages = bench.quick ? 2 : latencyMs > 0 ? 20 : 100;
    const baseURL = bench.baseURL(pages * limit, latencyMs);
    const job = { baseURL, limit, lists, items: lists * pages * limit };
    const overHTTP2 = { ...job, http2: true, baseURL: baseURL.replace(/:\d+\//, `:${http2Port}/`) };
    const rounds = await inRounds(
      [
        { name: HTTP1, file: "contenders/undici-lists.ts", job },
        { name: HTTP2, file: "contenders/undici-lists.ts", job: overHTTP2 },
      ],
      bench.quick ? { warmUps: 0, rounds: 1 } : { warmUps: 4, rounds: 11 },
    );
    rows.push([
      `${lists === 1 ? "1 list" : `${lists} lists at once`}, limit ${limit}, ${latencyMs} ms a page`,
      medianOf(rounds, HTTP1, wall) / pages,
      medianOf(rounds, HTTP2, wall) / pages,
      ratioOf(rounds, [HTTP2, HTTP1], wall),
      ratioOf(rounds, [HTTP2, HTTP1], cpu),
    ]);
  }
  return {
    title: "HTTP/2 beside HTTP/1.1",
    method: "undici alone over either version, both without TLS; `node:http2` is the server of the one.",
    tables: [
      {
        caption: "",
        columns: [
          "",
          `wall ms per page, ${HTTP1}`,
          HTTP2,
          `wall, ${HTTP2} / ${HTTP1}`,
          `CPU, ${HTTP2} / ${HTTP1}`,
        ],
        rows: rows satisfies Table["rows"],
      },
    ],
    bounds: [],
  };
}
