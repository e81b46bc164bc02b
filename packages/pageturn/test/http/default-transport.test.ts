import { ConfigurationError } from "pageturn";
import { expect, test } from "vitest";
import { defaultTransport as nodeTransport } from "../../src/http/default-transport.node.ts";
import { blockingTransport, defaultTransport, tracing } from "../../src/http/default-transport.ts";
import { FetchTransport } from "../../src/http/fetch-transport.ts";
import { NodeTransport } from "../../src/http/node-transport.ts";

test("Node gets node:http, everything else fetch", () => {
  expect(nodeTransport()).toBeInstanceOf(NodeTransport);
  expect(defaultTransport()).toBeInstanceOf(FetchTransport);
});

test("where no thread can wait, a synchronous client is refused when it is made, with the client to use instead", () => {
  expect(() => blockingTransport({ asyncClient: "AsyncAnthropic" })).toThrow(
    new ConfigurationError(
      "Cannot make a synchronous client as this runtime cannot wait for an answer: it needs Node.js, Bun, Deno or a web worker. Use AsyncAnthropic",
    ),
  );
  expect(() => blockingTransport({ tls: {} })).toThrow(/^Cannot use the option tls/);
});

test("where there are no channels, a page is fetched and no event is published", () => {
  expect(
    tracing.page(
      () => ({ method: "GET", url: "https://host/" }),
      () => "page",
      String,
    ),
  ).toBe("page");
  expect([tracing.attempts(String), tracing.walk("/v1/models")]).toEqual([undefined, undefined]);
});
