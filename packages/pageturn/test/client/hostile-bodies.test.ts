import { Anthropic, APIResponseTooLargeError, APIResponseValidationError, AsyncAnthropic } from "pageturn";
import { type Fault, startMockServer } from "pageturn/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let server: Awaited<ReturnType<typeof startMockServer>>;
beforeAll(async () => {
  server = await startMockServer();
});
afterAll(() => server.close());

/** The page in the answer, in both clients, or the error instead of it. */
async function both(fault: Fault, options: { maxResponseBytes?: number } = {}) {
  await server.setScript([{ ...fault, times: "always" }]);
  const common = { baseURL: server.url, apiKey: server.apiKey, maxRetries: 0, ...options };
  const attempt = async (list: () => unknown) => {
    try {
      return await list();
    } catch (error) {
      return error;
    }
  };
  const sync = await attempt(() => new Anthropic(common).models.list());
  const async = await attempt(() => new AsyncAnthropic(common).models.list());
  return [sync, async];
}

const body = (text: string): Fault => ({ fault: "body", body: text });

describe("what a hostile body does", () => {
  test("__proto__ and constructor are data like any other and reach no prototype", async () => {
    const text =
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"data":[{"id":"a","__proto__":{"x":1}}]}';
    for (const page of await both(body(text))) {
      expect(page).toMatchObject({ data: [{ id: "a" }] });
      expect(Object.getPrototypeOf(page).polluted).toBeUndefined();
      expect((page as { constructor: { name: string } }).constructor.name).toMatch(/^(Sync|Async)Page$/);
      expect(JSON.stringify(page)).toBe(text);
    }
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("a text of 10 MB is taken, and refused below the bound that the caller sets", async () => {
    const text = JSON.stringify({ data: [{ id: "a".repeat(10_000_000) }] });
    for (const page of await both(body(text))) expect(page).toMatchObject({ data: [{}] });
    for (const error of await both(body(text), { maxResponseBytes: 1_000_000 })) {
      expect(error).toBeInstanceOf(APIResponseTooLargeError);
      expect((error as Error).message).toMatch(/maxResponseBytes/);
    }
  });

  test("100,000-deep nesting is parsed, or refused as no list, but crashes nothing", async () => {
    const text = `{"data":[{"id":"a","deep":${"[".repeat(100_000)}${"]".repeat(100_000)}}]}`;
    for (const page of await both(body(text))) expect(page).toMatchObject({ data: [{ id: "a" }] });
  });

  test("invalid UTF-8 is no list where it breaks the JSON", async () => {
    for (const error of await both({ fault: "garbageBody" })) {
      expect(error).toBeInstanceOf(APIResponseValidationError);
    }
  });

  test("invalid UTF-8 inside a text reads as the replacement character", async () => {
    const start = new TextEncoder().encode('{"data":[{"id":"');
    const end = new TextEncoder().encode('"}]}');
    const fetch = async () => new Response(new Blob([start, Uint8Array.of(0xff, 0xfe), end]));
    const client = new AsyncAnthropic({ apiKey: "key", fetch });
    expect((await client.models.list()).data).toEqual([{ id: "\ufffd\ufffd" }]);
  });

  test("an escaped NUL is data, a bare one is no JSON", async () => {
    for (const page of await both(body('{"data":[{"id":"a\\u0000b"}]}'))) {
      expect(page).toMatchObject({ data: [{ id: "a\0b" }] });
    }
    for (const error of await both(body('{"data":[{"id":"a\0b"}]}'))) {
      expect(error).toBeInstanceOf(APIResponseValidationError);
    }
  });

  test("of duplicate keys the last one counts", async () => {
    for (const page of await both(
      body('{"data":[],"data":[{"id":"last"}],"has_more":true,"has_more":false}'),
    )) {
      expect(page).toMatchObject({ data: [{ id: "last" }], has_more: false });
    }
  });

  test("a number beyond double precision is the nearest double, beyond its range Infinity", async () => {
    for (const page of await both(body('{"data":[{"id":"a","n":12345678901234567890,"m":1e999}]}'))) {
      expect(page).toMatchObject({ data: [{ n: 12345678901234567000, m: Number.POSITIVE_INFINITY }] });
    }
  });

  test("a gzip bomb stops at the bound", async () => {
    for (const error of await both({ fault: "gzipBomb" }, { maxResponseBytes: 1_000_000 })) {
      expect(error).toBeInstanceOf(APIResponseTooLargeError);
    }
  });
});
