import { ConfigurationError } from "pageturn";
import { expect, test, vi } from "vitest";
import {
  defaultTransport as nodeTransport,
  utf8 as nodeUTF8,
} from "../../src/http/default-transport.node.ts";
import { blockingTransport, defaultTransport, tracing, utf8 } from "../../src/http/default-transport.ts";
import { FetchTransport } from "../../src/http/fetch-transport.ts";
import { nodeRemedy } from "../../src/http/node-condition.ts";
import { NodeTransport } from "../../src/http/node-transport.ts";

test("Node gets node:http, everything else fetch", () => {
  expect(nodeTransport()).toBeInstanceOf(NodeTransport);
  expect(defaultTransport()).toBeInstanceOf(FetchTransport);
});

test("texts are read alike: without a byte-order mark, and with U+FFFD for what is not UTF-8", () => {
  const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0xc3, 0xbc, 0xff);
  for (const decoder of [nodeUTF8, utf8])
    expect([bytes, bytes].map((each) => decoder.decode(each))).toEqual(["ü\ufffd", "ü\ufffd"]);
});

test("where no thread can wait, a synchronous client is refused when it is made, with the client to use instead", () => {
  expect(() => blockingTransport({ asyncClient: "AsyncAnthropic" })).toThrow(
    new ConfigurationError(
      "Cannot make a synchronous client as this runtime cannot wait for an answer: it needs Node.js, Bun, Deno or a web worker. Use " +
        `AsyncAnthropic${nodeRemedy()}`,
    ),
  );
  expect(() => blockingTransport({ tls: {} })).toThrow(/^Cannot use the option tls/);
});

test("in Node.js, errors of the transports for browsers name the condition that the package was resolved without", () => {
  const remedy =
    /This is Node\.js with the code for browsers.* nodeResolve\(\{ exportConditions: \["node"\] \}\)/;
  expect(() => blockingTransport()).toThrow(remedy);
  expect(() => blockingTransport({ tls: {} })).toThrow(remedy);
  expect(() => defaultTransport({ tls: {} })).toThrow(remedy);
  vi.stubGlobal("navigator", { userAgent: "Cloudflare-Workers" });
  expect(nodeRemedy()).toBe("");
  vi.unstubAllGlobals();
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
