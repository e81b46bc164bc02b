import { spawn } from "node:child_process";
import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { type MockServer, startMockServer } from "pageturn/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiAccess } from "../server/api-proxy.ts";
import { type Site, startSite } from "../server/site.ts";
import { buildPage, dist, openPlayground, patient, verdicts } from "./open-page.ts";

const key = "sk-ant-secret";
let api: MockServer;
let site: Site;
let access: ApiAccess;

beforeAll(async () => {
  buildPage();
  api = await startMockServer({ apiKey: key, items: 45 });
  access = { baseURL: api.url, credential: { "x-api-key": key }, source: "ANTHROPIC_API_KEY" };
  site = await startSite({ folder: dist, access });
});

afterAll(async () => {
  await site?.close();
  await api?.close();
});

/** Sends a request with these headers, which `fetch` would not send. */
function ask(
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(site.url);
    const request = httpRequest({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part) => {
        text += part;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on("error", reject).end();
  });
}

describe("the proxy", () => {
  it("adds the key, and passes on status and headers", async () => {
    const response = await fetch(`${site.url}api/v1/models?limit=7`, {
      headers: { "anthropic-version": "2023-06-01" },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("request-id")).toMatch(/^req_/);
    const { data } = await response.json();
    expect(data).toHaveLength(7);
    expect((await api.requests()).at(-1)?.headers).toMatchObject({ "x-api-key": "***" });
    expect((await fetch(`${site.url}api/v1/unknown`)).status).toBe(404);
  });

  it.each([
    ["another Host", { host: "evil.example" }],
    ["another Origin", { origin: "https://evil.example" }],
    ["an opaque Origin", { origin: "null" }],
    ["another site", { "sec-fetch-site": "cross-site" }],
    ["another port of this machine", { "sec-fetch-site": "same-site" }],
  ])("refuses %s, and sends nothing", async (_, headers: Record<string, string>) => {
    const before = (await api.requests()).length;
    expect(await ask("/api/v1/models", headers)).toMatchObject({ status: 403 });
    expect(await api.requests()).toHaveLength(before);
  });

  it.each(["//evil.example/v1", "/\\evil.example/v1", "/..//evil.example", "/@evil.example/"])(
    "never leaves the origin of the API: %s",
    async (target) => {
      const { status } = await ask(`/api${target}`);
      expect([400, 403, 404]).toContain(status);
    },
  );

  it("forwards GET alone", async () => {
    expect((await ask("/api/v1/models", {}, "POST")).status).toBe(405);
  });

  it("does not follow a redirect with the key", async () => {
    const asked: (string | undefined)[] = [];
    const other: Server = createServer((request, response) => {
      asked.push(request.url);
      response.writeHead(302, { location: "/elsewhere" }).end();
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    // The cast: the server listens on a port.
    const { port } = other.address() as AddressInfo;
    const redirecting = await startSite({
      folder: dist,
      access: { ...access, baseURL: `http://127.0.0.1:${port}/base` },
    });
    const response = await fetch(`${redirecting.url}api/v1/models`, { redirect: "manual" });
    expect([response.status, response.headers.has("location"), asked]).toEqual([
      302,
      false,
      ["/base/v1/models"],
    ]);
    await redirecting.close();
    other.close();
  });

  it("says that the API cannot be reached", async () => {
    const nowhere = await startSite({ folder: dist, access: { ...access, baseURL: "http://127.0.0.1:1" } });
    const response = await fetch(`${nowhere.url}api/v1/models`);
    expect([response.status, await response.text()]).toEqual([
      502,
      "The proxy cannot reach http://127.0.0.1:1\n",
    ]);
    await nowhere.close();
  });
});

describe("the files", () => {
  it("never contain the key, and the page names where it comes from", async () => {
    const { text } = await ask("/");
    expect(text).toContain('name="pageturn-key" content="ANTHROPIC_API_KEY"');
    expect(text).not.toContain(key);
  });

  it.each(["/..%2fpackage.json", "/%2e%2e/package.json", "/nothing", "/%ff", "/assets"])(
    "are those of the page alone: %s",
    async (path) => {
      const { status, text } = await ask(path);
      expect([404, status === 200 && text.startsWith("<!doctype html>") ? 200 : 404]).toContain(status);
      expect(text).not.toContain('"workspaces"');
      expect(text).not.toContain('"devDependencies"');
    },
  );
});

it("starts on a free port, prints its URL, and ends with Ctrl-C", async () => {
  const main = fileURLToPath(new URL("../server/main.ts", import.meta.url));
  const env = { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: api.url };
  const program = spawn(process.execPath, [main, "--port", "0"], { env });
  let printed = "";
  program.stdout.setEncoding("utf8").on("data", (text) => {
    printed += text;
  });
  await expect.poll(() => printed, patient).toContain("Ctrl-C ends it.");
  const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(printed)?.[0] ?? "";
  expect((await fetch(url)).status).toBe(200);
  expect(
    (await fetch(`${url}api/v1/models`, { headers: { "anthropic-version": "2023-06-01" } })).status,
  ).toBe(200);
  expect(printed).toContain("with the key of ANTHROPIC_API_KEY");
  expect(printed).not.toContain(key);
  program.kill("SIGINT");
  const ended = await new Promise((resolve) => program.on("close", (...end) => resolve(end)));
  // Windows ends a process that another one sends a signal; Ctrl-C itself comes from a terminal alone.
  expect(ended).toEqual(process.platform === "win32" ? [null, "SIGINT"] : [0, null]);
});

it("walks the real API in the page, with a key that the page does not get", async () => {
  const playground = await openPlayground(access);
  const page = await playground.browser.newPage();
  const sent: string[] = [];
  page.on("request", (request) => sent.push(JSON.stringify([request.url(), request.headers()])));
  await page.goto(`${playground.site.url}#workMs=0&list=models`);
  await page.getByRole("button", { name: "Real API" }).click();
  await page.getByRole("button", { name: "Run both" }).click();
  expect(await verdicts(page)).toEqual([
    "45 items, to the end of the list",
    "45 items, to the end of the list",
  ]);
  expect(sent.join()).toContain("/docs/playground/api/v1/models?limit=10");
  expect(sent.join()).not.toContain(key);
  await playground.close();
});
