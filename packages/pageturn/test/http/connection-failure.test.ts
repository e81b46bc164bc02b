import { expect, test } from "vitest";
import { causeCode, connectionFailure } from "../../src/http/connection-failure.ts";

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

test("a known code is put into words, an unknown one keeps the system's", () => {
  expect(connectionFailure(request, coded("CERT_HAS_EXPIRED")).message).toMatch(
    /^the server's certificate has expired \(CERT_HAS_EXPIRED\)\. .*NODE_EXTRA_CA_CERTS/,
  );
  expect(connectionFailure(request, coded("EODD")).message).toMatch(/^failed with EODD \(EODD\)\. Check/);
  expect(connectionFailure(request, new Error("")).message).toMatch(/^Error\. Check/);
});
