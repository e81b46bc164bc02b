import { IncompleteListError, PaginationCycleError } from "pageturn";
import { paginate } from "pageturn/paginate";
import Stripe from "stripe";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answer, drained, failingOnce, type PageServer, startPageServer } from "./page-server.ts";

let server: PageServer;
let stripe: Stripe;

beforeAll(async () => {
  server = await startPageServer();
  const { hostname, port } = new URL(server.url);
  stripe = new Stripe("sk_test_x", {
    host: hostname,
    port,
    protocol: "http",
    maxNetworkRetries: 0,
    telemetry: false,
  });
});
afterAll(() => server.close());

const ids = ["cus_1", "cus_2", "cus_3", "cus_4", "cus_5"];

function customers(url: URL): Answer {
  const start = ids.indexOf(url.searchParams.get("starting_after") ?? "") + 1;
  const data = ids.slice(start, start + 2).map((id) => ({ id, object: "customer" }));
  return { body: { object: "list", data, has_more: start + 2 < ids.length, url: "/v1/customers" } };
}

function search(url: URL): Answer {
  const start = Number(url.searchParams.get("page") ?? 0);
  const data = ids.slice(start, start + 2).map((id) => ({ id, object: "customer" }));
  const more = start + 2 < ids.length;
  const next = more ? { next_page: String(start + 2) } : { next_page: null };
  return { body: { object: "search_result", data, has_more: more, ...next, url: "/v1/customers/search" } };
}

function idOf({ id }: { id: string }): string {
  return id;
}

test("the promise of a list is walked by items, and maxItems reads no further", async () => {
  server.answer(customers);
  const walk = paginate(stripe.customers.list({ limit: 2 })).items();
  expect((await drained(walk)).values.map(idOf)).toEqual(ids);
  expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true, items: 5 });
  expect(server.requests).toHaveLength(3);

  server.answer(customers);
  const some = await paginate(stripe.customers.list({ limit: 2 })).toArray({ maxItems: 2 });
  expect(some.map(idOf)).toEqual(["cus_1", "cus_2"]);
  expect(server.requests).toHaveLength(1);
});

test("the promise of a list is read by one walk only", async () => {
  server.answer(customers);
  const list = paginate(stripe.customers.list({ limit: 2 }), { name: "customers" });
  await list.toArray({ maxItems: 1 });
  await expect(list.toArray()).rejects.toThrow(/Cannot walk the list of customers again/);
});

test("a failed page of a list promise stays an error, and never looks like the end", async () => {
  server.answer(failingOnce(2, customers));
  const { values, errors } = await drained(paginate(stripe.customers.list({ limit: 2 })).items(), 3);
  expect(values.map(idOf)).toEqual(["cus_1", "cus_2"]);
  expect(new Set(errors).size).toBe(1);
  expect(errors).toHaveLength(4);
});

test("a list promise that repeats a page is an error", async () => {
  server.answer(() => ({
    body: { object: "list", data: [{ id: "a" }, { id: "b" }], has_more: true, url: "/x" },
  }));
  await expect(paginate(stripe.customers.list()).toArray()).rejects.toThrow(PaginationCycleError);
});

test("a function takes the id of the last item, repeats a failed page, and is resumed at any item", async () => {
  const list = () =>
    paginate((cursor) =>
      stripe.customers.list({ limit: 2, ...(cursor !== undefined && { starting_after: cursor }) }),
    );
  server.answer(failingOnce(2, customers));
  expect((await drained(list().items(), 1)).values.map(idOf)).toEqual(ids);

  server.answer(customers);
  for (const stop of [0, 1, 2, 3, 4, 5]) {
    const walk = list().items();
    const before: string[] = [];
    for (let taken = 0; taken < stop; taken++) before.push((await walk.next()).value?.id ?? "");
    const resumeFrom = JSON.parse(JSON.stringify(walk.checkpoint));
    expect([...before, ...(await list().toArray({ resumeFrom })).map(idOf)]).toEqual(ids);
  }
  const { response } = await list().withResponse();
  expect(response.status).toBe(200);
});

test("an empty page that announces more is an error, as Stripe's ids give no way on", async () => {
  const empty = { object: "list", data: [], has_more: true, url: "/v1/customers" };
  server.answer((url) => (url.searchParams.has("starting_after") ? { body: empty } : customers(url)));
  const walk = paginate((cursor) =>
    stripe.customers.list(cursor === undefined ? {} : { starting_after: cursor }),
  ).items();
  const { values, errors } = await drained(walk);
  expect(values).toHaveLength(2);
  expect(errors).toEqual([expect.any(IncompleteListError)]);
});

test("a search goes on with its token", async () => {
  server.answer(search);
  const list = paginate((cursor) =>
    stripe.customers.search({ query: "name:'x'", ...(cursor !== undefined && { page: cursor }) }),
  );
  expect((await list.toArray()).map(idOf)).toEqual(ids);
  expect(server.requests.at(-1)).toContain("page=4");
});
