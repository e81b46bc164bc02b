import { fc, test } from "@fast-check/vitest";
import {
  AsyncPaginator,
  definePages,
  flatMap,
  flatMapSync,
  type PageRequest,
  SyncPaginator,
} from "pageturn/pagination";
import { relayConnection } from "pageturn/strategies";
import { describe, expect } from "vitest";
import { response } from "../pagination/lists/memory-list.ts";
import { FIRST, listOf, page, walked } from "./scripted-pages.ts";

describe("relayConnection", () => {
  const query = "query ($id: ID!, $first: Int, $after: String) { node(id: $id) { labels { nodes } } }";
  const request = (variables: Record<string, unknown>, text = query): PageRequest => ({
    ...FIRST,
    path: "/graphql",
    json: { query: text, variables },
  });
  const labels = (nodes: readonly unknown[], endCursor: string | null) =>
    page({ data: { node: { labels: { nodes, pageInfo: { hasNextPage: endCursor !== null, endCursor } } } } });
  const strategy = relayConnection({ connection: ["data", "node", "labels"] });

  test("sets the variables of the cursor, and keeps the others", () => {
    const { bodies } = walked(
      strategy,
      [labels([1], "a"), labels([2], null)],
      request({ id: "x", first: 1 }),
    );
    expect(bodies).toEqual([
      { query, variables: { id: "x", first: 1 } },
      { query, variables: { id: "x", first: 1, after: "a" } },
    ]);
  });

  test("the variables may have other names", () => {
    const text = "query ($n: Int, $cursor: String) { x }";
    const named = relayConnection({
      connection: ["data", "node", "labels"],
      variables: { after: "cursor", first: "n" },
    });
    const { bodies } = walked(named, [labels([1], "a"), labels([2], null)], request({ n: 1 }, text));
    expect(bodies[1]).toEqual({ query: text, variables: { n: 1, cursor: "a" } });
  });

  test("a query that does not use the variable is refused before it returns its first page for ever", () => {
    const { list } = listOf(strategy, [labels([1], "a")], request({}, "query ($afterwards: String) { x }"));
    expect(() => list.toArray()).toThrow(/the GraphQL query does not use the variable \$after: pass it/);
  });

  test("a query that does not select pageInfo is refused: its list would end after the first page", () => {
    for (const connection of [{ nodes: [1] }, { nodes: [1], pageInfo: { startCursor: "s" } }]) {
      const { list } = listOf(strategy, [page({ data: { node: { labels: connection } } })], request({}));
      expect(() => list.toArray()).toThrow(
        /whether data.node.labels has more pages: select pageInfo \{ hasNextPage endCursor \} in the GraphQL query/,
      );
    }
    const { list } = listOf(
      strategy,
      [page({ data: { node: { labels: { nodes: [1] } } } })],
      request({ last: 1 }),
    );
    expect(() => list.toArray()).toThrow(/pageInfo \{ hasPreviousPage startCursor \}/);
  });

  test.each([{ message: "half failed" }, "half failed", [null], 5])(
    "errors of any form are an error: %j",
    (errors) => {
      const body = { data: { node: { labels: { nodes: [1], pageInfo: { hasNextPage: false } } } }, errors };
      const strategy = relayConnection({ connection: ["data", "node", "labels"] });
      const { SyncPage } = definePages(strategy);
      const list = new SyncPaginator(SyncPage<number>, {
        request: { path: "/graphql", query: {}, json: { query: "{ x(after: $after) }", variables: {} } },
        fetch: () => ({ body, response }),
      });
      expect(() => list.toArray()).toThrow(/stands for status 400/);
    },
  );

  test("errors beside data are an error", () => {
    const body = { data: { node: { labels: { nodes: [1] } } }, errors: [{ message: "partly broken" }] };
    expect(() => walked(strategy, [page(body)], request({}))).toThrow(/stands for status 400: partly broken/);
  });

  test("a connection that is not there is an error, an empty one is not", () => {
    expect(() => walked(strategy, [page({ data: { node: null } })], request({}))).toThrow(
      /not an array or null/,
    );
    expect(walked(strategy, [labels([], null)], request({})).items).toEqual([]);
  });

  test("previous leads against the direction, with the size in the other variable", () => {
    const info = { hasPreviousPage: true, startCursor: "s", hasNextPage: false, endCursor: "e" };
    const body = { data: { node: { labels: { nodes: [1], pageInfo: info } } } };
    const both = `${query} # $before`;
    const forward = listOf(strategy, [page(body)], request({ first: 1, after: "r" }, both)).list.firstPage();
    expect(forward.previousPageInfo()).toEqual({
      json: { query: both, variables: { before: "s", last: 1 } },
    });
    const backward = listOf(strategy, [page(body)], request({ last: 1 }, both)).list.firstPage();
    expect(backward.nextPageInfo()).toEqual({ json: { query: both, variables: { before: "s", last: 1 } } });
    expect(backward.previousPageInfo()).toBeNull();
  });

  /** A connection of nodes, each of them with a connection of its own: `root`, `n0`, `n1`. */
  function nested(counts: readonly number[], size: number) {
    const served = new Map([["root", counts.map((_, index) => `n${index}`)]]);
    for (const [index, count] of counts.entries())
      served.set(
        `n${index}`,
        Array.from({ length: count }, (_, inner) => `n${index}.${inner}`),
      );
    const { SyncPage, AsyncPage } = definePages(strategy);
    const fetch = ({ json }: PageRequest) => {
      const { id, first, after } = Object(Object(json).variables);
      const start = Number(after ?? 0);
      const all = served.get(id) ?? [];
      const nodes = all.slice(start, start + first).map((name) => ({ id: name }));
      const end = start + first < all.length ? String(start + first) : null;
      return { body: labels(nodes, end).body, response };
    };
    const source = (id: string) => ({ request: { ...request({ id, first: size }), path: `/graphql/${id}` } });
    return {
      sync: ({ id }: Node) => new SyncPaginator(SyncPage<Node>, { ...source(id), fetch }),
      async: ({ id }: Node) =>
        new AsyncPaginator(AsyncPage<Node>, { ...source(id), fetch: async (asked) => fetch(asked) }),
      all: counts.flatMap((_, index) => served.get(`n${index}`) ?? []),
    };
  }

  test.prop([fc.array(fc.nat(5), { maxLength: 6 }), fc.integer({ min: 1, max: 3 }), fc.nat(12)])(
    "nested connections are walked with flatMap, sync and async, and resumed after any item",
    async (counts, size, taken) => {
      const { sync, async, all } = nested(counts, size);
      const root = { id: "root" };
      const walk = flatMap(async(root), async);
      const found: string[] = [];
      for await (const { id } of walk) found.push(id);
      expect(found).toEqual(all);
      expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true });
      const syncWalk = flatMapSync(sync(root), sync);
      for (let index = 0; index < taken; index++) syncWalk.next();
      const resumeFrom = JSON.parse(JSON.stringify(syncWalk.checkpoint));
      const rest = [...flatMapSync(sync(root), sync, { resumeFrom })].map(({ id }) => id);
      expect(rest).toEqual(all.slice(taken));
    },
  );
});

interface Node {
  readonly id: string;
}
