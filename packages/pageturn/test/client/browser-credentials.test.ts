import { Anthropic, AsyncAnthropic, ConfigurationError, createClient } from "pageturn";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** What the page of a browser has. */
beforeEach(() => {
  vi.stubGlobal("window", { document: {} });
  vi.stubGlobal("document", {});
  vi.stubGlobal("navigator", {});
  for (const name of ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"]) vi.stubEnv(name, "");
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

const clients = [
  (options: object) => new Anthropic(options),
  (options: object) => new AsyncAnthropic(options),
];

test.each([
  { apiKey: "sk-secret" },
  { authToken: "sk-secret" },
  { apiKey: () => "sk-secret" },
  { defaultHeaders: { "X-Api-Key": "sk-secret" } },
  { dangerouslyAllowBrowser: false, apiKey: "sk-secret" },
])("a credential in a browser is refused, with the reason and the remedy: %o", (options) => {
  for (const make of clients) {
    expect(() => make(options)).toThrow(ConfigurationError);
    expect(() => make(options)).toThrow(
      /everyone who opens the page can read it\. Set baseURL to a proxy .* dangerouslyAllowBrowser: true/,
    );
    expect(() => make(options)).not.toThrow(/sk-secret/);
  }
});

test("without one a client can be made: its requests go to a proxy", async () => {
  const fetch = vi.fn(async () => Response.json({ data: [], has_more: false }));
  const defaultHeaders = { "x-api-key": null };
  const client = new AsyncAnthropic({ baseURL: "https://site/api", defaultHeaders, fetch });
  expect(await client.models.list().toArray()).toEqual([]);
  expect(() => client.withOptions({ authToken: "sk-secret" })).toThrow(ConfigurationError);
  expect(() => new Anthropic({ defaultHeaders })).not.toThrow();
  expect(() => createClient({ baseURL: "https://h", headers: { authorization: "x" } })).not.toThrow();
});

test("the option permits it, and is sent as a header, also outside of browsers", async () => {
  const sent: unknown[] = [];
  const fetch = async (_: unknown, init?: RequestInit): Promise<Response> => {
    sent.push(Reflect.get(Object(init?.headers), "anthropic-dangerous-direct-browser-access"));
    return Response.json({ data: [], has_more: false });
  };
  const options = { apiKey: "key", fetch, dangerouslyAllowBrowser: true };
  await new AsyncAnthropic(options).models.list();
  vi.unstubAllGlobals();
  await new AsyncAnthropic(options).models.list();
  await new AsyncAnthropic({ apiKey: "key", fetch }).models.list();
  expect(sent).toEqual(["true", "true", undefined]);
  expect(() => new Anthropic({ apiKey: "key", dangerouslyAllowBrowser: true })).not.toThrow();
});

test.each(["jsdom/26.1.0", "HappyDOM/20.0.0"])(
  "a page that a test makes in Node.js is no page of a browser: %s",
  (name) => {
    vi.stubGlobal("navigator", {
      userAgent: `Mozilla/5.0 (linux) AppleWebKit/537.36 (KHTML, like Gecko) ${name}`,
    });
    for (const make of clients) expect(() => make({ apiKey: "key" })).not.toThrow();
  },
);

test.each(["window", "navigator"])("what has no %s is no page of a browser", (name) => {
  vi.stubGlobal(name, undefined);
  for (const make of clients) expect(() => make({ apiKey: "key" })).not.toThrow();
});
