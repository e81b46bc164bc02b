// The bundled library in a real browser, on a page that reaches the API through its own site.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type MockServer, startMockServer } from "pageturn/testing";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { chromiumOptions } from "../../../../scripts/browser/find-browser.ts";
import type { Checks } from "./checks.ts";
import { type Site, startSite } from "./site.ts";

let server: MockServer;
let site: Site;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  const root = fileURLToPath(new URL("../../../../", import.meta.url));
  spawnSync(process.execPath, [`${root}scripts/build.ts`, "--if-stale"], { stdio: "inherit" });
  server = await startMockServer({ apiKey: "test-key", items: { models: 45 } });
  site = await startSite(server.url);
  browser = await chromium.launch(chromiumOptions());
});

beforeEach(async () => {
  await server.setScript([]);
  await server.clearRequests();
  page ??= await browser.newPage();
  await page.goto(site.origin);
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
  await server?.close();
});

/** Runs a check in the page and gives its result. */
function inPage<N extends keyof Checks>(name: N): Promise<Awaited<ReturnType<Checks[N]>>> {
  return page.evaluate(`checks.${name}()`);
}

test("a list is walked to its end, on fetch", async () => {
  const { ids, outcome } = await inPage("list");
  expect(new Set(ids).size).toBe(45);
  expect(outcome).toEqual({
    reason: "exhausted",
    complete: true,
    incompleteBecause: null,
    pages: 3,
    items: 45,
    duplicates: 0,
    pageSizeReductions: 0,
  });
  expect(await server.requests()).toHaveLength(3);
});

test("a page knows its response", async () => {
  const requestId = expect.stringMatching(/^req_/);
  expect(await inPage("response")).toEqual({ status: 200, requestId, type: "application/json" });
});

test("a walk goes on from its checkpoint after the page was loaded anew", async () => {
  const { ids } = await inPage("list");
  const first = await inPage("begin");
  await page.reload();
  expect([...first, ...(await inPage("goOn"))]).toEqual(ids);
});

test("a loop that is left ends the request for the page ahead", async () => {
  await server.setScript([{ fault: "never", page: 2 }]);
  await inPage("fetchAhead");
  await expect.poll(() => server.requests()).toHaveLength(2);
  expect(await inPage("leave")).toMatchObject({ reason: "returned", items: 1 });
  await expect.poll(() => site.abandoned).toEqual([expect.stringMatching(/^\/v1\/models\?.*after_id=/)]);
});

test("a walk is a stream", async () => {
  expect(await inPage("stream")).toBe(45);
});

test("a redirect is an error at once, as a browser does not say where it leads", async () => {
  expect(await inPage("redirect")).toMatch(
    /^APIStatusError: GET .*\/api\/redirect answered 0: \(no body\)\. Redirects .*in browsers all, are not followed/,
  );
  expect(site.redirects()).toBe(1);
});

test("a server that cannot be reached is an error that says what to check", async () => {
  expect(await inPage("unreachable")).toMatch(
    /^APIConnectionError: GET http:\/\/127\.0\.0\.1:1\/v1\/models failed after 1 attempt: Failed to fetch\. Check the base URL/,
  );
});

test("the synchronous client says what to use instead", async () => {
  expect(await inPage("blocking")).toMatch(/^ConfigurationError: .*Use AsyncAnthropic/);
});

test("a credential in the page is refused, and a proxy that has the key needs none", async () => {
  expect(await inPage("credential")).toMatch(/^ConfigurationError: Cannot use a credential in a browser/);
  expect(await inPage("proxy")).toBe(45);
});
