import { expect, test } from "vitest";
import { defaultTransport as nodeTransport } from "../../src/http/default-transport.node.ts";
import { defaultTransport } from "../../src/http/default-transport.ts";
import { FetchTransport } from "../../src/http/fetch-transport.ts";
import { NodeTransport } from "../../src/http/node-transport.ts";

test("Node gets node:http, everything else fetch", () => {
  expect(nodeTransport()).toBeInstanceOf(NodeTransport);
  expect(defaultTransport()).toBeInstanceOf(FetchTransport);
});
