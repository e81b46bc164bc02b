import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { VERSION } from "../../src/client/base-client.ts";

test("the version that requests name is the package's", () => {
  expect(VERSION).toBe(manifest.version);
});
