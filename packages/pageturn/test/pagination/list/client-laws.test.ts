import { fc, test } from "@fast-check/vitest";
import {
  AsyncAnthropic,
  AsyncBidirectionalPageCursor,
  AsyncPage,
  AsyncPageCursor,
  AsyncTokenPage,
} from "pageturn";
import { expect } from "vitest";
import { answer, anyModel, type Item, itemsOf, type Model } from "../lists/model-list.ts";

const classes = {
  ids: AsyncPage<Item>,
  tokens: AsyncTokenPage<Item>,
  cursors: AsyncPageCursor<Item>,
  bothWays: AsyncBidirectionalPageCursor<Item>,
};

/** A client over a model, by an injected `fetch`, with what it sent. */
function clientOf(model: Model) {
  const sent: { readonly url: URL; readonly headers: Headers; readonly method: string }[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { url, headers, method } = new Request(input, init);
    const at = new URL(url);
    sent.push({ url: at, headers, method });
    return Response.json(answer(model, Object.fromEntries(at.searchParams)));
  };
  return { client: new AsyncAnthropic({ apiKey: "key", baseURL: "https://api.example.com", fetch }), sent };
}

function listOf(client: AsyncAnthropic, kind: Model["kind"], options: object) {
  switch (kind) {
    case "ids":
      return client.getAPIList("/v1/list", classes.ids, options);
    case "tokens":
      return client.getAPIList("/v1/list", classes.tokens, options);
    case "cursors":
      return client.getAPIList("/v1/list", classes.cursors, options);
    default:
      return client.getAPIList("/v1/list", classes.bothWays, options);
  }
}

const anyFilters = fc.dictionary(
  fc.stringMatching(/^q_[a-z]{1,4}$/),
  fc.oneof(
    fc.string({ unit: "binary-ascii" }),
    fc.integer(),
    fc.boolean(),
    fc.array(fc.string(), { minLength: 1 }),
  ),
  { maxKeys: 4 },
);
const anyHeaders = fc.dictionary(fc.stringMatching(/^x-[a-z]{1,6}$/), fc.stringMatching(/^[\w-]{1,8}$/), {
  maxKeys: 3,
});
const CURSORS = ["after_id", "page", "page_token"];

test.prop([anyModel(20), anyFilters, anyHeaders, fc.integer({ min: 1, max: 6 })])(
  "headers, filters and limit repeat on every page, and the cursor is new on each",
  async (model, filters, headers, limit) => {
    const { client, sent } = clientOf(model);
    const list = listOf(client, model.kind, { query: { ...filters, limit }, headers });
    expect(await list.toArray()).toEqual(itemsOf(model));
    const [first, ...rest] = sent.map(({ url }) => [...url.searchParams]);
    for (const query of rest) expect(query.filter(([name]) => !CURSORS.includes(name))).toEqual(first);
    expect(new Set(sent.map(({ url }) => url.href)).size).toBe(sent.length);
    for (const { url, headers: seen, method } of sent) {
      expect([method, url.origin, url.pathname]).toEqual(["GET", "https://api.example.com", "/v1/list"]);
      expect(Object.fromEntries(seen)).toMatchObject({ ...headers, "x-api-key": "key" });
    }
  },
);

test.prop([anyModel(20), fc.nat({ max: 5 })])(
  "a list is resumed by the client from wherever it was left",
  async (model, count) => {
    const { client } = clientOf(model);
    const query = { limit: 3, ids: ["a", "b"], at: { gte: 1 } };
    const walk = listOf(client, model.kind, { query }).items();
    const seen = [];
    for (let taken = 0; taken < count; taken++) {
      const { value } = await walk.next();
      if (value !== undefined) seen.push(value);
    }
    const resumeFrom = JSON.parse(JSON.stringify(walk.checkpoint));
    await walk.return();
    const rest = await listOf(client, model.kind, { query, resumeFrom }).toArray();
    expect([...seen, ...rest]).toEqual(itemsOf(model));
  },
);
