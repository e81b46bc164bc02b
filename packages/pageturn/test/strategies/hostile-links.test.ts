import { createClient, createSyncClient } from "pageturn/client";
import { linkHeader, nextURL } from "pageturn/strategies";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HostileServers, type Lead, type Received, startHostileServers } from "./hostile-servers.ts";

let servers: HostileServers;
let before: string | undefined;

beforeAll(async () => {
  servers = await startHostileServers();
  before = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
  // The https API has a certificate of its own; the worker of the sync client reads this when it starts.
  process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
});

afterAll(async () => {
  if (before === undefined) delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
  else process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = before;
  await servers.close();
});

const CREDENTIALS = {
  headers: {
    authorization: "Bearer SECRET-1",
    cookie: "session=SECRET-2",
    "x-api-key": "SECRET-3",
    "x-tenant": "SECRET-4",
  },
  query: { api_key: "SECRET-5", access_token: "SECRET-6" },
};

interface Call {
  readonly baseURL: string;
  readonly lead: Lead;
  readonly target: string;
  readonly crossOrigin?: "refuse" | "strip";
}

/** What one list returned or threw, and what arrived at the servers. */
interface Result {
  readonly items: unknown;
  readonly elsewhere: readonly Received[];
  readonly atAPI: readonly Received[];
}

/** The same list by both clients. */
async function both({ baseURL, lead, target, ...rest }: Call): Promise<readonly Result[]> {
  const results: Result[] = [];
  const options = { baseURL: `${baseURL}/v1`, maxRetries: 0, timeout: 5000, ...CREDENTIALS, ...rest };
  const strategy = lead === "header" ? linkHeader() : nextURL();
  for (const kind of ["sync", "async"] as const) {
    await servers.leadTo(target);
    let items: unknown;
    try {
      if (kind === "sync") items = createSyncClient(options).list(`/${lead}`, { strategy }).toArray();
      else {
        await using client = createClient(options);
        items = await client.list(`/${lead}`, { strategy }).toArray();
      }
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
      expect(String(error)).not.toContain("SECRET");
      items = error;
    }
    const received = await servers.received();
    results.push({
      items,
      elsewhere: received.filter(({ server }) => server === "elsewhere"),
      atAPI: received.filter(({ server }) => server === "api"),
    });
  }
  return results;
}

/** Targets that lead to the other server, or would where a client read them otherwise; `{}` is its host and port. */
const FOREIGN = [
  "http://{}/steal",
  "http://localhost:{port}/steal",
  "http://user:password@{}/steal",
  "http://127.0.0.1@{}/steal",
  "//{}/steal",
  "\\\\{}\\steal",
  "/\\{}/steal",
  "\\/{}/steal",
  "http:\\\\{}\\steal",
  "http:/{}/steal",
  " http://{}/steal",
  "HTTP://{}/steal",
  "http://{}?@127.0.0.1/steal",
  "http://{}#@127.0.0.1/steal",
];

/** Targets that no client requests at all. */
const NO_HTTP = [
  "file:///etc/passwd",
  "file://{}/etc/passwd",
  "javascript:fetch('//{}/steal')",
  'data:application/json,{"results":[2]}',
  "ftp://{}/steal",
  "ws://{}/steal",
  "blob:http://{}/steal",
  "http://127.0.0.1%0d%0aHost:{}/steal",
  "http://127.0.0.1%00.{}/steal",
  "http://[/steal",
  "///",
];

/** Only a body can hold a line break. */
const BODY_ONLY = ["http:/\n/{}/steal", "ht\ttp://{}/steal", "\n//{}/steal", "/\r\n/{}/steal"];

/** Targets that stay where they are, whatever they look like. */
const WITHIN = [
  "../../../steal",
  "/steal%0d%0aHost:%20{}",
  "/v1/%2f%2f{}/steal",
  "?url=http://{}/steal",
  "./steal;@{}",
];

const at = (template: string, lead: Lead = "body") =>
  template
    .replace("{port}", servers.elsewhere.replace(/^.*:/, ""))
    .replace("{}", servers.elsewhere)
    .replace("steal", lead === "header" ? "steal-array" : "steal");

const LEADS = ["body", "header", "redirect"] as const;

const cases = [...FOREIGN, ...NO_HTTP].flatMap((template) => LEADS.map((lead) => [lead, template] as const));

describe("by default, nothing arrives at another origin", () => {
  test.each([...cases, ...BODY_ONLY.map((template) => ["body", template] as const)])(
    "%s leads to %j",
    async (lead, template) => {
      for (const { items, elsewhere, atAPI } of await both({
        baseURL: servers.http,
        lead,
        target: at(template, lead),
      })) {
        expect(elsewhere).toEqual([]);
        // It is an error, not the end of the list, unless the URL is one of the same origin.
        if (!(items instanceof Error)) expect(atAPI.length).toBeGreaterThan(1);
      }
    },
  );

  test("the error says what to do", async () => {
    for (const lead of ["body", "header"] as const)
      for (const { items } of await both({
        baseURL: servers.http,
        lead,
        target: at("http://{}/steal", lead),
      }))
        expect(String(items)).toMatch(
          /^PaginationError: Cannot follow the link of \/\w+: it leads to another origin, to which the credentials would go/,
        );
    for (const { items } of await both({
      baseURL: servers.http,
      lead: "redirect",
      target: at("http://{}/steal"),
    }))
      expect(String(items)).toMatch(/Redirects to another origin.* are not followed: set baseURL/);
  });

  test.each(LEADS)("from https to http, by %s", async (lead) => {
    for (const crossOrigin of ["refuse", "strip"] as const)
      for (const target of [
        at("http://{}/steal", lead),
        servers.http,
        servers.https.replace("https:", "http:"),
      ]) {
        for (const { items, elsewhere, atAPI } of await both({
          baseURL: servers.https,
          lead,
          target,
          crossOrigin,
        })) {
          expect(items).toBeInstanceOf(Error);
          expect(elsewhere).toEqual([]);
          expect(atAPI).toHaveLength(1);
        }
      }
  });

  test.each(WITHIN.flatMap((template) => LEADS.map((lead) => [lead, template] as const)))(
    "%s leads to %j, which is the same origin",
    async (lead, template) => {
      for (const { elsewhere, atAPI } of await both({
        baseURL: servers.http,
        lead,
        target: at(template, lead),
      })) {
        expect(elsewhere).toEqual([]);
        expect(atAPI.length).toBeGreaterThan(1);
        expect(atAPI.every(({ headers }) => headers.authorization === "Bearer SECRET-1")).toBe(true);
        expect(atAPI.every(({ headers }) => headers.host === servers.http.replace("http://", ""))).toBe(true);
      }
    },
  );
});

describe('with crossOrigin: "strip"', () => {
  test.each(cases)("no credential arrives where %s leads to %j", async (lead, template) => {
    const target = at(template, lead);
    for (const { elsewhere } of await both({ baseURL: servers.http, lead, target, crossOrigin: "strip" }))
      expect(JSON.stringify(elsewhere)).not.toContain("SECRET");
  });

  test.each(LEADS)("the page arrives by %s, without a header of the caller", async (lead) => {
    const target = at("http://{}/steal?page=2", lead);
    for (const { items, elsewhere } of await both({
      baseURL: servers.http,
      lead,
      target,
      crossOrigin: "strip",
    })) {
      expect(items).toEqual(lead === "redirect" ? [2] : [1, 2]);
      expect(elsewhere).toHaveLength(1);
      const [{ url, headers } = { url: "", headers: {} }] = elsewhere;
      expect(url).toMatch(/^\/steal(-array)?\?page=2$/);
      const names = Object.keys(headers).filter(
        (name) => !["accept", "accept-encoding", "connection", "host", "user-agent"].includes(name),
      );
      expect(names).toEqual([]);
    }
  });

  test("no credential arrives where the other origin leads back to the API", async () => {
    const back = encodeURIComponent(`${servers.http}/v1/delete-all`);
    const target = at(`http://{}/steal?back=${back}`);
    for (const { items, elsewhere, atAPI } of await both({
      baseURL: servers.http,
      lead: "body",
      target,
      crossOrigin: "strip",
    })) {
      expect(items).toEqual([1, 2, 3]);
      expect(elsewhere).toHaveLength(1);
      expect(atAPI.map(({ url }) => url.replace(/\?.*/, ""))).toEqual(["/v1/body", "/v1/delete-all"]);
      expect(JSON.stringify(atAPI[1])).not.toContain("SECRET");
    }
  });

  test.each(["absolute", "relative"])(
    "no credential arrives where the page that a redirect led to leads on by an %s link",
    async (kind) => {
      const isBack = kind === "absolute";
      const link = isBack ? `${servers.http}/v1/delete-all` : "delete-all?back=";
      const target = at(`http://{}/steal?back=${encodeURIComponent(link)}`);
      for (const { items, elsewhere, atAPI } of await both({
        baseURL: servers.http,
        lead: "redirect",
        target,
        crossOrigin: "strip",
      })) {
        // The relative one leads to another path of the other server.
        expect(items).toEqual(isBack ? [2, 3] : [2, 2]);
        expect(elsewhere.map(({ url }) => url.replace(/\?.*/, ""))).toEqual(
          isBack ? ["/steal"] : ["/steal", "/delete-all"],
        );
        expect(atAPI.map(({ url }) => url.replace(/\?.*/, ""))).toEqual(
          isBack ? ["/v1/redirect", "/v1/delete-all"] : ["/v1/redirect"],
        );
        expect(JSON.stringify([elsewhere, atAPI.slice(1)])).not.toContain("SECRET");
      }
    },
  );

  test("a link within the origin has the credentials", async () => {
    const target = `${servers.http}/v1/other?page=2`;
    for (const { atAPI } of await both({
      baseURL: servers.http,
      lead: "body",
      target,
      crossOrigin: "strip",
    })) {
      expect(atAPI).toHaveLength(2);
      expect(atAPI[1]?.headers).toMatchObject({
        authorization: "Bearer SECRET-1",
        cookie: "session=SECRET-2",
      });
      expect(atAPI[1]?.url).toContain("api_key=SECRET-5");
    }
  });
});
