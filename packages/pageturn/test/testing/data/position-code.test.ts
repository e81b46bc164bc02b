import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodePosition, encodePosition, maxPosition } from "../../../src/testing/data/position-code.ts";

const key = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const mark = fc.record({ position: fc.integer({ min: -1, max: maxPosition }), salt: fc.nat(2 ** 20 - 1) });

describe("a position code", () => {
  it("is read back to the place it was written for", () => {
    fc.assert(
      fc.property(key, mark, (key, mark) => {
        expect(decodePosition(key, encodePosition(key, mark))).toEqual(mark);
      }),
    );
  });

  it("is refused with one character changed", () => {
    let accepted = 0;
    fc.assert(
      fc.property(key, mark, fc.nat(13), (key, mark, at) => {
        const code = encodePosition(key, mark);
        const other = code[at] === "a" ? "b" : "a";
        if (decodePosition(key, code.slice(0, at) + other + code.slice(at + 1)) !== null) accepted++;
      }),
      { numRuns: 1000 },
    );
    // The check has 20 bits: one in 1.7 million passes by chance.
    expect(accepted).toBe(0);
  });

  it.each(["", "x", "zzzzzzzzzzzzzz", "0123456789abcD", "000000000000000"])("is not %j", (text) => {
    expect(decodePosition(1, text)).toBeNull();
  });
});
