// The tables of docs/options.md, row by row: a row without a case fails.
import { readFileSync } from "node:fs";
import { Agent } from "node:http";
import { join } from "node:path";
import {
  Anthropic,
  APIResponseTooLargeError,
  APITimeoutError,
  APIUserAbortError,
  AsyncAnthropic,
  ConfigurationError,
} from "pageturn";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { ANTHROPIC_CLIENTS } from "../../src/anthropic/client-family.ts";
import { LIST_OPTIONS } from "../../src/client/client-options.ts";
import { expectLongWait, expectLongWaitSync, LONG_WAIT_MS } from "../client/long-wait.ts";
import {
  type RecordedRequest,
  type RecordingServer,
  startRecordingServer,
} from "../servers/recording-server.ts";
import { root } from "./all-snippets.ts";

interface Row {
  readonly python: readonly string[];
  readonly typescript: readonly string[];
  readonly pageturn: string | null;
  readonly compared: string;
}

/** The rows of the table below a heading. */
function rowsOf(heading: string): Row[] {
  const text = readFileSync(join(root, "docs/options.md"), "utf8");
  const [section = ""] = text.split(`## ${heading}\n`)[1]?.split("\n## ") ?? [];
  const names = (cell: string) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, name = ""]) => name);
  return section
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| Python"))
    .map((line) => {
      const [, python = "", typescript = "", pageturn = "", ...rest] = line.split("|");
      return {
        python: names(python),
        typescript: names(typescript),
        pageturn: names(pageturn)[0] ?? null,
        compared: rest.join("|").replace(/\|$/, "").trim(),
      };
    });
}

const tables = {
  client: rowsOf("Client options"),
  request: rowsOf("Request options"),
  environment: rowsOf("Environment"),
};

let server: RecordingServer;
beforeAll(async () => {
  server = await startRecordingServer();
});
beforeEach(async () => {
  for (const { pageturn } of tables.environment) if (pageturn !== null) vi.stubEnv(pageturn, "");
  await server.play();
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => server.close());

/** Both clients with the same options, the sync one first. */
function clients(options: object = {}): readonly [Anthropic, AsyncAnthropic] {
  const all = { apiKey: "key", baseURL: server.url, ...options };
  return [new Anthropic(all), new AsyncAnthropic(all)];
}

/** What both clients send; they send the same. */
async function sent(options: object = {}, request: object = {}): Promise<RecordedRequest> {
  await server.play();
  const [sync, async] = clients(options);
  sync.models.list({ limit: 5 }, request);
  await async.models.list({ limit: 5 }, request);
  const [one, other] = await server.requests();
  if (one === undefined || other === undefined) throw new Error("nothing was sent");
  expect(other.url).toBe(one.url);
  return one;
}

/** What both clients throw. */
async function thrown(options: object, request: object = {}): Promise<readonly unknown[]> {
  const errors: unknown[] = [];
  for (const client of [Anthropic, AsyncAnthropic]) {
    try {
      const made = Reflect.construct(client, [{ apiKey: "key", baseURL: server.url, ...options }]);
      await made.models.list({}, request);
      errors.push(null);
    } catch (error) {
      errors.push(error);
    }
  }
  return errors;
}

async function refused(options: object, request: object, message: RegExp): Promise<void> {
  for (const error of await thrown(options, request)) {
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(String(error)).toMatch(message);
  }
}

const both = (kind: unknown) => [expect.any(kind), expect.any(kind)];
const pages = [
  { body: { data: [{ id: "a" }, { id: "b" }], has_more: true, last_id: "b" } },
  { body: { data: [{ id: "c" }], has_more: false, last_id: "c" } },
];

/** How the async client sends requests through a `fetch`, and that the sync one has none. */
async function asyncOnly(name: string, value: unknown): Promise<void> {
  const [sync, async] = await thrown({ [name]: value });
  expect(String(sync)).toContain(`option ${name} in the sync client`);
  expect(async).toBeNull();
}

type Case = () => unknown;

const timesOut = async (options: object, request: object): Promise<void> => {
  await server.play({ never: true }, { never: true });
  expect(await thrown({ maxRetries: 0, ...options }, request)).toEqual(both(APITimeoutError));
};
const doesNotRetry = async (options: object, request: object): Promise<void> => {
  await server.play({ status: 503 }, { status: 503 });
  for (const error of await thrown(options, request)) expect(error).toHaveProperty("status", 503);
  expect(await server.requests()).toHaveLength(2);
};

const cases: Readonly<Record<keyof typeof tables, Readonly<Record<string, Case>>>> = {
  client: {
    apiKey: async () => {
      vi.stubEnv("ANTHROPIC_AUTH_TOKEN", "token");
      expect((await sent()).headers).toMatchObject({ "x-api-key": "key" });
      expect((await sent()).headers).not.toHaveProperty("authorization");
      const { headers } = await sent({ apiKey: null, defaultHeaders: { "x-api-key": null } });
      expect(headers).not.toHaveProperty("authorization");
      expect((await sent({ apiKey: () => "asked" })).headers["x-api-key"]).toBe("asked");
    },
    authToken: async () => {
      const { headers } = await sent({ authToken: "t" });
      expect(headers).toMatchObject({ "x-api-key": "key", authorization: "Bearer t" });
      await refused({ authToken: "t", apiVersion: "2026-10-21" }, {}, /apiKey and authToken together/);
    },
    baseURL: async () =>
      expect((await sent({ baseURL: `${server.url}/prefix/` })).url).toMatch(/^\/prefix\/v1/),
    timeout: () => timesOut({ timeout: 20 }, {}),
    maxRetries: () => doesNotRetry({ maxRetries: 0 }, {}),
    defaultHeaders: async () => {
      const { headers } = await sent({ defaultHeaders: { "X-One": "1", accept: null } });
      expect(headers["x-one"]).toBe("1");
      expect(headers).not.toHaveProperty("accept");
      await refused({ defaultHeaders: new Headers() }, {}, /plain object/);
    },
    defaultQuery: async () => {
      expect((await sent({ defaultQuery: { a: 1, limit: 9 } })).url).toBe("/v1/models?a=1&limit=5");
    },
    fetch: () => asyncOnly("fetch", async () => Response.json({ data: [], has_more: false })),
    fetchOptions: async () => {
      await asyncOnly("fetchOptions", { cache: "no-store" });
      for (const name of ["method", "headers", "body", "signal", "redirect"]) {
        const [, async] = await thrown({ fetchOptions: { [name]: "x" } });
        expect(async).toBeInstanceOf(ConfigurationError);
      }
    },
    dangerouslyAllowBrowser: async () => {
      const { headers } = await sent({ dangerouslyAllowBrowser: true });
      expect(headers["anthropic-dangerous-direct-browser-access"]).toBe("true");
      vi.stubGlobal("window", { document: {} });
      await refused({}, {}, /credential in a browser/);
      expect(() => clients({ apiKey: undefined })).not.toThrow();
      vi.unstubAllGlobals();
    },
    logLevel: () => refused({ logLevel: "verbose" }, {}, /one of "off", "error", "warn", "info", "debug"/),
    logger: async () => {
      const info = vi.fn();
      await sent({ logLevel: "info", logger: { error: info, warn: info, info, debug: info } });
      expect(info).toHaveBeenCalledTimes(2);
    },
    apiVersion: async () => {
      const { headers } = await sent({ apiVersion: "2026-10-21" });
      expect(headers).toMatchObject({ "anthropic-version": "2026-10-21", authorization: "Bearer key" });
    },
    workspaceId: async () => {
      expect((await sent({ workspaceId: "w" })).headers["anthropic-workspace-id"]).toBe("w");
    },
    maxResponseBytes: async () => {
      expect(await thrown({ maxResponseBytes: 5 })).toEqual(both(APIResponseTooLargeError));
    },
    pace: async () => {
      await refused({ pace: "fast" }, {}, /option pace as it must be one of "auto", "off"/);
      const logger = { error() {}, warn() {}, info() {}, debug() {} };
      const wait = { headers: { "retry-after-ms": String(LONG_WAIT_MS) } };
      await server.play(wait, {}, wait, {});
      // With a logger, the thread of the sync client waits, and not its worker.
      const [sync, async] = clients({ pace: "auto", timeout: 5000, logLevel: "info", logger });
      sync.models.list();
      expectLongWaitSync(() => sync.models.list());
      await async.models.list();
      await expectLongWait(() => async.models.list());
      expect(await server.requests()).toHaveLength(4);
      const [other] = clients({ pace: "auto" });
      await server.play({ headers: { "retry-after-ms": "1000" } });
      const start = performance.now();
      other.models.list();
      other.models.list();
      expect(performance.now() - start).toBeGreaterThan(990);
    },
    walk: async () => {
      await server.play(...pages, ...pages);
      const [sync, async] = clients({ walk: { maxItems: 1 } });
      expect(sync.models.list().toArray()).toHaveLength(1);
      expect(await async.models.list().toArray()).toHaveLength(1);
    },
    tls: async () => {
      await refused({ tls: { certificate: "x" } }, {}, /tls option "certificate" as it does not exist/);
      expect(await thrown({ tls: { ca: "x" } })).toEqual([null, null]);
    },
    agent: async () => {
      const agent = new Agent({ keepAlive: true });
      await asyncOnly("agent", agent);
      expect(Object.keys({ ...agent.freeSockets, ...agent.sockets })).toHaveLength(1);
      agent.destroy();
    },
  },
  request: {
    timeout: () => timesOut({}, { timeout: 20 }),
    maxRetries: () => doesNotRetry({}, { maxRetries: 0 }),
    headers: async () => {
      const { headers } = await sent(
        { defaultHeaders: { "x-one": "1" } },
        { headers: { "X-One": null, b: "2" } },
      );
      expect(headers["b"]).toBe("2");
      expect(headers).not.toHaveProperty("x-one");
    },
    query: async () => {
      expect((await sent({}, { query: { a: 1 } })).url).toBe("/v1/models?limit=5&a=1");
      expect((await sent({}, { query: { limit: 7 } })).url).toBe("/v1/models?limit=7");
    },
    signal: async () => {
      const [sync, async] = await thrown({}, { signal: AbortSignal.abort() });
      expect(String(sync)).toContain("option signal in the sync client");
      expect(async).toBeInstanceOf(APIUserAbortError);
    },
    workspaceId: async () => {
      const { headers } = await sent({ workspaceId: "w" }, { workspaceId: "other" });
      expect(headers["anthropic-workspace-id"]).toBe("other");
      for (const client of clients())
        expect(() => client.organization.users.list({}, { workspaceId: "w" })).toThrow(ConfigurationError);
    },
    pace: () => refused({}, { pace: "fast" }, /option pace as it must be one of "auto", "off"/),
    resumeFrom: async () => {
      for (const client of clients()) {
        await server.play(...pages, ...pages.slice(1));
        const page = await client.models.list();
        const walk = page.items({ maxItems: 2 });
        for await (const _ of walk);
        const rest = await client.models.list({}, { resumeFrom: walk.checkpoint });
        expect(rest.data.map(({ id }) => id)).toEqual(["c"]);
      }
    },
  },
  environment: {
    ANTHROPIC_API_KEY: async () => {
      vi.stubEnv("ANTHROPIC_API_KEY", " env ");
      expect((await sent({ apiKey: undefined })).headers["x-api-key"]).toBe("env");
    },
    ANTHROPIC_AUTH_TOKEN: async () => {
      vi.stubEnv("ANTHROPIC_API_KEY", "env");
      vi.stubEnv("ANTHROPIC_AUTH_TOKEN", "token");
      const { headers } = await sent({ apiKey: undefined });
      expect(headers).toMatchObject({ "x-api-key": "env", authorization: "Bearer token" });
      const warn = vi.fn();
      const logger = { error: warn, warn, info: warn, debug: warn };
      const later = await sent({ apiKey: undefined, apiVersion: "2026-10-21", logger });
      expect(later.headers["authorization"]).toBe("Bearer env");
      expect(warn).toHaveBeenCalledTimes(2);
    },
    ANTHROPIC_BASE_URL: async () => {
      vi.stubEnv("ANTHROPIC_BASE_URL", `${server.url}/env`);
      expect((await sent({ baseURL: undefined })).url).toMatch(/^\/env\/v1/);
    },
    ANTHROPIC_CUSTOM_HEADERS: async () => {
      vi.stubEnv("ANTHROPIC_CUSTOM_HEADERS", "x-one: 1");
      expect((await sent()).headers["x-one"]).toBe("1");
      vi.stubEnv("ANTHROPIC_CUSTOM_HEADERS", "x-one: 1\nnonsense");
      await refused({}, {}, /line 2 of ANTHROPIC_CUSTOM_HEADERS/);
    },
    ANTHROPIC_LOG: async () => {
      const [info, warn] = [vi.fn(), vi.fn()];
      const logger = { error: warn, warn, info, debug: warn };
      vi.stubEnv("ANTHROPIC_LOG", "info");
      await sent({ logger });
      expect([info.mock.calls.length, warn.mock.calls.length]).toEqual([2, 0]);
      vi.stubEnv("ANTHROPIC_LOG", "nonsense");
      await sent({ logger });
      expect([info.mock.calls.length, warn.mock.calls.length]).toEqual([2, 2]);
    },
    HTTPS_PROXY: async () => {
      vi.stubEnv("NO_PROXY", "");
      vi.stubEnv("HTTPS_PROXY", "http://127.0.0.1:1");
      const unreachable = { baseURL: "https://api.example.invalid", maxRetries: 0 };
      for (const error of await thrown(unreachable))
        expect(String(error)).toMatch(/ECONNREFUSED 127.0.0.1:1/);
    },
  },
};

/** No client takes an option that it does not have. */
async function isUnknown(section: keyof typeof tables, names: readonly string[]): Promise<void> {
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    if (section === "environment") {
      vi.stubEnv(name, "nonsense");
      expect(await thrown({})).toEqual([null, null]);
    } else if (section === "client") await refused({ [name]: "x" }, {}, /does not exist/);
    else await refused({}, { [name]: "x" }, /does not exist/);
  }
}

for (const [section, rows] of Object.entries(tables) as [keyof typeof tables, Row[]][]) {
  describe(`the table of ${section} options`, () => {
    for (const { python, typescript, pageturn, compared } of rows) {
      const label = pageturn ?? `no ${typescript[0] ?? python[0]}`;
      test(`${label}: ${compared.slice(0, 80)}`, async () => {
        expect(compared).toMatch(pageturn === null ? /^absent/ : /^(?:same|different|pageturn alone)/);
        if (compared.startsWith("pageturn alone")) expect([...python, ...typescript]).toEqual([]);
        if (pageturn === null) return isUnknown(section, typescript.length > 0 ? typescript : python);
        const check = cases[section][pageturn];
        expect(check, `there is no case for ${pageturn}`).toBeDefined();
        await check?.();
      });
    }

    test("no case is without a row, and no option without a case", () => {
      const named = rows.flatMap(({ pageturn }) => pageturn ?? []);
      expect(Object.keys(cases[section]).toSorted()).toEqual(named.toSorted());
      const options = {
        client: ANTHROPIC_CLIENTS.optionNames,
        request: [...LIST_OPTIONS, "workspaceId"],
        environment: named,
      };
      expect(named.toSorted()).toEqual([...options[section]].toSorted());
    });
  });
}

test.each([
  ["client", "client.d.ts", "ClientOptions"],
  ["request", "internal/request-options.d.ts", "RequestOptions"],
] as const)("every option of the official SDK has a row: %s", (section, file, name) => {
  const text = readFileSync(join(root, "node_modules/@anthropic-ai/sdk", file), "utf8");
  const [, body = ""] = text.split(`export interface ${name} {`);
  const [members = ""] = body.split("\n}");
  const names = Array.from(members.matchAll(/^ {4}(\w+)\??:/gm), ([, each = ""]) => each);
  expect(names.length).toBeGreaterThan(10);
  const rows = tables[section].flatMap(({ typescript }) => typescript);
  expect(names.filter((each) => !each.startsWith("__") && !rows.includes(each))).toEqual([]);
});
