import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonText } from "../../src/output/json-text.ts";

/** So deep that `JSON.stringify` ends. */
const LEVELS = 20_000;

test("a value that is nested too deep for JSON.stringify has the text that it would have", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.boolean(), (value, other, isArray) => {
      const [text, otherText] = [JSON.stringify(value), JSON.stringify(other)];
      const [begin, end] = isArray ? [`[${otherText},`, "]"] : [`{"a":${otherText},"b":`, "}"];
      const deep = begin.repeat(LEVELS) + text + end.repeat(LEVELS);
      const parsed: unknown = JSON.parse(deep);
      expect(() => JSON.stringify(parsed)).toThrow(RangeError);
      expect(jsonText(parsed) === deep).toBe(true);
      expect(jsonText(value)).toBe(text);
    }),
    { numRuns: 20 },
  );
});
