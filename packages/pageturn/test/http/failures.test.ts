import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { attemptFailure, causeCode, isProgramError } from "../../src/http/failures.ts";

const request = { method: "GET", url: "https://api.test/v1/models" };

function coded(code: string, options?: ErrorOptions): Error {
  return Object.assign(new Error(`failed with ${code}`, options), { code });
}

test("the innermost system code counts", () => {
  expect(causeCode(coded("OUTER", { cause: new Error("middle", { cause: coded("ENOTFOUND") }) }))).toBe(
    "ENOTFOUND",
  );
  expect(causeCode(new AggregateError([coded("ECONNREFUSED"), coded("EHOSTUNREACH")]))).toBe("ECONNREFUSED");
  expect(causeCode(new AggregateError([], "none", { cause: coded("EPIPE") }))).toBe("EPIPE");
  expect(causeCode(new Error("no code"))).toBeNull();
  expect(causeCode("text")).toBeNull();
});

test("causes that go in a circle end", () => {
  const error = coded("EPIPE");
  error.cause = error;
  expect(causeCode(error)).toBe("EPIPE");
});

test("the innermost error's own words are kept, with its code and a remedy that fits it", () => {
  const wrapped = new TypeError("fetch failed", { cause: coded("ECONNREFUSED") });
  expect(attemptFailure(request, wrapped).message).toMatch(/^failed with ECONNREFUSED\. Check the base URL/);
  const expired = Object.assign(new Error("certificate has expired"), { code: "CERT_HAS_EXPIRED" });
  expect(attemptFailure(request, expired).message).toMatch(
    /^certificate has expired \(CERT_HAS_EXPIRED\)\. .*NODE_EXTRA_CA_CERTS/,
  );
  expect(attemptFailure(request, coded("ECONNRESET")).message).toMatch(/try again$/);
  expect(attemptFailure(request, new Error("")).message).toMatch(/^Error\. Check/);
  expect(attemptFailure(request, new Error("Network connection lost.")).message).toMatch(/^[^.]*\. Check/);
  expect(attemptFailure(request, "odd").message).toMatch(/^odd\. Check/);
});

test.each([
  new TypeError("Cannot read properties of undefined (reading 'x')"),
  new RangeError("Invalid array length"),
  new ReferenceError("x is not defined"),
  new SyntaxError("Unexpected token"),
  new TypeError("Failed to parse URL from x", { cause: coded("ERR_INVALID_URL") }),
  new TypeError("Failed to execute 'fetch' on 'Window': Invalid name"),
  Object.assign(new Error("invalid request method"), {
    name: "InvalidArgumentError",
    code: "UND_ERR_INVALID_ARG",
  }),
  new TypeError("fetch failed", { cause: coded("UND_ERR_INVALID_ARG") }),
])("a fault in a program is passed on as it is: %s", (error) => {
  expect(isProgramError(error)).toBe(true);
  expect(attemptFailure(request, error)).toBe(error);
});

test.each([
  new TypeError("fetch failed"),
  new TypeError("fetch failed", { cause: coded("ECONNREFUSED") }),
  new TypeError("fetch failed", { cause: coded("UND_ERR_CONNECT_TIMEOUT") }),
  new TypeError("Failed to fetch"),
  new TypeError("Failed to fetch (api.test)"),
  new TypeError("NetworkError when attempting to fetch resource."),
  new TypeError("Load failed"),
  new TypeError("terminated", { cause: coded("UND_ERR_SOCKET") }),
  new TypeError("network error"),
  new TypeError("error sending request for url (http://api.test/)"),
  new TypeError("Network request failed"),
  new TypeError("an unknown wrapper", { cause: coded("EHOSTUNREACH") }),
  new DOMException("The operation timed out.", "TimeoutError"),
  coded("ERR_TLS_CERT_ALTNAME_INVALID"),
  new Error("socket hang up"),
  "text",
])("a failure of the network is a connection error: %s", (error) => {
  expect(isProgramError(error)).toBe(false);
  const failure = attemptFailure(request, error);
  expect(failure.name).toBe("APIConnectionError");
  if (!(error instanceof Error)) {
    expect(failure.cause).toBe(error);
    return;
  }
  const { name, message, stack } = error;
  expect(failure.cause).toBeInstanceOf(error instanceof TypeError ? TypeError : Error);
  expect(failure.cause).toMatchObject({ name, message, stack });
  expect(Reflect.get(Object(failure.cause), "code") ?? null).toBe(causeCode(error));
});

test("the cause of a connection error is a copy: what libraries keep on errors may hold credentials", () => {
  const inner = Object.assign(coded("ECONNRESET"), { request: { headers: { "x-api-key": "sk-secret" } } });
  const outer = Object.assign(new TypeError("fetch failed", { cause: inner }), {
    data: "x-api-key: sk-secret",
  });
  const failure = attemptFailure(request, outer);
  expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain("sk-secret");
  expect(failure.cause).toMatchObject({ name: "TypeError", message: "fetch failed", code: "ECONNRESET" });
  expect(failure.cause).toMatchObject({ cause: { message: "failed with ECONNRESET", code: "ECONNRESET" } });
});

test("the copy of a cause keeps what the system says about it", () => {
  const system = { errno: -111, syscall: "connect", address: "127.0.0.1", port: 9 };
  const failure = attemptFailure(request, Object.assign(coded("ECONNREFUSED"), system));
  expect(failure.cause).toMatchObject({ code: "ECONNREFUSED", ...system });
  expect(attemptFailure(request, { secret: "x" }).cause).toBe("Object");
  const circle = new Error("round");
  circle.cause = circle;
  expect(inspect(attemptFailure(request, circle))).toContain("round");
});

test("the errors of another realm are errors: in Jest, those of Node are", () => {
  const foreign: unknown = runInNewContext(
    'Object.assign(new AggregateError([Object.assign(new Error("refused"), { code: "ECONNREFUSED" })]), { code: "" })',
  );
  expect(foreign).not.toBeInstanceOf(Error);
  const failure = attemptFailure(request, foreign);
  expect(failure.message).toMatch(/^refused \(ECONNREFUSED\)\. /);
  expect(failure.cause).toMatchObject({ name: "AggregateError", code: "ECONNREFUSED" });
  expect(isProgramError(runInNewContext("new TypeError('a fault')"))).toBe(true);
});

test("a permission that Deno did not give is a fault in the program: another attempt cannot help", () => {
  const denied = Object.assign(new Error("Requires net access"), { name: "NotCapable" });
  expect(attemptFailure(request, denied)).toBe(denied);
});
