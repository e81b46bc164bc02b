import { connect } from "node:net";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ConfigurationError } from "../../src/errors/pageturn-error.ts";
import { gzipBomb } from "../../src/testing/faults/gzip-bomb.ts";
import { readFullCatalog } from "../../src/testing/served-endpoints.ts";
import { type FaultScript, type MockServer, startMockServer } from "../../src/testing.ts";
import { ask, idsOf, walk } from "./ask.ts";

const paths = ["/v1/models", "/v1/files", "/v1/test/tokens"];

describe("the fault kit", () => {
  let server: MockServer;
  const whole = new Map<string, string[]>();
  beforeAll(async () => {
    server = await startMockServer({ items: 50 });
    for (const path of paths) whole.set(path, idsOf(await walk(server, path)));
  });
  afterAll(() => server.close());
  beforeEach(() => server.setScript([]));

  /** Returns the positions of the items of a walk, page by page. */
  async function positions(path: string, script: FaultScript, maxPages = 12): Promise<number[][]> {
    await server.setScript(script);
    const pages = await walk(server, path, { query: "limit=10", maxPages });
    return pages.map((page) => idsOf([page]).map((id) => (whole.get(path) ?? []).indexOf(id)));
  }

  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);
  const pages = (...starts: number[]) => starts.map((start) => range(start, start + 10));

  it("plays steps request by request, each as often as it says", async () => {
    await server.setScript([
      { fault: "status", status: 529, times: 2 },
      { fault: "none" },
      { fault: "status", status: 418, headers: { "x-should-retry": "false" }, message: "teapot" },
    ]);
    const answers = [];
    for (let count = 0; count < 5; count++) answers.push(await ask(server, "/v1/models"));
    expect(answers.map(({ status }) => status)).toEqual([529, 529, 200, 418, 200]);
    expect(answers[0]?.body.error).toEqual({ type: "overloaded_error", message: "overloaded error" });
    expect(answers[3]?.headers.get("x-should-retry")).toBe("false");
    expect(answers[3]?.body.error.message).toBe("teapot");
  });

  it("plays steps by request number, page and path", async () => {
    await server.setScript([
      { fault: "status", status: 500, page: 2 },
      { fault: "status", status: 501, path: "/v1/skills" },
      { fault: "status", status: 503, request: 4 },
    ]);
    const statuses = [];
    const { last_id } = (await ask(server, "/v1/models")).body;
    const next = `/v1/models?after_id=${last_id}`;
    for (const path of [next, "/v1/skills", "/v1/models", next])
      statuses.push((await ask(server, path)).status);
    expect(statuses).toEqual([500, 501, 503, 200]);
  });

  it("tells in the log which fault it played", async () => {
    await server.clearRequests();
    await server.setScript([{ fault: "status", status: 500 }]);
    await ask(server, "/v1/models");
    expect((await server.requests())[0]).toMatchObject({ status: 500, items: null, fault: "status" });
  });

  it.each([
    [[{ fault: "shrug" }], `script[0].fault as it must be one of "none", "delay", `],
    [
      [{ fault: "status" }],
      `script[0] (fault "status").status as it must be a whole number from 200 to 599: it is missing`,
    ],
    [
      [{ fault: "none" }, { fault: "status", status: 500, pgae: 2 }],
      `script[1] (fault "status") option "pgae"`,
    ],
    [
      [{ fault: "delay", ms: "5" }],
      `must be a whole number from 0 to 2147483647: current value is '5' (string)`,
    ],
    [[null], "script[0] as it must be a step such as"],
    [[[]], "script[0] as it must be a step such as"],
    [["reset"], "script[0] as it must be a step such as"],
    ["reset", "script as it must be an array such as"],
    [null, "script as it must be an array such as"],
    [undefined, "script as it must be an array such as"],
    [{ fault: "reset" }, "script as it must be an array such as"],
    [
      [{ fault: "status", status: 99 }],
      "must be a whole number from 200 to 599: current value is 99 (number)",
    ],
  ])("refuses the script %j", async (script, message) => {
    // @ts-expect-error scripts may come from files
    const refused = expect(server.setScript(script));
    await refused.rejects.toThrow(ConfigurationError);
    // @ts-expect-error scripts may come from files
    await expect(server.setScript(script)).rejects.toThrow(message);
  });

  const max = Number.MAX_SAFE_INTEGER;
  it.each([
    ["emptyPage", "request", 0],
    ["emptyPage", "page", 0],
    ["emptyPage", "page", 1.5],
    ["emptyPage", "page", "2"],
    ["emptyPage", "page", null],
    ["emptyPage", "path", "/v1/modles"],
    ["emptyPage", "path", "v1/models"],
    ["emptyPage", "path", "/v1/models/model_1"],
    ["emptyPage", "path", "/v1/models?limit=1"],
    ["emptyPage", "path", 7],
    ["emptyPage", "times", -1],
    ["emptyPage", "times", max + 1],
    ["emptyPage", "times", "allways"],
    ["status", "status", "500"],
    ["status", "headers", []],
    ["status", "headers", { "retry-after": 1 }],
    ["status", "headers", new Map()],
    ["status", "message", null],
    ["status", "body", {}],
    ["cursorExpired", "status", 500],
    ["itemsInserted", "count", -1],
    ["itemsDeleted", "count", "1"],
    ["duplicateItems", "count", Number.NaN],
    ["cycle", "length", 0],
    ["cycle", "offset", 0],
    ["endless", "items", "some"],
    ["offByOne", "by", 0],
    ["hasMore", "value", undefined],
    ["hasMore", "value", () => true],
    ["hasMore", "value", 1n],
    ["hasMore", "value", Number.POSITIVE_INFINITY],
    ["hasMore", "value", new Date(0)],
    ["setFields", "fields", null],
    ["setFields", "fields", { a: [{ b: () => 1 }] }],
    ["setItemFields", "fields", "id"],
    ["dropFields", "names", "data"],
    ["dropItemFields", "names", [1]],
    ["contentType", "value", undefined],
    ["contentType", "value", 5],
    ["body", "body", null],
    ["body", "contentType", null],
    ["truncatedJson", "bytes", -1],
    ["garbageBody", "bytes", 2 ** 32],
    ["gzipBomb", "bytes", "1MB"],
    ["reset", "at", "end"],
    ["cutOff", "framing", undefined],
    ["trickle", "chunkBytes", 0],
    ["trickle", "everyMs", -1],
    ["never", "after", "body"],
    ["delay", "ms", 2 ** 31],
  ])("accepted the fault %s where %s was %o", async (fault, member, value) => {
    const needed = { length: 1, status: 500, body: "" };
    const own = { cycle: ["length"], status: ["status"], body: ["body"] }[fault] ?? [];
    const step = {
      ...Object.fromEntries(own.map((name) => [name, Reflect.get(needed, name)])),
      fault,
      [member]: value,
    };
    const script = JSON.parse("[]").concat(step);
    for (const refuse of [() => server.setScript(script), () => startMockServer({ script })]) {
      const refused = refuse();
      await expect(refused).rejects.toThrow(ConfigurationError);
      await expect(refused).rejects.toThrow(`Cannot use the option script[0] (fault "${fault}").${member}`);
    }
  });

  it("names the place of a value deep inside a step, and refuses a cycle", async () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    // @ts-expect-error JavaScript may pass any value
    const deep = server.setScript([{ fault: "setFields", fields: { a: [{ b: () => 1 }] } }]);
    await expect(deep).rejects.toThrow(
      'script[0] (fault "setFields").fields.a[0].b as it must be plain JSON',
    );
    // @ts-expect-error JavaScript may pass any value
    const endless = server.setScript([{ fault: "hasMore", value: cycle }]);
    await expect(endless).rejects.toThrow("plain JSON without cycles");
  });

  it("plays steps on the paths of lists with parameters and of lists of one's own", async () => {
    await server.setScript([{ fault: "status", status: 500, path: "/v1/skills/skill_1/versions" }]);
    expect((await ask(server, "/v1/skills/skill_1/versions")).status).toBe(500);
    const [notes] = readFullCatalog();
    const endpoints = notes === undefined ? [] : [{ ...notes, id: "own", path: "/v2/own", betaHeader: [] }];
    await using own = await startMockServer({
      endpoints,
      script: [{ fault: "status", status: 500, path: "/v2/own" }],
    });
    expect((await ask(own, "/v2/own")).status).toBe(500);
  });

  it.each(["/v1/sessions", "/v1/sessions/session_1/events", "/v1/compliance/activities"])(
    "sends an empty page with its field for items, though %s documents the field as optional",
    async (path) => {
      const headers = { "anthropic-beta": "managed-agents-2026-04-01" };
      for (const script of [
        [{ fault: "emptyPage", page: 2 }],
        [{ fault: "endless", items: "none", page: 2, times: "always" }],
      ] satisfies FaultScript[]) {
        await server.setScript(script);
        const [, second] = await walk(server, path, { query: "limit=10", headers, maxPages: 2 });
        expect(second.data).toEqual([]);
      }
    },
  );

  describe.each(paths)("on %s", (path) => {
    it("repeats a cursor", async () => {
      const seen = await positions(path, [{ fault: "repeatCursor", times: "always" }], 4);
      expect(seen).toEqual(pages(0, 10, 10, 10));
    });

    it("leads cursors in a circle, A, B, A", async () => {
      const seen = await positions(path, [{ fault: "cycle", length: 2, times: "always" }], 7);
      expect(seen).toEqual(pages(0, 10, 20, 10, 20, 10, 20));
    });

    it("gives fresh cursors for ever, with the same items or none", async () => {
      expect(
        await positions(path, [{ fault: "endless", items: "same", page: 2, times: "always" }], 5),
      ).toEqual(pages(0, 10, 10, 10, 10));
      const none = await positions(path, [{ fault: "endless", items: "none", page: 2, times: "always" }], 30);
      expect(none.slice(1)).toEqual(Array.from({ length: 29 }, () => []));
      const asked = (await server.requests()).slice(-29).map(({ query }) => JSON.stringify(query));
      expect(new Set(asked).size).toBe(29);
    });

    it("puts an empty page in the middle, and loses nothing", async () => {
      const seen = await positions(path, [{ fault: "emptyPage", page: 3, times: 2 }]);
      expect(seen).toEqual([...pages(0, 10), [], [], ...pages(20, 30, 40)]);
    });

    it("begins with an empty page", async () => {
      expect(await positions(path, [{ fault: "emptyPage" }])).toEqual([[], ...pages(0, 10, 20, 30, 40)]);
    });

    it("points one item too early or too late", async () => {
      expect(await positions(path, [{ fault: "offByOne", by: -1, page: 2 }])).toEqual([
        ...pages(0, 10, 19, 29, 39),
        [49],
      ]);
      expect((await positions(path, [{ fault: "offByOne", by: 1 }])).flat()).not.toContain(10);
    });

    it("repeats or skips items as if they were inserted or deleted between pages", async () => {
      expect((await positions(path, [{ fault: "itemsInserted", count: 2, page: 2 }]))[1]).toEqual(
        range(8, 18),
      );
      expect((await positions(path, [{ fault: "itemsDeleted", page: 2 }]))[1]).toEqual(range(11, 21));
    });

    it("gives items of a page twice", async () => {
      expect((await positions(path, [{ fault: "duplicateItems", count: 2 }]))[0]).toEqual([
        0,
        1,
        ...range(0, 10),
      ]);
    });

    it("forgets limit and filters", async () => {
      expect((await positions(path, [{ fault: "dropFilters", page: 2 }]))[1]).toEqual(range(10, 30));
    });

    it("knows a cursor no more", async () => {
      await server.setScript([{ fault: "cursorExpired", status: 404, times: "always" }]);
      const [first, second] = await walk(server, path);
      expect(first.data).toHaveLength(20);
      expect(second.error.type).toBe("not_found_error");
    });

    it("lies about has_more, and sets or drops fields of page and items", async () => {
      await server.setScript([
        { fault: "hasMore", value: false },
        { fault: "setFields", fields: { data: null, ["__proto__"]: 1 } },
        { fault: "dropFields", names: ["data", "has_more"] },
        { fault: "setItemFields", fields: { id: null } },
        { fault: "dropItemFields", names: ["id"] },
      ]);
      const bodies = [];
      for (let count = 0; count < 5; count++) bodies.push((await ask(server, `${path}?limit=1`)).body);
      expect(bodies[0].has_more).toBe(false);
      expect(bodies[0].next_page ?? bodies[0].last_id).toEqual(expect.any(String));
      expect(bodies[1].data).toBeNull();
      expect(Object.hasOwn(bodies[1], "__proto__")).toBe(true);
      expect(bodies[2]).not.toHaveProperty("data");
      expect(bodies[3].data[0].id).toBeNull();
      expect(bodies[4].data[0]).not.toHaveProperty("id");
    });
  });

  it("turns a cycle round in a backward walk", async () => {
    const all = whole.get("/v1/models") ?? [];
    await server.setScript([{ fault: "cycle", length: 1, times: "always" }]);
    let before = all.at(-1);
    const firsts = [];
    for (let count = 0; count < 4; count++) {
      const { body } = await ask(server, `/v1/models?limit=10&before_id=${before}`);
      firsts.push(all.indexOf(body.data[0].id));
      before = body.first_id;
    }
    expect(firsts).toEqual([39, 30, 30, 30]);
  });

  it("answers bodies that are no page", async () => {
    await server.setScript([
      { fault: "body", body: "<html>", contentType: "text/html" },
      { fault: "contentType", value: null },
      { fault: "truncatedJson" },
      { fault: "garbageBody", bytes: 100 },
    ]);
    const answers: { type: string | null; bytes: Buffer }[] = [];
    for (let count = 0; count < 4; count++) {
      const headers = { "x-api-key": server.apiKey, "anthropic-version": "2023-06-01" };
      const response = await fetch(`${server.url}/v1/models`, { headers });
      answers.push({
        type: response.headers.get("content-type"),
        bytes: Buffer.from(await response.arrayBuffer()),
      });
    }
    const [html, untyped, broken, garbage] = answers;
    expect([html?.type, html?.bytes.toString()]).toEqual(["text/html", "<html>"]);
    expect([untyped?.type, JSON.parse(String(untyped?.bytes)).data.length]).toEqual([null, 20]);
    expect(() => JSON.parse(String(broken?.bytes))).toThrow(SyntaxError);
    expect(() => new TextDecoder("utf-8", { fatal: true }).decode(garbage?.bytes)).toThrow(TypeError);
    expect(garbage?.bytes).toHaveLength(100);
  });

  it.each([0, 100, 2 ** 20, 3 * 2 ** 20 + 17])(
    "packs a gzip bomb of %d bytes that is valid JSON",
    (bytes) => {
      const unpacked = gunzipSync(gzipBomb({ fault: "gzipBomb", bytes }));
      expect(unpacked.byteLength).toBe(Math.max(bytes, 28));
      expect(JSON.parse(unpacked.toString())).toEqual({ data: [], has_more: false });
    },
  );

  it("sends a gzip bomb that is small on the wire", async () => {
    await server.setScript([{ fault: "gzipBomb", bytes: 20_000_000 }]);
    const sent = await raw(server, "/v1/models", { isLast: true });
    expect(sent.end).toBe("end");
    expect(sent.bytes).toBeLessThan(100_000);
    expect(sent.text).toContain("content-encoding: gzip");
  });

  it.each([
    ["beforeHeaders", /^$/],
    ["insideHeaders", /^HTTP\/1.1 200 OK\r\ncontent-type: applic$/],
    ["afterHeaders", /\r\n\r\n$/],
    ["insideBody", /\r\n\r\n\{"data":\[/],
  ] as const)("resets the connection %s", async (at, received) => {
    await server.setScript([{ fault: "reset", at }]);
    const sent = await raw(server, "/v1/models");
    expect(sent.end).toBe("ECONNRESET");
    expect(sent.text).toMatch(received);
    const logged = (await server.requests()).at(-1);
    expect(logged).toMatchObject({
      items: null,
      fault: "reset",
      status: /^after|Body$/.test(at) ? 200 : null,
    });
  });

  it.each(["contentLength", "chunked"] as const)(
    "cuts a body off (%s) and closes in good order",
    async (framing) => {
      await server.setScript([{ fault: "cutOff", framing }]);
      const sent = await raw(server, "/v1/models");
      expect(sent.end).toBe("end");
      expect(sent.text).toContain('{"data":[');
      expect(sent.text).not.toContain("\r\n0\r\n\r\n");
      expect(sent.text).toContain(framing === "chunked" ? "Transfer-Encoding: chunked" : "content-length: ");
      await server.setScript([{ fault: "cutOff", framing }]);
      await expect(ask(server, "/v1/models")).rejects.toThrow();
    },
  );

  it.each([
    ["nothing", /^$/],
    ["headers", /\r\n\r\n$/],
    ["halfBody", /\r\n\r\n\{"data":\[/],
  ] as const)("never answers after %s", async (after, received) => {
    await server.setScript([{ fault: "never", after }]);
    const sent = await raw(server, "/v1/models", { waits: { after: received, ms: 150 } });
    expect(sent.end).toBe("waiting");
    expect(sent.text).toMatch(received);
  });

  it("closes while an answer never comes", async () => {
    const silent = await startMockServer({ script: [{ fault: "never" }] });
    const failed = ask(silent, "/v1/models").then(
      () => "answered",
      () => "failed",
    );
    while ((await silent.requests()).length === 0);
    await silent.close();
    expect(await failed).toBe("failed");
  });

  it("trickles and delays answers that are right in the end", async () => {
    const { body } = await ask(server, "/v1/models?limit=1");
    await server.setScript([
      { fault: "trickle", chunkBytes: 40 },
      { fault: "delay", ms: 60 },
    ]);
    expect((await ask(server, "/v1/models?limit=1")).body).toEqual(body);
    const before = performance.now();
    expect((await ask(server, "/v1/models?limit=1")).body).toEqual(body);
    expect(performance.now() - before).toBeGreaterThan(55);
  });

  it("answers bytes that are no HTTP", async () => {
    await server.setScript([{ fault: "garbageHttp" }]);
    await expect(ask(server, "/v1/models")).rejects.toThrow();
  });

  it.each([
    [{ fault: "reset", at: "beforeHeaders" }, /\}$/, "ECONNRESET"],
    [{ fault: "reset", at: "insideHeaders" }, /\}HTTP\/1.1 200 OK\r\ncontent-type: applic$/, "ECONNRESET"],
    [{ fault: "reset", at: "afterHeaders" }, /\}HTTP[^{]*\r\n\r\n$/, "ECONNRESET"],
    [{ fault: "reset", at: "insideBody" }, /\}HTTP[^{]*\r\n\r\n\{"data":\[/, "ECONNRESET"],
    [{ fault: "cutOff", framing: "chunked" }, /\}HTTP[^{]*\r\n\r\n\w+\r\n\{"data":\[/, "end"],
    [{ fault: "garbageHttp" }, /\}[^}]/, "end"],
  ] as const)(
    "plays %o after the answer to the request before on the same connection",
    async (fault, received, end) => {
      await server.setScript([{ fault: "delay", ms: 50 }, fault]);
      const sent = await raw(server, "/v1/models?limit=1", { times: 2 });
      expect(sent.text).toMatch(/^HTTP\/1.1 200 OK\r\n/);
      expect(sent.text).toMatch(received);
      expect(sent.end).toBe(end);
    },
  );

  it("refuses a script with a header that HTTP does not allow", async () => {
    const status = { fault: "status", status: 500 } as const;
    await expect(server.setScript([{ ...status, headers: { "bad header": "x" } }])).rejects.toThrow(
      /headers\.bad header as it must be a header name/,
    );
    await expect(server.setScript([{ ...status, headers: { good: "a\nb" } }])).rejects.toThrow(
      /headers\.good as it must be text that a header can hold/,
    );
    await expect(server.setScript([{ fault: "contentType", value: "\n" }])).rejects.toThrow(
      ConfigurationError,
    );
    await expect(server.setScript([{ fault: "body", body: "x", contentType: "\n" }])).rejects.toThrow(
      ConfigurationError,
    );
    expect((await ask(server, "/v1/models")).status).toBe(200);
  });

  it("plays any script the same way twice", async () => {
    const step = fc.oneof(
      fc.record({ fault: fc.constant("status" as const), status: fc.constantFrom(400, 404, 429, 500, 529) }),
      fc.record({
        fault: fc.constant("cycle" as const),
        length: fc.nat(5).map((n) => n + 1),
        times: fc.nat(9),
      }),
      fc.record({ fault: fc.constantFrom("repeatCursor" as const, "emptyPage" as const, "none" as const) }),
      fc.record({ fault: fc.constant("offByOne" as const), by: fc.constantFrom(-1 as const, 1 as const) }),
      fc.record({
        fault: fc.constant("hasMore" as const),
        value: fc.boolean(),
        page: fc.nat(5).map((n) => n + 1),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), fc.constantFrom(...paths), async (script, path) => {
        const runs: string[] = [];
        for (let run = 0; run < 2; run++) {
          await server.setScript(script);
          const walked = await walk(server, path, { query: "limit=10", maxPages: 8 });
          runs.push(JSON.stringify(walked).replaceAll(/"req_\w+"/g, ""));
        }
        expect(runs[0]).toBe(runs[1]);
      }),
      { numRuns: 40 },
    );
  });
});

interface Received {
  readonly text: string;
  readonly bytes: number;
  /** How the connection ended: `"end"`, `"waiting"` where it did not, or the error's code. */
  readonly end: string;
}

interface RawOptions {
  /** How many requests are sent, without waiting for an answer. */
  readonly times?: number;
  /** Whether the server ends the connection after the answer. */
  readonly isLast?: boolean;
  /** Does not wait for the end: after this has come, only for so many milliseconds. */
  readonly waits?: { readonly after: RegExp; readonly ms: number };
}

/** Sends a request over a socket. Returns the bytes that came back. */
function raw(
  server: MockServer,
  path: string,
  { times = 1, isLast = false, waits }: RawOptions = {},
): Promise<Received> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    const finish = (end: string): void => {
      clearTimeout(timer);
      socket.destroy();
      const all = Buffer.concat(chunks);
      resolve({ text: all.toString("latin1"), bytes: all.byteLength, end });
    };
    let timer: NodeJS.Timeout | undefined;
    const look = (): void => {
      if (waits?.after.test(Buffer.concat(chunks).toString("latin1")))
        timer ??= setTimeout(() => finish("waiting"), waits.ms);
    };
    look();
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      look();
    });
    socket.on("end", () => finish("end"));
    socket.on("error", (error: NodeJS.ErrnoException) => finish(error.code ?? "error"));
    const last = isLast ? "connection: close\r\n" : "";
    const head = `host: x\r\nx-api-key: ${server.apiKey}\r\nanthropic-version: 2023-06-01\r\n${last}`;
    socket.write(`GET ${path} HTTP/1.1\r\n${head}\r\n`.repeat(times));
  });
}
