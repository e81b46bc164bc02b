import { expect, test } from "vitest";
import { ConfigurationError } from "../../src/errors/pageturn-error.ts";
import { byName, queryString } from "../../src/pagination/request/query.ts";

const parsed = (search: string) => byName(new URLSearchParams(search));

const written: readonly [what: string, params: Record<string, unknown>, query: string][] = [
  ["nothing", {}, ""],
  ["keys in the order given", { b: 1, a: 2 }, "b=1&a=2"],
  ["undefined and null left out", { a: undefined, b: null, c: "x" }, "c=x"],
  ["an empty text", { a: "" }, "a="],
  ["booleans", { a: true, b: false }, "a=true&b=false"],
  ["numbers", { a: 0, b: -1.5, c: 1e21 }, "a=0&b=-1.5&c=1e%2B21"],
  ["a bigint", { a: 12345678901234567890n }, "a=12345678901234567890"],
  ["an array", { k: ["a", "b"] }, "k%5B%5D=a&k%5B%5D=b"],
  ["an array under a name with brackets", { "k[]": ["a", "b"] }, "k%5B%5D=a&k%5B%5D=b"],
  ["one value under a name with brackets", { "k[]": "a" }, "k%5B%5D=a"],
  ["an empty array left out", { a: [], b: 1 }, "b=1"],
  ["undefined and null left out of an array", { k: [undefined, "a", null] }, "k%5B%5D=a"],
  ["an array in an array", { k: [["a"]] }, "k%5B%5D%5B%5D=a"],
  ["a nested object", { a: { b: "x", c: { d: 1 } } }, "a%5Bb%5D=x&a%5Bc%5D%5Bd%5D=1"],
  ["an array in an object", { a: { b: [1, 2] } }, "a%5Bb%5D%5B%5D=1&a%5Bb%5D%5B%5D=2"],
  ["an object without a prototype", { a: Object.assign(Object.create(null), { b: 1 }) }, "a%5Bb%5D=1"],
  ["an empty object left out", { a: {}, b: 1 }, "b=1"],
  ["brackets and dots in names", { "t[gte]": 1, "t.lt": 2 }, "t%5Bgte%5D=1&t.lt=2"],
  ["a date with Z", { t: new Date(0) }, "t=1970-01-01T00%3A00%3A00.000Z"],
  ["a space as %20", { q: "a b+c" }, "q=a%20b%2Bc"],
  ["letters beyond ASCII", { ä: "€😀" }, "%C3%A4=%E2%82%AC%F0%9F%98%80"],
  ["what would end a query", { a: "x&b=c#d?e/%" }, "a=x%26b%3Dc%23d%3Fe%2F%25"],
];

test.each(written)("a query is written with %s", (_, params, query) => {
  expect(queryString(params)).toBe(query);
});

const refused: readonly [what: string, value: unknown][] = [
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["a function", () => 1],
  ["a symbol", Symbol("s")],
  ["an invalid date", new Date("x")],
  ["a Map, which would be written as nothing", new Map([["a", 1]])],
  ["half of a surrogate pair", "\ud800"],
  ["NaN in an array", [1, Number.NaN]],
  ["a function in an object", { deep: { deeper: () => 1 } }],
];

test.each(refused)("%s is refused with the name of the parameter", (_, value) => {
  expect(() => queryString({ fine: 1, created_at: value })).toThrow(ConfigurationError);
  expect(() => queryString({ fine: 1, created_at: value })).toThrow(/"created_at"/);
});

test("an object that holds itself is refused, not walked for ever", () => {
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  expect(() => queryString({ cycle })).toThrow(/"cycle".*nested deeper than 16 levels/);
});

test("a query is parsed to a flat record, with an array for a repeated name", () => {
  expect(parsed("?a=1&k%5B%5D=x&k[]=y&k[]=z&b=&c=a+b%20c")).toEqual({
    a: "1",
    "k[]": ["x", "y", "z"],
    b: "",
    c: "a b c",
  });
  expect(parsed("")).toEqual({});
});

test("a parsed query is written again as the same query", () => {
  const query = "limit=20&k%5B%5D=a&k%5B%5D=b&t%5Bgte%5D=1";
  expect(queryString(parsed(query))).toBe(query);
});

test("a parameter called __proto__ is a parameter like any other", () => {
  const query = parsed("__proto__=x&a=1");
  expect(Object.getPrototypeOf(query)).toBe(Object.prototype);
  expect(queryString(query)).toBe("__proto__=x&a=1");
});
