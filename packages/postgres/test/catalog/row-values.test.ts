import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  canonicalJSON,
  columnText,
  jsonTexts,
  storableText,
  timeText,
} from "../../src/catalog/row-values.ts";
import { fittingName, freeName, quoted } from "../../src/schema/identifiers.ts";

const anyText = fc.string({ unit: "binary" });
const anyJSON = fc.jsonValue({ stringUnit: "binary" });

describe("the values of rows", () => {
  test("have texts that jsonb takes, and the exact text where it is another", () => {
    fc.assert(
      fc.property(anyJSON, (value) => {
        const { raw, exact } = jsonTexts(canonicalJSON(value));
        expect(JSON.parse(exact ?? raw)).toEqual(JSON.parse(JSON.stringify(value)));
        const texts: string[] = [];
        JSON.parse(raw, (name, inner: unknown) => {
          texts.push(name, typeof inner === "string" ? inner : "");
          return inner;
        });
        for (const text of texts) expect(storableText(text)).toBe(text);
      }),
    );
  });

  test("keep a backslash before an escape", () => {
    expect(jsonTexts(JSON.stringify("\\u0000"))).toEqual({ raw: '"\\\\u0000"', exact: null });
    expect(jsonTexts(JSON.stringify("\\\0\ud800x"))).toEqual({
      raw: '"\\\\\uFFFD\uFFFDx"',
      exact: '"\\\\\\u0000\\ud800x"',
    });
  });

  test("are equal as JSON in any order of their names", () => {
    expect(canonicalJSON(JSON.parse('{"b":1,"a":{"d":[1,{"z":0,"y":null}],"__proto__":2}}'))).toBe(
      canonicalJSON(JSON.parse('{"a":{"__proto__":2,"d":[1,{"y":null,"z":0}]},"b":1}')),
    );
  });

  test.each([
    ["2026-09-01T00:00:00Z", "2026-09-01T00:00:00Z"],
    ["2026-09-01T00:00:00.123456789+05:30", "2026-09-01T00:00:00.123456789+05:30"],
    ["2026-09-01", "2026-09-01T00:00:00Z"],
    ["2024-02-29", "2024-02-29T00:00:00Z"],
    ["2026-02-29", null],
    ["2026-13-01T00:00:00Z", null],
    ["2026-09-01T24:00:00Z", null],
    ["2026-09-01T00:00:00", null],
    ["0000-01-01T00:00:00Z", null],
    ["infinity", null],
    ["now", null],
    ["", null],
  ])("of the time %s are %s", (text, wanted) => {
    expect(timeText(text)).toBe(wanted);
  });

  test.each([
    ["12.3400", "12.3400"],
    ["-0.1", "-0.1"],
    [1e21, "1e+21"],
    [0.1, "0.1"],
    ["1e5", "1e5"],
    ["1E-7", "1E-7"],
    ["-12.50E+003", "-12.50E+003"],
    [".5", ".5"],
    ["5.", "5."],
    ["1e10000", null],
    ["1e", null],
    ["e5", null],
    [".", null],
    ["0x10", null],
    ["1_000", null],
    ["Infinity", null],
    ["NaN", null],
    ["", null],
    ["1".repeat(1001), null],
    [true, null],
    [Number.POSITIVE_INFINITY, null],
  ])("of the number %s are %s", (value, wanted) => {
    expect(columnText(value, "numeric")).toBe(wanted);
  });
});

describe("names", () => {
  test("fit, and stay different", () => {
    fc.assert(
      fc.property(anyText, anyText, (one, two) => {
        const [first, second] = [fittingName(one), fittingName(two)];
        expect(Buffer.byteLength(first)).toBeLessThanOrEqual(63);
        expect(first).not.toBe("");
        expect(fittingName(first)).toBe(first);
        expect(first === second).toBe(one === two);
      }),
    );
    expect(fittingName("ä".repeat(40))).not.toBe(fittingName("ä".repeat(41)));
  });

  test("are quoted", () => {
    expect(quoted('a"b')).toBe('"a""b"');
    expect(freeName("a", { taken: new Set(["a"]), origin: "x" })).toMatch(/^a_[0-9a-f]{10}$/);
  });
});
