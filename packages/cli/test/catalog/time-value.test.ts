import { describe, expect, test } from "vitest";
import { readTime } from "../../src/catalog/time-value.ts";

const now = new Date("2026-11-05T13:14:15.678Z");

describe("a time in any of its forms, for both types of parameters", () => {
  for (const [text, date, time] of [
    ["2026-11-01", "2026-11-01", "2026-11-01T00:00:00Z"],
    ["2026-11-01T12:30:00Z", "2026-11-01", "2026-11-01T12:30:00Z"],
    ["2026-11-01T23:30:00-02:00", "2026-11-02", "2026-11-01T23:30:00-02:00"],
    ["today", "2026-11-05", "2026-11-05T00:00:00Z"],
    ["yesterday", "2026-11-04", "2026-11-04T00:00:00Z"],
    ["now", "2026-11-05", "2026-11-05T13:14:15Z"],
    ["-7d", "2026-10-29", "2026-10-29T13:14:15Z"],
    ["-2w", "2026-10-22", "2026-10-22T13:14:15Z"],
    ["-14h", "2026-11-04", "2026-11-04T23:14:15Z"],
  ] as const) {
    test(text, () => {
      expect(readTime(text, { type: "date", now })).toBe(date);
      expect(readTime(text, { type: "date-time", now })).toBe(time);
    });
  }
});

describe("what is no time is refused", () => {
  for (const text of [
    "",
    "2026-02-30",
    "2026-02-31T00:00:00Z",
    "2026-04-31 00:00:00Z",
    "2026-11-01T24:00:00Z",
    "2026-11-01T23:59:60Z",
    "2026-11-01T12:00:00+25:00",
    "2026-11-01T12:00:00-12:60",
    "2026-13-01",
    "7d",
    "-7m",
    "-d",
    "tomorrow",
    "2026-11-01T12:00:00",
    "11/01/2026",
    "-999999w",
  ]) {
    test(JSON.stringify(text), () => expect(readTime(text, { type: "date-time", now })).toBeNull());
  }
});
