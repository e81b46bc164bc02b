import fc from "fast-check";
import { expect, it } from "vitest";
import { isoTime } from "../../../src/testing/data/string-maker.ts";

it("writes every time as Date does, without the milliseconds", () => {
  const most = 8.64e15;
  fc.assert(
    fc.property(fc.integer({ min: -most, max: most }), (time) => {
      const second = Math.floor(time / 1000) * 1000;
      fc.pre(second >= -most);
      expect(isoTime(time)).toBe(new Date(second).toISOString().replace(".000Z", "Z"));
    }),
  );
});
