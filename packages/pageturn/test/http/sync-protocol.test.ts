import { expect, test } from "vitest";
import {
  APIConnectionError,
  APIError,
  APIResponseTooLargeError,
  APITimeoutError,
  APIUserAbortError,
} from "../../src/errors/api-error.ts";
import { ConfigurationError } from "../../src/errors/pageturn-error.ts";
import { fromFailure, toFailure } from "../../src/http/sync/sync-protocol.ts";

const request = { method: "GET", url: "https://api.test/v1/models" };

/** As it is after a journey to another thread. */
function remade(error: unknown): Error {
  return fromFailure(structuredClone(toFailure(error)), remade);
}

test.each([APIConnectionError, APITimeoutError, APIUserAbortError, APIResponseTooLargeError, APIError])(
  "an error crosses to another thread with its class: %o",
  (Class) => {
    const error = new Class("no answer", { request });
    const again = remade(error);
    expect(again.constructor).toBe(Class);
    expect(again).toMatchObject({ message: "no answer", name: error.name, request });
    expect(Object.hasOwn(again, "cause")).toBe(false);
  },
);

test("a cause crosses with its name, message and innermost system code", () => {
  const inner = Object.assign(new Error("inner"), { code: "EPIPE" });
  const cause = new TypeError("outer", { cause: inner });
  const again = remade(new APIConnectionError("broken", { request, cause }));
  expect(again.cause).toMatchObject({ name: "TypeError", message: "outer", code: "EPIPE" });
  const plain = remade(new APIConnectionError("broken", { request, cause: new Error("why") }));
  expect(plain.cause).not.toHaveProperty("code");
});

test("an error that speaks of no request crosses too", () => {
  expect(remade(new ConfigurationError("no proxy"))).toBeInstanceOf(ConfigurationError);
  expect(remade(new RangeError("odd"))).toMatchObject({ message: "odd" });
  expect(remade("text")).toMatchObject({ message: "text" });
});

test.each([TypeError, RangeError, ReferenceError, SyntaxError, URIError, EvalError])(
  "a fault in a program crosses with its class, message and stack: %o",
  (Class) => {
    const error = new Class("mine", { cause: new Error("why") });
    const again = remade(error);
    expect(again.constructor).toBe(Class);
    expect(again).toMatchObject({ name: error.name, message: "mine", stack: error.stack });
    expect(again.cause).toMatchObject({ message: "why" });
  },
);

test("an error of a library crosses with its name, code and stack", () => {
  const error = Object.assign(new Error("bad"), {
    name: "InvalidArgumentError",
    code: "UND_ERR_INVALID_ARG",
  });
  expect(remade(error)).toMatchObject({
    name: error.name,
    code: error.code,
    stack: error.stack,
    message: "bad",
  });
});

test("the stack begins at the line that called the given function", () => {
  function theCaller(): Error {
    return remade(new APIConnectionError("broken", { request }));
  }
  expect(theCaller().stack?.split("\n    at ")[1]).toMatch(/^theCaller /);
});
