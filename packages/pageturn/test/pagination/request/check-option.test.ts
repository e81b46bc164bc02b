import { ConfigurationError } from "pageturn";
import { expect, test } from "vitest";
import { wholeNumber } from "../../../src/pagination/request/check-option.ts";

test("a whole number is taken from its least to its most", () => {
  expect(wholeNumber("timeout", 0, { most: 5 })).toBe(0);
  expect(wholeNumber("timeout", 5, { most: 5 })).toBe(5);
});

test("one beyond is refused with both bounds, or with the only one there is", () => {
  expect(() => wholeNumber("timeout", 6, { most: 5 })).toThrow(ConfigurationError);
  expect(() => wholeNumber("timeout", 6, { most: 5 })).toThrow(
    /a whole number of at least 0 and at most 5: .* 6 \(number\)$/,
  );
  expect(() => wholeNumber("maxRetries", -1)).toThrow(/a whole number of at least 0: .* -1 \(number\)$/);
});

test("a value that has no text is refused like any other", () => {
  for (const value of [Object.create(null), [], Symbol("x"), null, () => 1])
    expect(() => wholeNumber("timeout", value)).toThrow(ConfigurationError);
  expect(() => wholeNumber("timeout", Object.create(null))).toThrow(/current value is \[object Object\]/);
});
