import { describe, expect, it } from "vitest";
import { apiCatalog, findList } from "../../src/catalog/find-list.ts";
import { rangeParams, splitRanges, wholeRange } from "../../src/export/split-ranges.ts";

const now = new Date("2026-11-05T12:00:00Z");

function parts(name: string, parameters: Record<string, unknown>, by: "day" | "month" = "day") {
  const list = findList(name);
  const isEndNamed = parameters[rangeParams(list)?.to ?? ""] !== undefined;
  return splitRanges(
    { list, file: "out/a.b.jsonl.gz", format: "jsonl.gz" },
    { by, parameters: wholeRange(list, { by, parameters, now }), isStartWhole: false, isEndNamed },
  );
}

describe("splitRanges", () => {
  it("ends with the last whole day, if no end is named", () => {
    const range = { "created_at.gte": "2026-11-02T06:00:00Z" };
    expect(
      parts("compliance.activities", range).map(({ file, parameters }) => [
        file,
        ...Object.values(parameters),
      ]),
    ).toEqual([
      ["out/a.b-2026-11-02.jsonl.gz", "2026-11-02T06:00:00Z", "2026-11-03T00:00:00Z"],
      ["out/a.b-2026-11-03.jsonl.gz", "2026-11-03T00:00:00Z", "2026-11-04T00:00:00Z"],
      ["out/a.b-2026-11-04.jsonl.gz", "2026-11-04T00:00:00Z", "2026-11-05T00:00:00Z"],
    ]);
  });

  it("keeps the ends that are named, and other filters", () => {
    const range = {
      "created_at.gte": "2026-01-31T00:00:00Z",
      "created_at.lt": "2026-03-01T00:00:01Z",
      order: "asc",
    };
    expect(
      parts("compliance.activities", range, "month").map(({ file, parameters }) => [
        file,
        ...Object.values(parameters),
      ]),
    ).toEqual([
      ["out/a.b-2026-01.jsonl.gz", "2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z", "asc"],
      ["out/a.b-2026-02.jsonl.gz", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "asc"],
      ["out/a.b-2026-03.jsonl.gz", "2026-03-01T00:00:00Z", "2026-03-01T00:00:01Z", "asc"],
    ]);
  });

  it("writes dates where the API takes dates", () => {
    const range = { starting_date: "2026-10-01", ending_date: "2026-10-03" };
    expect(
      parts("organization.analytics.users", range).map(({ parameters }) => Object.values(parameters)),
    ).toEqual([
      ["2026-10-01", "2026-10-02"],
      ["2026-10-02", "2026-10-03"],
    ]);
  });

  it.each(["beta.agents", "beta.dreams", "beta.sessions"])(
    "has each item in one part, whatever the bounds of %s are",
    (name) => {
      const list = apiCatalog().endpoints.find(({ id }) => id === name);
      const { from = "", to = "" } = list?.time ?? {};
      const [begin, end] = ["2026-10-01T00:00:00Z", "2026-10-03T00:00:00Z"];
      const found = parts(name, { [from]: begin, [to]: end });
      const inRange = (time: number, parameters: Readonly<Record<string, unknown>>) => {
        const [start, stop] = [from, to].map((param) => Date.parse(String(parameters[param])));
        const isAfter = from.includes("gte") ? time >= Number(start) : time > Number(start);
        return isAfter && (to.includes("lte") ? time <= Number(stop) : time < Number(stop));
      };
      const times = [
        begin,
        "2026-10-01T23:59:59.999Z",
        "2026-10-02T00:00:00Z",
        "2026-10-02T00:00:00.001Z",
        end,
      ];
      for (const time of times) {
        const item = { created_at: time };
        const holding = found.filter(
          ({ parameters, keeps }) =>
            inRange(Date.parse(time), parameters) && (keeps === undefined || keeps(item)),
        );
        expect(holding.length, time).toBe(inRange(Date.parse(time), { [from]: begin, [to]: end }) ? 1 : 0);
      }
    },
  );

  it("refuses lists without a range, a missing start, and a range without a whole day", () => {
    expect(() => parts("models", {})).toThrow("because it has no range of time");
    expect(() => parts("compliance.activities", {})).toThrow("without --created-at-gte");
    expect(() => parts("compliance.activities", { "created_at.gte": "2026-11-05T01:00:00Z" })).toThrow(
      "no whole day has passed",
    );
  });
});
