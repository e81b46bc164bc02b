import { Agent as HttpsAgent } from "node:https";
import {
  Anthropic,
  AsyncAnthropic,
  type AsyncClientOptions,
  ConfigurationError,
  createClient,
} from "pageturn";
import { Agent } from "undici";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { AUTHORITY, certificate } from "../http/certificates.ts";
import { type RecordingServer, startRecordingServer } from "../servers/recording-server.ts";

/** A server of a private authority that asks for a certificate of the client. */
let secure: RecordingServer;
beforeAll(async () => {
  secure = await startRecordingServer({
    ca: AUTHORITY,
    ...certificate("server"),
    requestCert: true,
    rejectUnauthorized: true,
  });
});
afterEach(() => vi.unstubAllGlobals());
afterAll(() => secure.close());

const tls = { ca: AUTHORITY, ...certificate("client") };
const client = (options: AsyncClientOptions) =>
  new AsyncAnthropic({ apiKey: "key", maxRetries: 0, ...options });

test("a dispatcher of undici brings its own authority and the certificate of the client", async () => {
  const dispatcher = new Agent({ connect: tls });
  const trusted = client({ baseURL: secure.url, fetchOptions: { dispatcher } });
  expect(await trusted.models.list().toArray()).toEqual([]);
  await expect(trusted.withOptions({ maxRetries: 0 }).models.list().toArray()).resolves.toEqual([]);
  await dispatcher.close();
});

test("without it the server is refused, and with the authority alone it refuses", async () => {
  await expect(client({ baseURL: secure.url, fetchOptions: {} }).models.list()).rejects.toThrow(
    /certificate/,
  );
  const dispatcher = new Agent({ connect: { ca: AUTHORITY } });
  const nameless = client({ baseURL: secure.url, fetchOptions: { dispatcher } });
  await expect(nameless.models.list()).rejects.toThrow(/certificate|handshake|ECONNRESET|closed/i);
  await dispatcher.close();
});

test("tls and agent do the same for the connections of the client itself, tls in both clients", async () => {
  expect(await client({ baseURL: secure.url, tls }).models.list().toArray()).toEqual([]);
  const agent = new HttpsAgent(tls);
  expect(await client({ baseURL: secure.url, agent }).models.list().toArray()).toEqual([]);
  agent.destroy();
  const sync = new Anthropic({ apiKey: "key", baseURL: secure.url, maxRetries: 0, tls });
  expect(sync.models.list().toArray()).toEqual([]);
  sync.close();
});

test("they are added to every call of fetch: that of the option, or that of the platform", async () => {
  const fetch = vi.fn(async () => Response.json({ data: [], has_more: false }));
  vi.stubGlobal("fetch", fetch);
  const dispatcher = { name: "mine" };
  await client({ fetchOptions: { cache: "no-store", dispatcher } }).models.list();
  expect(fetch).toHaveBeenCalledTimes(1);
  const own = vi.fn(async () => Response.json({ data: [], has_more: false }));
  await client({ fetch: own, fetchOptions: { keepalive: true } }).models.list();
  expect(fetch.mock.calls[0]).toMatchObject([
    "https://api.anthropic.com/v1/models",
    { cache: "no-store", dispatcher, method: "GET", redirect: "manual", headers: { "x-api-key": "key" } },
  ]);
  expect(own.mock.calls[0]).toMatchObject([expect.any(String), { keepalive: true, method: "GET" }]);
});

test("they are copied, and a clone may have others", async () => {
  const fetch = vi.fn(async () => Response.json({ data: [], has_more: false }));
  const fetchOptions: { cache: RequestCache } = { cache: "no-store" };
  const first = client({ fetch, fetchOptions });
  fetchOptions.cache = "reload";
  await first.models.list();
  await first.withOptions({ fetchOptions: { cache: "default" } }).models.list();
  expect(fetch.mock.calls.map(([, init]: unknown[]) => Reflect.get(Object(init), "cache"))).toEqual([
    "no-store",
    "default",
  ]);
});

test.each(["method", "headers", "body", "signal", "redirect"])(
  "what the client itself sets is refused: %s",
  (name) => {
    for (const make of [
      (options: object) => client(options),
      (options: object) => createClient({ baseURL: "https://h", ...options }),
    ]) {
      const refused = () => make({ fetchOptions: { [name]: "SECRET" } });
      expect(refused).toThrow(ConfigurationError);
      expect(refused).toThrow(`option fetchOptions.${name} as the client itself sets it`);
      expect(refused).not.toThrow("SECRET");
    }
  },
);

test("they do not go together with agent or tls, nor with the sync client", () => {
  expect(() => client({ fetchOptions: {}, tls })).toThrow(/options fetchOptions and tls together/);
  expect(() => client({ fetchOptions: {}, agent: new HttpsAgent() })).toThrow(
    /fetchOptions and agent together/,
  );
  expect(() => new Anthropic(Object({ fetchOptions: {} }))).toThrow(
    /option fetchOptions in the sync client as it blocks .*option tls for certificates/,
  );
  expect(() => client(Object({ fetchOptions: "proxy" }))).toThrow(/option fetchOptions/);
});
