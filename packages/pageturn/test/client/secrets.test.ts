import { type AddressInfo, createServer, type Socket } from "node:net";
import { inspect } from "node:util";
import { Anthropic, AsyncAnthropic, ConfigurationError, createClient } from "pageturn";
import { readCatalog } from "pageturn/catalog";
import { maskedURL } from "pageturn/client";
import { pageCursor, pageToken } from "pageturn/strategies";
import { type Fault, type MockServer, startMockServer } from "pageturn/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { both } from "./both-clients.ts";

const KEY = "sk-ant-very-secret-key-0123456789";
const TOKEN = "oauth-token-very-secret-abcdef";

let server: MockServer;
beforeAll(async () => {
  server = await startMockServer({ apiKey: KEY, items: 30 });
});
afterAll(() => server.close());

/** Everything a program could print of a value. */
function everyForm(value: unknown): string {
  const shown = inspect(value, { depth: 20, showHidden: true, getters: true });
  const json = JSON.stringify(value) ?? "";
  const error = value instanceof Error ? [value.message, value.stack, inspect(value.cause)].join("\n") : "";
  return [shown, json, String(value), error].join("\n");
}

function showsNoSecret(...values: readonly unknown[]): void {
  for (const value of values) {
    const text = everyForm(value);
    expect(text).not.toContain(KEY);
    expect(text).not.toContain(TOKEN);
  }
}

const thrownBy = async (list: () => unknown): Promise<unknown> => {
  try {
    return await list();
  } catch (error) {
    return error;
  }
};

test("no client, page, paginator, walk or checkpoint shows a credential", async () => {
  await server.setScript([]);
  const options = { baseURL: server.url, apiKey: KEY, authToken: TOKEN };
  const sync = new Anthropic(options);
  const async = new AsyncAnthropic(options);
  const page = sync.models.list();
  const paginator = async.models.list();
  const walk = paginator.items();
  await walk.next();
  showsNoSecret(
    sync,
    async,
    page,
    page.response,
    page.request,
    paginator,
    await paginator,
    walk,
    walk.checkpoint,
  );
});

test("no error shows a credential, even where the server sends it back", async () => {
  const options = { baseURL: server.url, apiKey: KEY, authToken: TOKEN, maxRetries: 0, timeout: 100 };
  const bodies = [`wrong key ${KEY}`, JSON.stringify({ error: { type: "x", message: `no ${TOKEN}` } })];
  const escaped = [...KEY]
    .map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
  bodies.push(`{"error":{"message":"${escaped}"}}`);
  for (const body of bodies) {
    await server.setScript([
      { fault: "status", status: 401, body, headers: { "x-echo": KEY }, times: "always" },
    ]);
    showsNoSecret(await thrownBy(() => new Anthropic(options).models.list()));
    showsNoSecret(await thrownBy(() => new AsyncAnthropic(options).models.list()));
  }
  await server.setScript([{ fault: "body", body: `${KEY} ${TOKEN}`, times: "always" }]);
  showsNoSecret(await thrownBy(() => new Anthropic(options).models.list()));
  await server.setScript([{ fault: "never", times: "always" }]);
  showsNoSecret(await thrownBy(() => new AsyncAnthropic(options).models.list()));
});

test("a server that echoes a credential anywhere in its answer does not get it shown", async () => {
  const echoes: ((socket: Socket, request: string) => void)[] = [
    (socket) => socket.end(`HTTP/1.1 500 No\r\nrequest-id: ${KEY}\r\ncontent-length: 2\r\n\r\n{}`),
    (socket) => socket.end(`HTTP/1.1 200 OK\r\nrequest-id: ${KEY}\r\ncontent-length: 2\r\n\r\n[]`),
    (socket) => socket.end(`HTTP/1.1 200 OK\r\ncontent-type: x/${KEY}\r\ncontent-length: 2\r\n\r\nno`),
    (socket) => socket.end(`HTTP/1.1 200 OK\r\ncontent-encoding: ${KEY}\r\ncontent-length: 2\r\n\r\nno`),
    (socket, request) =>
      socket.end(
        request.includes("token=")
          ? "HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n"
          : `HTTP/1.1 302 No\r\nlocation: /login?token=${TOKEN}\r\ncontent-length: 0\r\n\r\n`,
      ),
    (socket, request) => socket.end(request),
  ];
  for (const echo of echoes) {
    // It answers once on each connection; a request that comes after the end of it meets a closed one.
    const listener = createServer((socket) => socket.once("data", (data) => echo(socket, String(data))));
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    // The cast: a server that listens on a port has such an address.
    const { port } = listener.address() as AddressInfo;
    const options = { baseURL: `http://127.0.0.1:${port}`, apiKey: KEY, authToken: TOKEN, maxRetries: 0 };
    const thrown = await thrownBy(() => new AsyncAnthropic(options).models.list());
    expect(thrown).toBeInstanceOf(Error);
    showsNoSecret(thrown);
    listener.close();
  }
});

test("an error of every kind has status, headers and requestId, as those of the official SDK", async () => {
  const options = { baseURL: server.url, apiKey: KEY, maxRetries: 0, timeout: 100 };
  const thrown = async (fault: Fault) => {
    await server.setScript([{ ...fault, times: "always" }]);
    return thrownBy(() => new AsyncAnthropic(options).models.list());
  };
  const status = await thrown({ fault: "status", status: 404, headers: { "x-echo": KEY } });
  expect(status).toMatchObject({ status: 404, headers: expect.any(Headers) });
  expect(status).toMatchObject({ requestId: expect.stringMatching(/^req_/) });
  expect(Reflect.get(Object(status), "requestID")).toBe(Reflect.get(Object(status), "requestId"));
  const validation = await thrown({ fault: "status", status: 200, headers: { "x-echo": KEY }, body: "OK" });
  expect(validation).toMatchObject({ status: 200, headers: expect.any(Headers) });
  expect(everyForm({ ...Object(validation) })).not.toContain("x-echo");
  const none = await thrown({ fault: "never" });
  expect(none).toMatchObject({ status: undefined, headers: undefined, requestId: null, requestID: null });
  showsNoSecret(status, validation, none);
});

test("a credential that the server sends back in a URL is masked", async () => {
  const odd = "sk+odd/secret=0123456789";
  const body = `{"error":{"message":"see /login?key=${encodeURIComponent(odd)}"}}`;
  await server.setScript([{ fault: "status", status: 401, body, times: "always" }]);
  const options = { baseURL: server.url, apiKey: odd, maxRetries: 0 };
  for (const thrown of await both(options, (client) => client.models.list())) {
    expect(everyForm(thrown)).toContain("see /login?key=[redacted]");
    expect(everyForm(thrown)).not.toContain(encodeURIComponent(odd));
  }
});

test("an error of a fetch, or of a page, that quotes a credential shows none", async () => {
  const quoting =
    (message: string): typeof globalThis.fetch =>
    async () => {
      throw Object.assign(new TypeError("fetch failed", { cause: new Error(message) }), {
        code: "ECONNRESET",
      });
    };
  const query = { api_key: TOKEN };
  for (const message of [`request to http://x.test?api_key=${TOKEN} failed`, `x-api-key: ${KEY}`]) {
    const client = new AsyncAnthropic({ apiKey: KEY, maxRetries: 0, fetch: quoting(message) });
    const thrown = await thrownBy(() => client.models.list({}, { query }).firstPage());
    expect(thrown).toMatchObject({
      name: "APIConnectionError",
      message: expect.stringContaining("[redacted]"),
    });
    showsNoSecret(thrown);
  }
  const options = { baseURL: server.url, apiKey: KEY, maxRetries: 0 };
  for (const body of [
    { data: [], has_more: KEY },
    { [KEY]: 1 },
    { data: { [KEY]: 1 } },
    { data: [], last_id: { a: KEY } },
  ]) {
    await server.setScript([
      {
        fault: "status",
        status: 200,
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
        times: "always",
      },
    ]);
    for (const thrown of await both(options, (client) => client.models.list())) {
      expect(thrown).toBeInstanceOf(Error);
      showsNoSecret(thrown);
    }
  }
});

test("a lone surrogate in a credential does not keep its errors from being masked", async () => {
  const query = { api_key: "lone-\ud800-surrogate" };
  const thrown = await thrownBy(() => new Anthropic({ apiKey: KEY }).models.list({}, { query }));
  expect(thrown).toBeInstanceOf(ConfigurationError);
});

test("the headers of an answer are for programs: nothing that prints an error shows its cookies", async () => {
  const headers = { "set-cookie": "session=very-private" };
  const options = { baseURL: server.url, apiKey: KEY, maxRetries: 0 };
  for (const status of [200, 404, 529]) {
    await server.setScript([{ fault: "status", status, headers, body: "no", times: "always" }]);
    for (const thrown of await both(options, (client) => client.models.list())) {
      expect(thrown).toMatchObject({ headers: expect.any(Headers) });
      expect(inspect(thrown, { depth: 20 }) + JSON.stringify(thrown)).not.toContain("very-private");
    }
  }
});

test("a credential that is the beginning of another one does not leave its rest", async () => {
  await server.setScript([{ fault: "status", status: 401, body: `no ${KEY}-and-more`, times: "always" }]);
  const options = { baseURL: server.url, apiKey: KEY, authToken: `${KEY}-and-more`, maxRetries: 0 };
  const thrown = await thrownBy(() => new AsyncAnthropic(options).models.list());
  expect(everyForm(thrown)).not.toContain("-and-more");
});

test("a credential that cannot be sent is refused without being shown", async () => {
  const broken = `${KEY}\n${TOKEN}`;
  showsNoSecret(await thrownBy(() => new Anthropic({ apiKey: broken }).models.list()));
  showsNoSecret(
    await thrownBy(() => new AsyncAnthropic({ defaultHeaders: { "x-api-key": broken } }).models.list()),
  );
  showsNoSecret(
    await thrownBy(() => new AsyncAnthropic({ baseURL: `https://user:${KEY}@host`, apiKey: TOKEN })),
  );
  for (const baseURL of [KEY, `https://host?key=${KEY}`, `https://host#${TOKEN}`]) {
    showsNoSecret(await thrownBy(() => new Anthropic({ baseURL })));
  }
});

test("the values of parameters that may be credentials are in no error, log or masked URL", async () => {
  const value = "S3CR3T-VALUE-1";
  const names =
    "token key auth pw pwd pass code sig sign jwt hmac otp credential api_key[] hapikey access_token accessToken user_pw oauth_token oauth_signature";
  for (const name of [...names.split(" "), "client%5Fsecret", "X-Amz-Signature", "X-Functions-Key"]) {
    const url = `https://api.test/list?${name}=${value}&limit=5`;
    expect(maskedURL(url)).toBe(`https://api.test/list?${name}=[redacted]&limit=5`);
    const logged: unknown[] = [];
    const log = (...args: unknown[]) => void logged.push(args);
    const client = createClient({
      baseURL: "https://api.test",
      strategy: pageCursor(),
      fetch: async (sent) => Response.json({ error: { message: `bad ${sent}` } }, { status: 401 }),
      logger: { error: log, warn: log, info: log, debug: log },
      logLevel: "debug",
    });
    const error = await thrownBy(() => client.list(`/list?${name}=${value}`).firstPage());
    expect(error).toBeInstanceOf(Error);
    expect(everyForm(error)).not.toContain(value);
    expect(inspect(logged, { depth: 9 })).not.toContain(value);
  }
});

test("a login in a URL is masked up to the last @ of the host", () => {
  for (const login of ["user:p", "user:p@ss@", "user"])
    expect(maskedURL(`https://${login}@api.test/a@b?c=d@e`)).toBe("https://[redacted]@api.test/a@b?c=d@e");
});

test("no parameter of the catalog, no cursor and no order is masked", () => {
  const catalog = readCatalog().endpoints.flatMap(({ queryParams }) =>
    queryParams.flatMap(({ name, wire }) => [name, wire]),
  );
  const others =
    "page_token next_token nextPageToken pageToken $skiptoken continuationToken cursor sort_key author design keyword country_code";
  for (const name of [...catalog, ...others.split(" ")]) {
    const url = `https://api.test/list?${name}=value`;
    expect(maskedURL(url)).toBe(url);
    expect(maskedURL(encodeURI(url))).toBe(encodeURI(url));
  }
});

test("what signs a link is masked where a server sends it back, and is in no checkpoint", async () => {
  const value = "SIGNED-VALUE-1";
  for (const name of [
    "sig",
    "X-Amz-Signature",
    "X-Amz-Security-Token",
    "X-Goog-Credential",
    "secret",
    "jwt",
    "subscription-key",
  ]) {
    const fetch: typeof globalThis.fetch = async (url) =>
      String(url).includes("/list")
        ? Response.json({ data: [1], next_cursor: "2" })
        : Response.json({ error: { message: `bad ${url}` } }, { status: 401 });
    const client = createClient({
      baseURL: "https://api.test",
      query: { [name]: value },
      strategy: pageCursor(),
      fetch,
      maxRetries: 0,
    });
    const error = await thrownBy(() => client.list("/echo").firstPage());
    expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain(value);
    const walk = client.list("/list").items();
    await walk.next();
    expect(JSON.stringify(walk.checkpoint)).not.toContain(value);
  }
});

/** A list of five items in pages of one, paged by `cursor`. */
function pagedBy(cursor: string, query: Readonly<Record<string, string>>) {
  const fetch: typeof globalThis.fetch = async (url) => {
    const at = Number(new URL(String(url)).searchParams.get(cursor) ?? 0);
    return Response.json({ data: [{ id: at }], next: at < 4 ? String(at + 1) : null });
  };
  const strategy = pageToken({ items: "data", from: { body: "next" }, to: cursor });
  return createClient({ baseURL: "https://api.test", query, strategy, fetch }).list<{ id: number }>("/list");
}

test("a parameter that is called as the credentials of some servers is masked", () => {
  for (const name of ["bearer", "session", "sid", "appid", "SID", "otp", "user-auth"])
    expect(maskedURL(`https://api.test/list?${name}=value`)).toBe(`https://api.test/list?${name}=[redacted]`);
});

test("a value that may be a credential is in no checkpoint, and still shows that the list is another one", async () => {
  for (const name of ["token", "key", "auth", "code", "X-Signature"]) {
    const walk = pagedBy("page", { [name]: "MAYBE-SECRET" }).items();
    await walk.next();
    const { checkpoint } = walk;
    expect(JSON.stringify(checkpoint)).not.toContain("MAYBE-SECRET");
    const same = pagedBy("page", { [name]: "MAYBE-SECRET" });
    expect(await same.toArray({ resumeFrom: checkpoint })).toEqual([
      { id: 1 },
      { id: 2 },
      { id: 3 },
      { id: 4 },
    ]);
    for (const query of [{ [name]: "another" }, {}])
      expect(() => pagedBy("page", query).items({ resumeFrom: checkpoint })).toThrow(
        /belongs to a list with/,
      );
  }
});

test("a checkpoint keeps the cursor of its strategy, whatever its name", async () => {
  for (const cursor of ["token", "key", "code", "session_token", "secret"]) {
    const walk = pagedBy(cursor, {}).items();
    for (let taken = 0; taken < 3; taken += 1) await walk.next();
    expect(await pagedBy(cursor, {}).toArray({ resumeFrom: walk.checkpoint })).toEqual([
      { id: 3 },
      { id: 4 },
    ]);
  }
});
