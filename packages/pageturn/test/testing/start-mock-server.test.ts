import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { inspect, promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigurationError } from "../../src/errors/pageturn-error.ts";
import { readFullCatalog } from "../../src/testing/served-endpoints.ts";
import { serverConfig } from "../../src/testing/server-config.ts";
import { type MockServer, startMockServer } from "../../src/testing.ts";
import { ask, idsOf, walk } from "./ask.ts";

const oldFiles = { "anthropic-beta": "mine,files-api-2025-04-14" };

describe("the mock server", () => {
  let server: MockServer;
  beforeAll(async () => {
    server = await startMockServer({
      items: { models: 45, files: 45, "test.tokens": 45, "test.bidirectional": 45 },
    });
  });
  afterAll(() => server.close());

  it("answers a page of 20 where no limit is given", async () => {
    const { status, body } = await ask(server, "/v1/models");
    expect(status).toBe(200);
    expect(body.data).toHaveLength(20);
    expect(body).toMatchObject({ has_more: true, first_id: body.data[0].id, last_id: body.data[19].id });
    expect(body.data[0].id).toMatch(/^model-[0-9a-z]{14}$/);
    expect(Object.keys(body)).toEqual(["data", "has_more", "first_id", "last_id"]);
  });

  it.each([
    ["/v1/models", {}],
    ["/v1/files", {}],
    ["/v1/files", oldFiles],
    ["/v1/test/tokens", {}],
    ["/v1/test/bidirectional", {}],
  ])("walks %s %j completely, in pages of 20, 20 and 5", async (path, headers) => {
    const pages = await walk(server, path, { headers });
    expect(pages.map((page) => page.data.length)).toEqual([20, 20, 5]);
    expect(new Set(idsOf(pages)).size).toBe(45);
  });

  it("goes backward from an id, with the items of a page in list order", async () => {
    const all = idsOf(await walk(server, "/v1/models"));
    const { body } = await ask(server, `/v1/models?limit=20&before_id=${all[30]}`);
    expect(idsOf([body])).toEqual(all.slice(10, 30));
    expect(body.has_more).toBe(true);
    const { body: last } = await ask(server, `/v1/models?limit=20&before_id=${body.first_id}`);
    expect(idsOf([last])).toEqual(all.slice(0, 10));
    expect(last.has_more).toBe(false);
  });

  it("gives an empty page after the last item", async () => {
    const all = idsOf(await walk(server, "/v1/models"));
    const { body } = await ask(server, `/v1/models?after_id=${all.at(-1)}`);
    expect(body).toEqual({ data: [], has_more: false, first_id: null, last_id: null });
  });

  it("turns bidirectional pages back, with prev_page null on the first one", async () => {
    const pages = await walk(server, "/v1/test/bidirectional");
    expect(pages[0].prev_page).toBeNull();
    expect(pages[2].next_page).toBeNull();
    const { body } = await ask(server, `/v1/test/bidirectional?limit=20&page=${pages[2].prev_page}`);
    expect(body).toEqual(pages[1]);
    const { body: first } = await ask(server, `/v1/test/bidirectional?limit=20&page=${body.prev_page}`);
    expect(first).toEqual(pages[0]);
  });

  it("runs a list the other way round for the other order, and binds cursors to the order", async () => {
    const down = idsOf(await walk(server, "/v1/test/bidirectional"));
    const up = await walk(server, "/v1/test/bidirectional", { query: "order=asc&limit=20" });
    expect(idsOf(up)).toEqual(down.toReversed());
    const { status } = await ask(server, `/v1/test/bidirectional?order=desc&page=${up[0].next_page}`);
    expect(status).toBe(400);
  });

  it("chooses the shape of /v1/files by the beta header", async () => {
    const plain = await ask(server, "/v1/files");
    const old = await ask(server, "/v1/files", { headers: oldFiles });
    expect(Object.keys(plain.body)).toEqual(["data", "next_page"]);
    expect(Object.keys(old.body)).toEqual(["data", "has_more", "first_id", "last_id"]);
    expect(idsOf([old.body])).toEqual(idsOf([plain.body]));
  });

  it("answered /v1/models in its beta shape although the request did not name it", async () => {
    await using counted = await startMockServer({ items: { models: 2, "beta.models": 1 } });
    expect((await ask(counted, "/v1/models")).body.data).toHaveLength(2);
    expect((await ask(counted, "/v1/models?beta=true")).body.data).toHaveLength(1);
  });

  it("answers files by id on one page and leaves unknown ids out", async () => {
    const [first, second] = idsOf([(await ask(server, "/v1/files")).body]);
    const { body } = await ask(
      server,
      `/v1/files?ids[]=${second}&ids[]=file_unknown&ids[]=${first}&ids[]=${second}`,
    );
    expect(idsOf([body])).toEqual([second, first]);
    expect(body.next_page).toBeNull();
    expect((await ask(server, `/v1/files?ids[]=${first}&limit=3`)).status).toBe(400);
  });

  it.each([
    ["/v1/models?limit=0", "limit: Input should be greater than or equal to 1"],
    ["/v1/models?limit=1001", "limit: Input should be less than or equal to 1000"],
    ["/v1/models?limit=ten", "limit: Input should be a valid integer, unable to parse string as an integer"],
    ["/v1/models?after_id=model-x", "after_id: No item with the id 'model-x'"],
    ["/v1/models?after_id=a&before_id=b", "before_id: Cannot be combined with after_id"],
    ["/v1/files?page=page_x", "page: Invalid or expired cursor"],
    ["/v1/test/bidirectional?order=up", "order: Input should be 'asc' or 'desc'"],
  ])("refuses %s with the API's 400", async (target, message) => {
    const { status, body, headers } = await ask(server, target);
    expect(status).toBe(400);
    const request_id = headers.get("request-id");
    expect(body).toEqual({ type: "error", error: { type: "invalid_request_error", message }, request_id });
  });

  it("takes an empty cursor for none", async () => {
    const plain = await ask(server, "/v1/models");
    expect((await ask(server, "/v1/models?before_id=&after_id=&beta=true")).body.first_id).toBe(
      plain.body.first_id,
    );
  });

  it("refuses unknown parameters for the lists of the API, and for no others", async () => {
    const { status, body } = await ask(server, "/v1/models?foo=1");
    expect(status).toBe(400);
    expect(body.error.message).toBe("foo: Extra inputs are not permitted");
    expect((await ask(server, "/v1/test/tokens?foo=1")).status).toBe(200);
  });

  it.each([
    ["no key", { "x-api-key": "" }, 401, "x-api-key header is required"],
    ["a wrong key", { "x-api-key": "sk-ant-other" }, 401, "invalid x-api-key"],
    ["a wrong token", { "x-api-key": "", authorization: "Bearer nope" }, 401, "Invalid bearer token"],
    ["no version", { "anthropic-version": "" }, 400, "anthropic-version: header is required"],
    [
      "an odd version",
      { "anthropic-version": "new" },
      400,
      'anthropic-version: "new" is not a valid version',
    ],
  ])("refuses a request with %s", async (_, headers, status, message) => {
    const refused = await ask(server, "/v1/models", { headers });
    expect(refused.status).toBe(status);
    expect(refused.body.error.message).toBe(message);
  });

  it("accepts the key as a bearer token", async () => {
    const headers = { "x-api-key": "", authorization: `Bearer ${server.apiKey}` };
    expect((await ask(server, "/v1/models", { headers })).status).toBe(200);
  });

  it("names the organization of a key that it accepts", async () => {
    const own = await ask(server, "/v1/models");
    expect(own.headers.get("anthropic-organization-id")).toMatch(/^[0-9a-f]{8}-0000-4000-8000-0{11}1$/);
    const refused = await ask(server, "/v1/models", { headers: { "x-api-key": "other" } });
    expect([refused.status, refused.headers.get("anthropic-organization-id")]).toEqual([401, null]);
    await using several = await startMockServer({ organizations: { one: "org-1", none: null } });
    const of = async (headers: Record<string, string>) => {
      const answer = await ask(several, "/v1/models", { headers });
      return [answer.status, answer.headers.get("anthropic-organization-id")];
    };
    expect(await of({ "x-api-key": "one" })).toEqual([200, "org-1"]);
    expect(await of({ "x-api-key": "", authorization: "Bearer one" })).toEqual([200, "org-1"]);
    expect(await of({ "x-api-key": "none" })).toEqual([200, null]);
    expect(await of({})).toEqual([200, own.headers.get("anthropic-organization-id")]);
    expect(await of({ "x-api-key": "toString" })).toEqual([401, null]);
  });

  it.each([
    "/",
    "/v1/model",
    "/v1/skills//versions",
    "/v1/skills/%2E%2E/versions",
    "/v1/skills/%ff/versions",
  ])("knows no path %s", async (path) => {
    const { status, body } = await ask(server, path);
    expect([status, body.error.type]).toEqual([404, "not_found_error"]);
  });

  it("allows GET only", async () => {
    const { status, headers } = await ask(server, "/v1/models", { method: "POST" });
    expect([status, headers.get("allow")]).toEqual([405, "GET"]);
  });

  it("gives a list of its own to each path parameter", async () => {
    const one = await walk(server, "/v1/skills/skill_one/versions");
    const two = await walk(server, "/v1/skills/skill%2Ftwo/versions");
    expect(idsOf(one)).toHaveLength(50);
    expect(idsOf(one)).not.toEqual(idsOf(two));
    expect(two[0].data[0].skill_id).toBe("skill/two");
  });

  it("states the rate limit and a request id in every answer", async () => {
    const { headers } = await ask(server, "/v1/unknown");
    expect(headers.get("request-id")).toMatch(/^req_/);
    expect(headers.get("anthropic-ratelimit-requests-limit")).toBe("1000000");
    expect(Number(headers.get("anthropic-ratelimit-requests-remaining"))).toBeLessThan(1_000_000);
    expect(Date.parse(headers.get("anthropic-ratelimit-requests-reset") ?? "")).toBeGreaterThan(Date.now());
  });

  it("logs what it was asked, in order, without credentials", async () => {
    await server.clearRequests();
    await ask(server, "/v1/test/tokens?limit=2&x=1&x=2", { headers: { authorization: "Bearer secret" } });
    await ask(server, "/v1/nothing");
    const [first, second] = await server.requests();
    expect(first).toMatchObject({
      method: "GET",
      path: "/v1/test/tokens",
      query: [
        ["limit", "2"],
        ["x", "1"],
        ["x", "2"],
      ],
      params: { limit: "2", x: ["1", "2"] },
      status: 200,
      items: 2,
      fault: null,
    });
    expect(first?.headers).toMatchObject({ "x-api-key": "***", authorization: "Bearer ***" });
    expect(second).toMatchObject({ path: "/v1/nothing", status: 404, items: null });
    expect((second?.number ?? 0) - (first?.number ?? 0)).toBe(1);
    expect(JSON.stringify(await server.requests())).not.toContain(server.apiKey);
  });
});

describe("its options", () => {
  it("give the same answers for the same seed and others for another", async () => {
    const bodies = [];
    for (const seed of [7, 7, 8]) {
      await using server = await startMockServer({ seed });
      const { body, headers } = await ask(server, "/v1/messages/batches?limit=1000");
      bodies.push(JSON.stringify([body, headers.get("request-id")]));
    }
    expect(bodies[0]).toBe(bodies[1]);
    expect(bodies[0]).not.toBe(bodies[2]);
  });

  it("serve a million items without holding them", async () => {
    await using server = await startMockServer({ items: 1_000_000 });
    const { body: newest } = await ask(server, "/v1/models?limit=1000");
    const { body: next } = await ask(server, `/v1/models?limit=1000&after_id=${newest.last_id}`);
    expect(next.data).toHaveLength(1000);
    expect(next.data[0].id).not.toBe(newest.data[999].id);
  });

  it("give every catalogued field, null or absent only where the catalog allows it", async () => {
    await using server = await startMockServer({ items: 200 });
    const { body } = await ask(server, "/v1/files?limit=200");
    const absent = body.data.filter((file: object) => !("expires_at" in file)).length;
    expect(absent).toBeGreaterThan(5);
    expect(absent).toBeLessThan(80);
    for (const file of body.data) {
      expect(file).toMatchObject({
        id: expect.stringMatching(/^file_/),
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/),
        filename: expect.any(String),
        mime_type: "text/plain",
        size_bytes: expect.any(Number),
        type: "file",
      });
    }
  });

  it("pad items", async () => {
    await using server = await startMockServer({ itemBytes: 3000 });
    const { body } = await ask(server, "/v1/models?limit=1");
    expect(JSON.stringify(body.data[0])).toHaveLength(3000);
  });

  it.each(["gzip", "br"] as const)("compress with %s where the request accepts it", async (compress) => {
    await using server = await startMockServer({ compress });
    const packed = await ask(server, "/v1/models", { headers: { "accept-encoding": `${compress};q=0.5` } });
    const plain = await ask(server, "/v1/models", { headers: { "accept-encoding": `${compress};q=0` } });
    expect(packed.headers.get("content-encoding")).toBe(compress);
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(packed.body).toEqual(plain.body);
  });

  it("refuse more requests than the rate limit allows, until its window ends", async () => {
    await using server = await startMockServer({ rateLimit: { requests: 2, windowMs: 60_000 } });
    await ask(server, "/v1/models");
    await ask(server, "/v1/models");
    const { status, headers, body } = await ask(server, "/v1/models");
    expect([status, body.error.type]).toEqual([429, "rate_limit_error"]);
    expect(headers.get("anthropic-ratelimit-requests-remaining")).toBe("0");
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(55);
  });

  it("delay answers, page by page where an array says so", async () => {
    await using server = await startMockServer({ latencyMs: [0, 120] });
    const { body } = await ask(server, "/v1/models");
    const before = performance.now();
    await ask(server, `/v1/models?after_id=${body.last_id}`);
    expect(performance.now() - before).toBeGreaterThan(115);
  });

  it("keep the newest requests of a full log, whose numbers tell that older ones are gone", async () => {
    await using server = await startMockServer({ maxLoggedRequests: 3 });
    for (let count = 0; count < 10; count++) await ask(server, "/v1/models?limit=1");
    expect((await server.requests()).map(({ number }) => number)).toEqual([8, 9, 10]);
  });

  it("open the server to any request with a null key", async () => {
    await using server = await startMockServer({ apiKey: null });
    expect((await fetch(`${server.url}/v1/models`)).status).toBe(200);
  });

  it("serve lists of one's own", async () => {
    await using server = await startMockServer({
      items: { notes: 7 },
      endpoints: [
        {
          id: "notes",
          path: "/v2/{team}/notes",
          page: "TokenPage",
          itemsKey: "notes",
          envelope: [
            { name: "notes", type: "object[]" },
            { name: "has_more", type: "boolean" },
            { name: "next_page", type: "string", optional: true, nullable: true },
          ],
          betaHeader: [],
          queryParams: [
            { wire: "limit", default: 5, max: 5 },
            { wire: "since", required: true },
          ],
          itemFields: [
            { name: "id", type: "string" },
            { name: "team", type: "string" },
          ],
        },
      ],
    });
    expect((await ask(server, "/v2/red/notes")).body.error.message).toBe("since: Field required");
    const { body } = await ask(server, "/v2/red/notes?since=2026-01-01");
    expect(body.notes).toHaveLength(5);
    expect(body.notes[0]).toEqual({ id: expect.stringMatching(/^note_/), team: "red" });
    const { body: last } = await ask(server, `/v2/red/notes?since=2026-01-01&page_token=${body.next_page}`);
    expect(Object.keys(last)).toEqual(["notes", "has_more"]);
    expect(last.notes).toHaveLength(2);
  });

  it("are refused where items are given for a list that is not served", async () => {
    await expect(startMockServer({ items: { modles: 3 } })).rejects.toThrow(/items for "modles"/);
    await using server = await startMockServer({
      items: { "messages.batches": 3, "test.tokens": 2, agents: 1 },
    });
    expect((await ask(server, "/v1/messages/batches")).body.data).toHaveLength(3);
  });

  it.each([
    [{ item: 3 }, 'the mock server option "item" as it does not exist: did you mean items?'],
    [{ itmes: 3 }, 'the mock server option "itmes" as it does not exist: did you mean items?'],
    [{ faults: [] }, 'the mock server option "faults" as it does not exist: known are items, seed, '],
    [
      { rateLimit: { requests: 1, windowMS: 9 } },
      'option "windowMS" as it does not exist: did you mean windowMs?',
    ],
  ])("were silently ignored if a name is misspelt: %j", async (options, message) => {
    // @ts-expect-error JavaScript may pass any name
    const start = () => startMockServer(options);
    await expect(start()).rejects.toThrow(ConfigurationError);
    await expect(start()).rejects.toThrow(message);
  });

  it.each([null, "x", 5, true, [], () => ({}), new Map()])(
    "gave a TypeError if they were %o",
    async (options) => {
      // @ts-expect-error JavaScript may pass any value
      const start = startMockServer(options);
      await expect(start).rejects.toThrow(ConfigurationError);
      await expect(start).rejects.toThrow(
        "its options must be a plain object such as { items: 45 }: current value is",
      );
    },
  );

  const note = {
    id: "notes",
    path: "/v2/notes",
    page: "Page",
    itemsKey: "data",
    envelope: [],
    betaHeader: [],
    queryParams: [],
    itemFields: [],
  };
  it.each([
    ["items", "5", "items"],
    ["items", [3], "items"],
    ["items", { models: null }, "items.models"],
    ["seed", {}, "seed"],
    ["seed", Object.create(null), "seed"],
    ["seed", Symbol("seed"), "seed"],
    ["latencyMs", "10", "latencyMs"],
    ["latencyMs", [1, null], "latencyMs[1]"],
    ["itemBytes", 1n, "itemBytes"],
    ["rateLimit", 5, "rateLimit"],
    ["rateLimit", {}, "rateLimit.requests"],
    ["rateLimit", { requests: 1, windowMs: null }, "rateLimit.windowMs"],
    ["compress", true, "compress"],
    ["maxLoggedRequests", Number.POSITIVE_INFINITY, "maxLoggedRequests"],
    ["script", "reset", "script"],
    ["endpoints", {}, "endpoints"],
    ["endpoints", [null], "endpoints[0]"],
    ["endpoints", [{}], "endpoints[0].id"],
    ["endpoints", [{ ...note, path: "notes" }], "endpoints[0].path"],
    ["endpoints", [{ ...note, page: "SyncPage" }], "endpoints[0].page"],
    ["endpoints", [{ ...note, envelope: ["data"] }], "endpoints[0].envelope[0]"],
    [
      "endpoints",
      [{ ...note, queryParams: [{ wire: "limit", max: "5" }] }],
      "endpoints[0].queryParams[0].max",
    ],
    ["endpoints", [{ ...note, itemFields: { union: [{}] } }], "endpoints[0].itemFields.union[0].type"],
    ["endpoints", [{ ...note, itemFields: null }], "endpoints[0].itemFields"],
  ])("gave a TypeError, or were used, where %s was %o", async (option, value, named) => {
    const start = startMockServer({ [option]: value });
    await expect(start).rejects.toThrow(ConfigurationError);
    await expect(start).rejects.toThrow(`Cannot use the option ${named} as it must be `);
  });

  it("do not put a key of a wrong type into the message", async () => {
    // @ts-expect-error JavaScript may pass any value
    const error = await startMockServer({ apiKey: ["sk-ant-secret"] }).catch((error: Error) => error);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(inspect(error)).toContain(
      "apiKey as it must be null or printable ASCII text without blanks: its type is object",
    );
    expect(inspect(error)).not.toContain("secret");
  });

  it.each(["", " ", "a b", "a\nb", "ä"])("refuse a key that no request could carry: %j", async (apiKey) => {
    await expect(startMockServer({ apiKey })).rejects.toThrow(ConfigurationError);
    await expect(startMockServer({ organizations: { [apiKey]: "org" } })).rejects.toThrow(ConfigurationError);
  });

  it("allow all lists of the API as lists of one's own", async () => {
    const endpoints = readFullCatalog();
    expect(serverConfig({ endpoints }).endpoints).toHaveLength(endpoints.length);
  });

  it("compressed with brotli for an unknown coding", async () => {
    // @ts-expect-error JavaScript may pass any text
    await expect(startMockServer({ compress: "deflate" })).rejects.toThrow('must be one of "gzip", "br"');
  });

  it.each([{ items: -1 }, { items: { models: 0.5 } }, { seed: 2 ** 33 }, { latencyMs: [-1] }])(
    "are refused where a number cannot be used: %j",
    async (options) => {
      await expect(startMockServer(options)).rejects.toThrow(ConfigurationError);
    },
  );
});

describe("its life", () => {
  it("ends with close, which can be called again, and then refuses calls", async () => {
    const server = await startMockServer();
    await Promise.all([server.close(), server.close()]);
    await server.close();
    await expect(server.requests()).rejects.toThrow("closed");
    await expect(fetch(server.url)).rejects.toThrow();
  });

  it("does not keep a process alive that forgets it", async () => {
    const file = fileURLToPath(new URL("../../src/testing.ts", import.meta.url));
    const code = `const { startMockServer } = await import(${JSON.stringify(file)});
      const server = await startMockServer();
      console.log((await server.requests()).length);`;
    const run = promisify(execFile)(process.execPath, ["--input-type=module", "-e", code], {
      timeout: 200_000,
    });
    expect((await run).stdout).toBe("0\n");
  });

  it("kept a process alive after setScript() failed to copy a script to its thread", async () => {
    const file = fileURLToPath(new URL("../../src/testing.ts", import.meta.url));
    const code = `const { startMockServer } = await import(${JSON.stringify(file)});
      const server = await startMockServer();
      const headers = new Proxy({}, {});
      const failed = await server.setScript([{ fault: "status", status: 500, headers }]).catch((error) => error);
      console.log(failed.name + ": " + failed.message);
      const options = { script: [{ fault: "status", status: 500, headers }] };
      console.log(await startMockServer(options).catch((error) => error.name));
      console.log((await server.requests()).length);`;
    const run = promisify(execFile)(process.execPath, ["--input-type=module", "-e", code], {
      timeout: 200_000,
    });
    expect((await run).stdout).toBe(
      "ConfigurationError: Cannot copy the script of the mock server to its thread because " +
        "#<Object> could not be cloned: use plain JSON\nConfigurationError\n0\n",
    );
  });

  it("answers while the thread that started it is blocked", async () => {
    await using server = await startMockServer();
    const code = `const headers = ${JSON.stringify({ "x-api-key": server.apiKey, "anthropic-version": "2023-06-01" })};
      console.log((await fetch("${server.url}/v1/models", { headers })).status);`;
    const { execFileSync } = await import("node:child_process");
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", code], { timeout: 200_000 });
    expect(output.toString()).toBe("200\n");
  });
});
