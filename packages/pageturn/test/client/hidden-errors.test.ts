import {
  APIResponseValidationError,
  APIStatusError,
  InternalServerError,
  NotFoundError,
  OverloadedError,
  RateLimitError,
} from "pageturn";
import { type Fault, type MockServer, startMockServer } from "pageturn/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { both } from "./both-clients.ts";

let server: MockServer;
beforeAll(async () => {
  server = await startMockServer({ items: 30 });
});
afterAll(() => server.close());

const envelope = (type: string, message = "Overloaded") =>
  JSON.stringify({ type: "error", error: { type, message }, request_id: "req_body" });

/** A 200 with this body and these headers. */
const answer = (body: string, headers: Record<string, string> = {}): Fault => ({
  fault: "status",
  status: 200,
  headers: { "content-type": "application/json", ...headers },
  body,
});

const options = (extra: object = {}) => ({ baseURL: server.url, apiKey: server.apiKey, ...extra });

describe("an error body under a 200", () => {
  test("is thrown as the class of its type, with the real headers, and says what happened", async () => {
    await server.setScript([{ ...answer(envelope("overloaded_error"), { "x-more": "1" }), times: "always" }]);
    for (const error of await both(options({ maxRetries: 0 }), (client) => client.models.list())) {
      expect(error).toBeInstanceOf(OverloadedError);
      expect(error).toMatchObject({ status: 529, type: "overloaded_error", body: { type: "error" } });
      const { headers, requestId, message } = error as APIStatusError;
      expect(headers.get("x-more")).toBe("1");
      expect(requestId).toBe(headers.get("request-id"));
      expect(message).toContain(
        `GET ${server.url}/v1/models answered 200, but with an error that stands for status 529`,
      );
      expect(message).toMatch(/: Overloaded \(overloaded_error, request req_\w+\)\. Try again later/);
    }
  });

  test("is sent again where its status would be, counted as a retry", async () => {
    for (const which of [0, 1]) {
      await server.setScript([
        { ...answer(envelope("overloaded_error"), { "retry-after-ms": "1" }), times: 2 },
      ]);
      await server.clearRequests();
      const pages = await both(options(), (client) => client.models.list());
      expect(pages[which]).toMatchObject({ data: { length: 20 } });
    }
    await server.setScript([
      { ...answer(envelope("rate_limit_error"), { "retry-after-ms": "1" }), times: "always" },
    ]);
    await server.clearRequests();
    const errors = await both(options({ maxRetries: 1 }), (client) => client.models.list());
    for (const error of errors) {
      expect(error).toBeInstanceOf(RateLimitError);
      expect((error as Error).message).toMatch(/answered 200 after 2 attempts, but with an error/);
    }
    expect(await server.requests()).toHaveLength(4);
  });

  test("shares its retries with those of real statuses", async () => {
    await server.setScript([
      { fault: "status", status: 503, headers: { "retry-after-ms": "1" } },
      { ...answer(envelope("api_error"), { "retry-after-ms": "1" }) },
      { fault: "status", status: 503, headers: { "retry-after-ms": "1" } },
      { fault: "none" },
      { fault: "status", status: 503, headers: { "retry-after-ms": "1" } },
      { ...answer(envelope("api_error"), { "retry-after-ms": "1" }) },
      { fault: "status", status: 503, headers: { "retry-after-ms": "1" } },
      { fault: "none" },
    ]);
    const pages = await both(options({ maxRetries: 3 }), (client) => client.models.list());
    for (const page of pages) expect(page).toMatchObject({ data: { length: 20 } });
  });

  test("is not sent again where its status would not be, or the server says so", async () => {
    for (const [fault, Class] of [
      [answer(envelope("not_found_error")), NotFoundError],
      [answer(envelope("overloaded_error"), { "x-should-retry": "false" }), OverloadedError],
      [answer(envelope("overloaded_error"), { "retry-after": "86400" }), OverloadedError],
      [answer(envelope("a_type_of_tomorrow")), APIStatusError],
    ] as const) {
      await server.setScript([{ ...fault, times: "always" }]);
      await server.clearRequests();
      for (const error of await both(options(), (client) => client.models.list())) {
        expect((error as APIStatusError).constructor).toBe(Class);
      }
      expect(await server.requests()).toHaveLength(2);
    }
  });

  test("in the middle of a walk ends it with the checkpoint, prefetched or not, and the walk goes on", async () => {
    for (const prefetch of [0, 1]) {
      const outcomes = await both(options({ maxRetries: 0 }), async (client) => {
        await server.setScript([{ ...answer(envelope("api_error")), page: 2, times: 1 }]);
        const ids: string[] = [];
        const walk = client.models.list({ limit: 10 }).items({ prefetch });
        const goOn = async (): Promise<unknown> => {
          try {
            for (let next = await walk.next(); !next.done; next = await walk.next()) ids.push(next.value.id);
            return null;
          } catch (error) {
            return error;
          }
        };
        const error = await goOn();
        expect(error).toBeInstanceOf(InternalServerError);
        expect((error as APIStatusError).checkpoint).toMatchObject({ v: 2 });
        expect(ids).toHaveLength(10);
        expect(await goOn()).toBeNull();
        return new Set(ids).size;
      });
      expect(outcomes).toEqual([30, 30]);
    }
  });
});

test("a body that has a list beside its error is a list: nothing of it is lost", async () => {
  const body = JSON.stringify({ ...JSON.parse(envelope("api_error")), data: [{ id: "a" }], has_more: false });
  await server.setScript([{ ...answer(body), times: "always" }]);
  for (const page of await both(options({ maxRetries: 0 }), (client) => client.models.list()))
    expect(page).toMatchObject({ data: [{ id: "a" }] });
});

test.each([{ data: [] }, { data: null }, { details: [] }, { errors: [{ id: "a" }] }])(
  "a list beside an error that has no items does not end the walk: %j",
  async (beside) => {
    const body = JSON.stringify({ ...JSON.parse(envelope("overloaded_error")), has_more: false, ...beside });
    const fault = { ...answer(body, { "retry-after-ms": "1" }), page: 2 };
    for (const found of await both(options({ maxRetries: 1 }), async (client) => {
      await server.setScript([{ ...fault, times: 1 }]);
      const walk = client.models.list({ limit: 10 }).items();
      const ids: string[] = [];
      for (let next = await walk.next(); !next.done; next = await walk.next()) ids.push(next.value.id);
      return [ids.length, walk.outcome?.complete];
    }))
      expect(found).toEqual([30, true]);
  },
);

test("a redirect status that is not followed is not called one of too many", async () => {
  const headers = { location: "/v1/models" };
  await server.setScript([{ fault: "status", status: 300, headers, body: "", times: "always" }]);
  for (const error of await both(options({ maxRetries: 0 }), (client) => client.models.list()))
    expect((error as Error).message).toMatch(/The answer leads to another path: list that one/);
});

describe("the remedy for a redirect that is not followed", () => {
  test.each([
    [304, {}, /Leave out the headers if-none-match/],
    [302, { location: "/v1/models" }, /More than five redirects in a row/],
    [302, {}, /does not say where else the list is/],
    [307, { location: "http://" }, /does not say where else/],
    [301, { location: "https://other.test/v1/models" }, /Redirects to another origin, .*set baseURL/],
  ])("%d %j", async (status, headers, remedy) => {
    await server.setScript([{ fault: "status", status, headers, body: "", times: "always" }]);
    for (const error of await both(options({ maxRetries: 0 }), (client) => client.models.list())) {
      expect(error).toMatchObject({ status });
      expect((error as Error).message).toMatch(remedy);
    }
  });

  test("of a POST names the method", async () => {
    const headers = { location: "/v2/models" };
    await server.setScript([{ fault: "status", status: 308, headers, body: "", times: "always" }]);
    const { AsyncAnthropic, AsyncPage } = await import("pageturn");
    const list = new AsyncAnthropic(options()).getAPIList("/v1/models", AsyncPage, { json: {} });
    await expect(list).rejects.toThrow(/A redirect of a POST is not followed: list the path/);
  });
});

describe("a body that is not what content-encoding says", () => {
  const list = JSON.stringify({ data: [], has_more: false });

  test.each([
    ["gzip", list],
    ["br", list],
    ["br", "[]"],
    ["deflate", list],
    ["zstd", list],
    ["gzip, br", list],
    ["made-up", list],
    ["gzip", "<!DOCTYPE html><title>Sign in</title>"],
  ])(
    "%s is sent once, and the error names the header, the request and the likely proxy",
    async (encoding, body) => {
      await server.setScript([{ ...answer(body, { "content-encoding": encoding }), times: "always" }]);
      await server.clearRequests();
      const errors = await both(options(), (client) => client.models.list());
      for (const error of errors) {
        expect(error).toBeInstanceOf(APIResponseValidationError);
        const { message, status, requestId, headers } = error as APIResponseValidationError;
        expect(message).toContain(`GET ${server.url}/v1/models returned 200`);
        expect(message).toContain(`content-encoding says "${encoding}"`);
        expect(message).toMatch(/proxy .*accept-encoding/);
        expect(status).toBe(200);
        expect(requestId).toMatch(/^req_/);
        expect(headers?.get("content-encoding")).toBe(encoding);
      }
      expect(await server.requests()).toHaveLength(2);
    },
  );

  test("under an error status is that status, and retried as such", async () => {
    const fault: Fault = {
      fault: "status",
      status: 503,
      headers: { "content-encoding": "gzip", "retry-after-ms": "1" },
      body: "<h1>busy</h1>",
    };
    await server.setScript([{ ...fault, times: 2 }]);
    expect((await both(options(), (client) => client.models.list()))[0]).toMatchObject({
      data: { length: 20 },
    });
    await server.setScript([{ ...fault, times: "always" }]);
    for (const error of await both(options({ maxRetries: 0 }), (client) => client.models.list())) {
      expect(error).toMatchObject({ name: "ServiceUnavailableError", status: 503, body: "" });
    }
  });

  test("is the same error through the runtime's own fetch", async () => {
    const { AsyncAnthropic } = await import("pageturn");
    for (const encoding of ["gzip", "br", "deflate"]) {
      await server.setScript([{ ...answer(list, { "content-encoding": encoding }), times: "always" }]);
      await server.clearRequests();
      const client = new AsyncAnthropic({ ...options(), fetch: globalThis.fetch });
      const error: unknown = await client.models.list().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(APIResponseValidationError);
      expect((error as Error).message).toMatch(/content-encoding says "(gzip|br|deflate)".*proxy/);
      expect(await server.requests()).toHaveLength(1);
    }
  });
});

test("a byte-order mark before the JSON is accepted", async () => {
  await server.setScript([{ ...answer('\ufeff{"data":[{"id":"a"}],"has_more":false}'), times: "always" }]);
  for (const page of await both(options(), (client) => client.models.list())) {
    expect(page).toMatchObject({ data: [{ id: "a" }] });
  }
});

describe("the 404 of a path that repeats a segment", () => {
  test.each([
    ["/v1", "v1"],
    ["/proxy/v1", "v1"],
    ["/v1/v1", "v1"],
  ])("names baseURL as the likely cause: a base URL that ends in %s", async (path, repeated) => {
    await server.setScript([]);
    const baseURL = `${server.url}${path}`;
    for (const error of await both({ ...options(), baseURL }, (client) => client.models.list())) {
      expect(error).toBeInstanceOf(NotFoundError);
      expect((error as Error).message).toContain(`The path repeats "${repeated}"`);
      expect((error as Error).message).toMatch(/likely cause is a baseURL that ends in it/);
    }
  });

  test("is a plain one where nothing repeats", async () => {
    await server.setScript([]);
    const { SyncPage, Anthropic } = await import("pageturn");
    const list = () => new Anthropic(options()).getAPIList("/v1/nothing/here", SyncPage);
    expect(list).toThrow(NotFoundError);
    expect(list).not.toThrow(/repeats/);
  });
});
