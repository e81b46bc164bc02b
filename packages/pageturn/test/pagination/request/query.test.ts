import { runInNewContext } from "node:vm";
import { fc, test } from "@fast-check/vitest";
import { ConfigurationError } from "pageturn";
import { describe, expect } from "vitest";
import {
  arrayName,
  byName,
  queryString,
  RepeatedParameter,
  wireQuery,
} from "../../../src/pagination/request/query.ts";

const parsed = (search: string) => byName(new URLSearchParams(search));

describe("wireQuery()", () => {
  test("writes values as text, and leaves out what is not sent", () => {
    const query = { a: 1, b: true, c: 2n, d: new Date(0), e: "", f: null, g: undefined, h: [], i: {} };
    expect(wireQuery(query)).toEqual({ a: "1", b: "true", c: "2", d: "1970-01-01T00:00:00.000Z", e: "" });
  });

  test("writes arrays and objects under the names they have in a URL", () => {
    const query = {
      ids: ["a", null, 1n],
      "types[]": ["t"],
      at: { gte: 1, in: [2, 3] },
      rows: [{ x: 1 }, { x: 2 }, { x: 3 }],
    };
    expect(wireQuery(query)).toEqual({
      "ids[]": ["a", "1"],
      "types[]": ["t"],
      "at[gte]": "1",
      "at[in][]": ["2", "3"],
      "rows[][x]": new RepeatedParameter(["1", "2", "3"]),
    });
  });

  test("refuses what has no text, and what is nested too deep", () => {
    let deep: unknown = "x";
    for (let depth = 0; depth < 20; depth++) deep = { in: deep };
    for (const value of [deep, Number.NaN, new Date(Number.NaN), () => "x", Symbol("x"), new Map()]) {
      expect(() => wireQuery({ q: [value] })).toThrow(ConfigurationError);
      expect(() => wireQuery({ q: { in: value } })).toThrow(/Cannot send the query parameter "q"/);
    }
  });

  test("takes objects of any realm and of none", () => {
    const bare: Record<string, unknown> = Object.create(null);
    bare["gte"] = 1;
    expect(wireQuery({ a: bare, b: runInNewContext("({ lt: 2 })") })).toEqual({
      "a[gte]": "1",
      "b[lt]": "2",
    });
  });

  test("takes a parameter called __proto__ for one", () => {
    expect(Object.entries(wireQuery(JSON.parse('{ "__proto__": "x" }')))).toEqual([["__proto__", "x"]]);
  });

  const scalar = fc.oneof(fc.string({ unit: "binary-ascii" }), fc.integer(), fc.boolean());
  const name = fc.stringMatching(/^[a-z_]{1,5}$/);
  const value = fc.oneof(scalar, fc.array(scalar), fc.dictionary(name, scalar), fc.constant(null));

  test.prop([fc.dictionary(name, value)])("is what the server reads in the query as it is sent", (query) => {
    const single = (read: unknown) => (Array.isArray(read) ? read : [read]);
    const sent = Object.entries(parsed(queryString(query))).map(([key, read]) => [key, single(read)]);
    const written = Object.entries(wireQuery(query)).map(([key, text]) => [key, single(text)]);
    expect(Object.fromEntries(written)).toEqual(Object.fromEntries(sent));
  });
});

test("an array is known by the same name however it is written", () => {
  expect(["ids", "ids[]", "ids[0]", "ids[][x]"].map(arrayName)).toEqual(["ids", "ids", "ids", "ids"]);
  expect(["at[gte]", "at[in][]", "[]", "[0]"].map(arrayName)).toEqual(["at[gte]", "at[in]", "[]", "[0]"]);
});
