import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { AsyncAnthropic } from "pageturn";
import { type FaultStep, startMockServer } from "pageturn/testing";
import { describe, expect, it } from "vitest";
import { readCatalog } from "../../src/anthropic/catalog/api-catalog.ts";
import { MockResponder } from "../../src/testing/mock-responder.ts";

const catalog = readCatalog();

/** A client whose requests are answered in this program. */
function clientOf(script: readonly FaultStep[], items = 50) {
  const responder = new MockResponder({ script, items }, catalog);
  return new AsyncAnthropic({
    baseURL: "http://mock.test",
    apiKey: "sk-ant-test-key",
    maxRetries: 0,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const { pathname, search } = new URL(request.url);
      const response = await responder.respond(request, pathname + search);
      // As a browser does when a service worker responds with an error.
      if (response.type === "error") throw new TypeError("Failed to fetch");
      return response;
    },
  });
}

describe("a mock responder", () => {
  it("answers every list as the mock server does", async () => {
    await using server = await startMockServer();
    const responder = new MockResponder({}, catalog);
    const headers = { "x-api-key": server.apiKey, "anthropic-version": "2023-06-01" };
    const targets = ["/v1/models?limit=7", "/v1/organizations/users?limit=3", "/v1/files", "/v1/unknown"];
    for (const target of targets) {
      const sent = await fetch(server.url + target, { headers });
      const made = await responder.respond(new Request(`http://mock.test${target}`, { headers }), target);
      expect([made.status, await made.text()]).toEqual([sent.status, await sent.text()]);
      expect(made.headers.get("request-id")).toBe(sent.headers.get("request-id"));
    }
  });

  it.each<FaultStep>([
    { fault: "reset", at: "beforeHeaders", page: 2 },
    { fault: "reset", at: "insideHeaders", page: 2 },
    { fault: "reset", at: "afterHeaders", page: 2 },
    { fault: "reset", at: "insideBody", page: 2 },
    { fault: "cutOff", framing: "chunked", page: 2 },
    { fault: "garbageHttp", page: 2 },
  ])("fails as a connection does: %o", async (step) => {
    const ids: string[] = [];
    const walk = clientOf([{ ...step, times: "always" }])
      .models.list({ limit: 20 })
      .items();
    const walked = async (): Promise<void> => {
      for await (const { id } of walk) ids.push(id);
    };
    await expect(walked()).rejects.toMatchObject({ name: "APIConnectionError" });
    expect(ids).toHaveLength(20);
  });

  it.each<FaultStep>([
    { fault: "trickle", chunkBytes: 1000, page: 2 },
    { fault: "delay", ms: 1, page: 2 },
  ])("sends the page late: %o", async (step) => {
    expect(await clientOf([step]).models.list({ limit: 20 }).toArray()).toHaveLength(50);
  });

  it.each<FaultStep>([
    { fault: "never", page: 1 },
    { fault: "never", page: 1, after: "headers" },
    { fault: "never", page: 1, after: "halfBody" },
  ])("sends no more: %o", async (step) => {
    const list = clientOf([{ ...step, times: "always" }]).models.list({}, { timeout: 50 });
    await expect(list.toArray()).rejects.toMatchObject({ name: "APITimeoutError" });
  });

  it("sends a gzip bomb unpacked, because a browser would not unpack it", async () => {
    const client = clientOf([{ fault: "gzipBomb", bytes: 3_000_000, page: 1 }]);
    const { data, response } = await client.models.list();
    expect([data, response.headers.has("content-encoding")]).toEqual([[], false]);
  });

  it("refuses options that cannot be used", () => {
    expect(() => new MockResponder({ items: -1 }, catalog)).toThrow("Cannot use the option items");
  });

  it("contains no module of Node.js", async () => {
    const entry = fileURLToPath(new URL("../../src/testing/mock-responder.ts", import.meta.url));
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      format: "esm",
      platform: "browser",
      write: false,
    });
    const code = outputFiles[0]?.text ?? "";
    expect(code).not.toMatch(/node:|\bBuffer\b|\bprocess\b/);
  });
});
