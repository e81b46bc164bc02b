import {
  Anthropic,
  APIConnectionError,
  type APIError,
  APIResponseValidationError,
  APIUserAbortError,
  AsyncAnthropic,
  AsyncPage,
  ConfigurationError,
  NotFoundError,
  SyncPage,
} from "pageturn";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startFaultServerThread, type ThreadedFaultServer } from "../http/fault-server-thread.ts";
import { both } from "./both-clients.ts";

let server: ThreadedFaultServer;
beforeAll(async () => {
  server = await startFaultServerThread();
});
afterAll(() => server.close());

const list = (client: Anthropic | AsyncAnthropic, path: string, json: Record<string, unknown>) =>
  client instanceof Anthropic
    ? client.getAPIList(path, SyncPage, { json })
    : client.getAPIList(path, AsyncPage, { json });

const options = () => ({ baseURL: server.origin, apiKey: "key", maxRetries: 0, timeout: 2000 });

describe("a list that is requested with a POST", () => {
  test.each([
    ["/nowhere", NotFoundError],
    ["/reset", APIConnectionError],
    ["/corrupt-gzip", APIResponseValidationError],
  ])("is called a POST in the error of %s", async (path, Class) => {
    for (const error of await both(options(), (client) => list(client, path, { a: 1 }))) {
      expect(error).toBeInstanceOf(Class);
      expect((error as APIError).request.method).toBe("POST");
      expect((error as Error).message).toMatch(/^POST http/);
    }
  });

  test("is called a POST where its body is not JSON, and where it is aborted", async () => {
    const text = new AsyncAnthropic({ apiKey: "key", fetch: async () => new Response("OK") });
    await expect(text.getAPIList("/x", AsyncPage, { json: {} })).rejects.toThrow(/^POST .*not JSON/);
    const signal = AbortSignal.abort();
    const aborted = new AsyncAnthropic(options()).getAPIList("/never", AsyncPage, { json: {}, signal });
    await expect(aborted).rejects.toThrow(APIUserAbortError);
    await expect(aborted).rejects.toMatchObject({ request: { method: "POST" } });
  });
});

describe("a JSON body", () => {
  const circle: Record<string, unknown> = {};
  circle["self"] = { circle };

  test.each([
    ["a circle", circle, /circular/],
    ["a BigInt", { big: 1n }, /BigInt/],
    ["a function for a body", (() => 1) as unknown as Record<string, unknown>, /of type Function/],
    ["a text", "text" as never, /of type String/],
    ["null", null as never, /of type Null/],
    ["a Map", new Map([["a", 1]]) as never, /of type Map/],
    ["a toJSON that is a list", { toJSON: () => [1] }, /plain object/],
    [
      "a toJSON that throws",
      {
        toJSON: () => {
          throw new Error("my own");
        },
      },
      /my own/,
    ],
  ])("with %s is refused by name before any request", async (_, json, message) => {
    const fetch = vi.fn(async () => Response.json({ data: [] }));
    const client = new AsyncAnthropic({ apiKey: "key", fetch });
    expect(() => client.getAPIList("/v1/x", AsyncPage, { json })).toThrow(ConfigurationError);
    expect(() => client.getAPIList("/v1/x", AsyncPage, { json })).toThrow(message);
    expect(() => new Anthropic({ apiKey: "key" }).getAPIList("/v1/x", SyncPage, { json })).toThrow(message);
    expect(fetch).not.toHaveBeenCalled();
  });

  test("has the content-type of JSON, unless the caller names another one", async () => {
    const seen: (string | null)[] = [];
    const fetch: typeof globalThis.fetch = async (_, init) => {
      seen.push(new Headers(init?.headers).get("content-type"));
      return Response.json({ data: [] });
    };
    const client = new AsyncAnthropic({ apiKey: "key", fetch });
    await client.getAPIList("/v1/x", AsyncPage, { json: {} });
    await client.getAPIList("/v1/x", AsyncPage, {
      json: {},
      headers: { "content-type": "application/x+json" },
    });
    await client.getAPIList("/v1/x", AsyncPage);
    expect(seen).toEqual(["application/json", "application/x+json", null]);
  });
});
