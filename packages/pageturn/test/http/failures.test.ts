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
  expect(attemptFailure(request, "odd").message).toMatch(/^odd\. Check/);
});
