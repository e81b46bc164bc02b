import {
  Anthropic,
  AsyncAnthropic,
  type AsyncClientOptions,
  type ClientOptions,
  type FetchOptions,
} from "pageturn";
import { expectTypeOf, test } from "vitest";

test("the function for the key returns it in the sync client, and may promise it in the async one", () => {
  const promised = async () => "key";
  new Anthropic({ apiKey: () => "key" });
  new AsyncAnthropic({ apiKey: () => "key" });
  new AsyncAnthropic({ apiKey: promised });
  new AsyncAnthropic({ apiKey: async ({ signal }) => (signal?.aborted ? "" : "key") });
  // @ts-expect-error: a blocked thread cannot wait for it.
  new Anthropic({ apiKey: promised });
});

test("the options of the sync client fit the async one", () => {
  expectTypeOf<ClientOptions>().toExtend<AsyncClientOptions>();
  expectTypeOf<AsyncClientOptions>().not.toExtend<ClientOptions>();
});

test("fetchOptions are those of fetch, without those of the client, and with a dispatcher", () => {
  expectTypeOf<FetchOptions>().toHaveProperty("cache");
  expectTypeOf<FetchOptions>().toHaveProperty("dispatcher");
  expectTypeOf<FetchOptions>().not.toHaveProperty("headers");
  // @ts-expect-error: only the async client has them.
  new Anthropic({ fetchOptions: {} });
});

test("a workspace is an option of a list", () => {
  const client = new AsyncAnthropic();
  void (() => client.models.list({}, { workspaceId: "w" }));
  // @ts-expect-error: it is no parameter.
  void (() => client.models.list({ workspaceId: "w" }));
});

test("a logger has all four methods: console is one", () => {
  new Anthropic({ logger: console, logLevel: "debug" });
  // @ts-expect-error: there is no such level.
  new Anthropic({ logLevel: "verbose" });
});
