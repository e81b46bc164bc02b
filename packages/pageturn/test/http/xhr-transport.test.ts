import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Attempts } from "../../src/http/attempts.ts";
import { sendAttemptsSync } from "../../src/http/send-attempts.ts";
import { XHRTransport } from "../../src/http/sync/xhr-transport.ts";

const request = { method: "GET", url: "https://host/v1/models?key=1", headers: { accept: "a" }, body: null };
const options = { timeout: 1000, maxResponseBytes: 100, maxRetries: 1 };

interface Answer {
  readonly status?: number;
  readonly headers?: string;
  readonly body?: string;
  readonly url?: string;
  readonly failure?: Error;
}

let answers: Answer[] = [];
let sent: string[] = [];

/** A stand-in for `XMLHttpRequest`, which Node does not have; `npm run runtimes` uses the one of a browser. */
class FakeXHR {
  responseType = "";
  timeout = 0;
  status = 0;
  responseURL = "";
  response: ArrayBuffer | null = null;
  #url = "";
  #headers = "";

  open(method: string, url: string, isAsync: boolean): void {
    this.#url = url;
    sent.push(`${method} ${url} ${isAsync}`);
  }

  setRequestHeader(name: string, value: string): void {
    sent.push(`${name}: ${value}`);
  }

  send(): void {
    const { status = 200, headers = "", body = "{}", url = this.#url, failure } = answers.shift() ?? {};
    if (failure !== undefined) throw failure;
    this.status = status;
    this.responseURL = url;
    this.#headers = headers;
    this.response = Uint8Array.from(Buffer.from(body)).buffer;
  }

  getAllResponseHeaders(): string {
    return this.#headers;
  }
}

/** Sends the request as a client does, with its retries. */
function sendAll(): ReturnType<XHRTransport["send"]> {
  const attempts = new Attempts(request, options, { asking: undefined, log: undefined });
  return sendAttemptsSync(new XHRTransport(), attempts);
}

beforeEach(() => {
  answers = [];
  sent = [];
  vi.stubGlobal("XMLHttpRequest", FakeXHR);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test("a request is sent once and answered with status, headers and bytes", () => {
  answers = [{ headers: "content-type: application/json\r\nrequest-id: req_1\r\n", body: '{"data":[]}' }];
  const { response, retries, url } = new XHRTransport().send(request, options);
  expect(response).toMatchObject({
    status: 200,
    headers: { "content-type": "application/json", "request-id": "req_1" },
  });
  expect(Buffer.from(response.body).toString()).toBe('{"data":[]}');
  expect([retries, url]).toEqual([0, request.url]);
  expect(sent).toEqual([`GET ${request.url} false`, "accept: a"]);
});

test("an answer that is to be retried is, after the wait that it asks for", () => {
  answers = [{ status: 529, headers: "retry-after-ms: 5\r\n" }, {}];
  expect(sendAll()).toMatchObject({ retries: 1, response: { status: 200 } });
});

test("it waits in a web worker that has no SharedArrayBuffer", () => {
  vi.stubGlobal("SharedArrayBuffer", undefined);
  answers = [{ status: 500, headers: "retry-after-ms: 5\r\n" }, {}];
  expect(sendAll().retries).toBe(1);
});

test.each([
  [
    "no answer",
    new Error("Failed to load 'https://host/v1/models?key=1'"),
    /^GET .* failed after 1 attempt: the browser got no answer/,
  ],
  ["a time limit", Object.assign(new Error(), { name: "TimeoutError" }), /no complete answer within 1000 ms/],
])("%s is an error without the message of the browser", (_, failure, message) => {
  answers = [{ failure }];
  const send = (): unknown => new XHRTransport().send(request, { ...options, maxRetries: 0 });
  expect(send).toThrow(message);
});

test("a body that is too large is an error, and is not requested again", () => {
  answers = [{ body: "x".repeat(101) }];
  expect(() => new XHRTransport().send(request, options)).toThrow(/larger than 100 bytes/);
  expect(sent).toHaveLength(2);
});

test("a redirect that the browser has followed is an answer of status 0", () => {
  answers = [{ url: "https://other/" }];
  const { response } = new XHRTransport().send(request, options);
  expect([response.status, response.body.byteLength]).toEqual([0, 0]);
});

test("a request ahead is sent when it is waited for, once, and not after it was aborted", () => {
  const transport = new XHRTransport();
  const exchange = transport.start(request, options);
  expect(sent).toEqual([]);
  expect(exchange.wait()).toBe(exchange.wait());
  expect(sent).toHaveLength(2);
  const aborted = transport.start(request, options);
  aborted.cancel();
  expect(() => aborted.wait()).toThrow(/was aborted/);
});

test("the wait before a request is waited for", () => {
  const start = performance.now();
  new XHRTransport().send(request, { ...options, waitFirst: 20 });
  expect(performance.now() - start).toBeGreaterThanOrEqual(19);
});

test("a page cannot wait", () => {
  vi.stubGlobal("document", {});
  const make = () => new XHRTransport({ asyncClient: "AsyncAnthropic" });
  // This page is in Node.js, and the message says that as well.
  expect(make).toThrow(/Use AsyncAnthropic\. This is Node\.js with the code for browsers/);
  vi.stubGlobal("process", undefined);
  try {
    make();
    expect.unreachable();
  } catch (error) {
    vi.unstubAllGlobals();
    expect(String(error)).toMatch(/Use AsyncAnthropic$/);
  }
});
