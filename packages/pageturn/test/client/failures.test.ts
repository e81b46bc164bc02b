import {
  Anthropic,
  APIConnectionError,
  type APIError,
  APIResponseValidationError,
  APIStatusError,
  APITimeoutError,
  AsyncAnthropic,
  AuthenticationError,
  BadRequestError,
  BillingError,
  ConflictError,
  GatewayTimeoutError,
  InternalServerError,
  NotFoundError,
  OverloadedError,
  PermissionDeniedError,
  RateLimitError,
  RequestTimeoutError,
  RequestTooLargeError,
  ServiceUnavailableError,
  UnprocessableEntityError,
} from "pageturn";
import { type Fault, type MockServer, startMockServer } from "pageturn/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let server: MockServer;

beforeAll(async () => {
  server = await startMockServer({ items: 30 });
});
afterAll(() => server.close());

/** What both clients throw when every request meets `fault`. */
async function bothErrors(fault: Fault, extra: { timeout?: number } = {}) {
  await server.setScript([{ ...fault, times: "always" }]);
  const options = { baseURL: server.url, apiKey: server.apiKey, maxRetries: 0, ...extra };
  const async: unknown = await new AsyncAnthropic(options).models.list().catch((error: unknown) => error);
  try {
    new Anthropic(options).models.list();
  } catch (error) {
    return [error, async] as const;
  }
  throw new Error("the sync client threw nothing");
}

describe("a status is thrown as the class documented for it", () => {
  const classes = new Map<number, unknown>([
    [400, BadRequestError],
    [401, AuthenticationError],
    [402, BillingError],
    [403, PermissionDeniedError],
    [404, NotFoundError],
    [408, RequestTimeoutError],
    [409, ConflictError],
    [413, RequestTooLargeError],
    [418, APIStatusError],
    [422, UnprocessableEntityError],
    [429, RateLimitError],
    [500, InternalServerError],
    [501, InternalServerError],
    [503, ServiceUnavailableError],
    [504, GatewayTimeoutError],
    [529, OverloadedError],
  ]);

  test.each([...classes])("%i", async (status, Class) => {
    for (const error of await bothErrors({ fault: "status", status })) {
      expect(error).toBeInstanceOf(Class);
      const { name, requestId, message, body, request } = error as APIStatusError;
      expect((error as APIStatusError).constructor).toBe(Class);
      expect(name).toBe((error as APIStatusError).constructor.name);
      expect(requestId).toMatch(/^req_/);
      expect(message).toContain(`GET ${server.url}/v1/models answered ${status}`);
      expect(message).toContain(String(requestId));
      expect(body).toMatchObject({ type: "error" });
      expect(request.url).toBe(`${server.url}/v1/models`);
    }
  });

  test("with the API's own message and type", async () => {
    await server.setScript([]);
    const client = new AsyncAnthropic({ baseURL: server.url, apiKey: server.apiKey });
    const error = await client.models.list({ limit: 5000 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BadRequestError);
    expect((error as APIStatusError).type).toBe("invalid_request_error");
    expect((error as Error).message).toMatch(/limit/);
  });
});

describe("a 200 that is no list is never an empty page", () => {
  const bodies: readonly Fault[] = [
    { fault: "body", body: "OK", contentType: "text/plain" },
    { fault: "body", body: "[]" },
    { fault: "body", body: "null" },
    { fault: "body", body: '"text"' },
    { fault: "body", body: "<!DOCTYPE html><title>Sign in</title>", contentType: "text/html" },
    { fault: "body", body: "" },
    { fault: "body", body: '{"data": {"id": "a"}}' },
    { fault: "body", body: '{"data": [], "last_id": {}}' },
    { fault: "truncatedJson" },
    { fault: "garbageBody" },
  ];

  test.each(bodies)("%j", async (fault) => {
    const errors = await bothErrors(fault);
    for (const error of errors) {
      expect(error).toBeInstanceOf(APIResponseValidationError);
      expect(error).toMatchObject({ status: 200, name: "APIResponseValidationError" });
    }
    const [sync, async] = errors.map((error) => (error as Error).message);
    expect(sync).toBe(async);
  });
});

describe("what the network does", () => {
  test.each([
    [{ fault: "reset", at: "beforeHeaders" }, APIConnectionError],
    [{ fault: "reset", at: "insideHeaders" }, APIConnectionError],
    [{ fault: "reset", at: "insideBody" }, APIConnectionError],
  ] as const)("%j is a connection error", async (fault, Class) => {
    for (const error of await bothErrors(fault)) {
      expect(error).toBeInstanceOf(Class);
      expect((error as APIError).message).toContain(`GET ${server.url}/v1/models`);
    }
  });

  test("an answer that never comes is a timeout", async () => {
    for (const error of await bothErrors({ fault: "never" }, { timeout: 60 })) {
      expect(error).toBeInstanceOf(APITimeoutError);
      expect((error as Error).message).toMatch(/60 ms/);
    }
  });
});

test("a page that fails in the middle throws, and the list goes on where it stood", async () => {
  await server.setScript([{ fault: "status", status: 503, page: 2, times: 1 }]);
  const options = { baseURL: server.url, apiKey: server.apiKey, maxRetries: 0 };
  const walk = new Anthropic(options).models.list({ limit: 10 }).items();
  const ids: string[] = [];
  expect(() => {
    for (const { id } of walk) ids.push(id);
  }).toThrow(ServiceUnavailableError);
  expect(ids).toHaveLength(10);
  expect(walk.outcome).toMatchObject({ reason: "error", complete: false });
  for (const { id } of walk) ids.push(id);
  expect(new Set(ids).size).toBe(30);
  expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true, items: 30 });
});

test("the stack of a synchronous error begins at the caller's line", async () => {
  await server.setScript([{ fault: "status", status: 404, times: "always" }]);
  const client = new Anthropic({ baseURL: server.url, apiKey: server.apiKey });
  const thrown = (() => {
    try {
      return client.models.list();
    } catch (error) {
      return error;
    }
  })();
  expect((thrown as Error).stack?.split("\n")[1]).toContain("failures.test.ts");
});

test("a cursor that cannot be sent is an error behind the items of its page, prefetch or not", async () => {
  await server.setScript([{ fault: "setFields", fields: { last_id: "\ud800" }, times: "always" }]);
  for (const prefetch of [0, 1]) {
    const client = new Anthropic({ baseURL: server.url, apiKey: server.apiKey });
    const walk = client.models.list({ limit: 5 }).items({ prefetch });
    for (let count = 0; count < 5; count++) expect(walk.next().done).toBe(false);
    expect(() => walk.next()).toThrow(/not well-formed/);
    expect(walk.outcome).toMatchObject({ reason: "error", items: 5 });
  }
});

test("an error of the caller's own function keeps its stack, frozen or not", () => {
  const client = new Anthropic({ baseURL: server.url, apiKey: server.apiKey });
  const thrown = Object.freeze(new TypeError("mine"));
  const { stack } = thrown;
  const walk = client.models.list().items({
    onPage() {
      throw thrown;
    },
  });
  expect(() => walk.next()).toThrow(thrown);
  expect(thrown.stack).toBe(stack);
});

test("transient failures are retried, as often as maxRetries says", async () => {
  await server.setScript([{ fault: "status", status: 529, headers: { "retry-after-ms": "1" }, times: 2 }]);
  await server.clearRequests();
  const client = new Anthropic({ baseURL: server.url, apiKey: server.apiKey });
  expect(client.models.list().data).toHaveLength(20);
  expect((await server.requests()).map(({ status }) => status)).toEqual([529, 529, 200]);
});

test("a wait that no retry makes is named, and more retries are not advised", async () => {
  for (const [status, wait] of [
    [429, { "retry-after": "3600" }],
    [429, { "retry-after-ms": "3599001" }],
    [503, { "retry-after": "3600" }],
    [403, { "retry-after": "3600" }],
  ] as const) {
    const errors = await bothErrors({ fault: "status", status, headers: wait });
    for (const error of errors)
      expect(String(error)).toMatch(
        /\. The server asks for a wait of 3600 seconds, and after more than 600 no request is sent again: try again after the wait$/,
      );
  }
  for (const error of await bothErrors({ fault: "status", status: 429, headers: { "retry-after": "600" } }))
    expect(String(error)).toMatch(/raise maxRetries$/);
});

test("a walk halves the size of a page that is too heavy; a page that is requested by itself keeps it", async () => {
  await server.setScript([]);
  const options = { baseURL: server.url, apiKey: server.apiKey, maxRetries: 0 };
  const size = (limit: number) => JSON.stringify(new Anthropic(options).models.list({ limit })).length;
  // Between the size of a page of 30 items and that of one of 15.
  const bounds = { ...options, maxResponseBytes: Math.round((size(30) + size(15)) / 2) };
  const tooLarge = { name: "APIResponseTooLargeError" };
  const list = () => new AsyncAnthropic(bounds).models.list({ limit: 30 });
  expect(() => new Anthropic(bounds).models.list({ limit: 30 })).toThrow(expect.objectContaining(tooLarge));
  await expect(list()).rejects.toMatchObject(tooLarge);
  expect(await list().toArray()).toHaveLength(30);
});

test("more retries are not advised if the server forbids them", async () => {
  const headers = { "x-should-retry": "false" };
  for (const [status, advice] of [
    [503, /\. Try again later$/],
    [429, /\. Send fewer requests \(pace: "auto"\)$/],
  ] as const)
    for (const error of await bothErrors({ fault: "status", status, headers }))
      expect(String(error)).toMatch(advice);
});
