import { ConfigurationError } from "pageturn";
import type { WalkOptions } from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { checkedWalkOptions } from "../../../src/pagination/walk/walk-options.ts";

test("without options, every default is filled in", () => {
  expect(checkedWalkOptions()).toEqual({
    maxItems: Number.POSITIVE_INFINITY,
    maxPages: Number.POSITIVE_INFINITY,
    emptyPages: "continue",
    maxEmptyPages: 1000,
    onCycle: "throw",
    onHeavyPage: "shrink",
    onIncomplete: "throw",
    order: "api",
    distinctBy: undefined,
    onPage: undefined,
    prefetch: 0,
  });
});

test("the options of a walk lie over those of the client, but undefined does not", () => {
  const defaults: WalkOptions = { maxItems: 5, emptyPages: "stop", prefetch: 2 };
  const options = checkedWalkOptions({ maxItems: 7, emptyPages: undefined, order: "traversal" }, defaults);
  expect(options).toMatchObject({ maxItems: 7, emptyPages: "stop", prefetch: 2, order: "traversal" });
});

test("prefetch is bounded: what travels ahead is memory", () => {
  expect(checkedWalkOptions({ prefetch: 1_000_000 }).prefetch).toBe(100);
});

test("no bound can be written as Infinity", () => {
  expect(checkedWalkOptions({ maxItems: Number.POSITIVE_INFINITY }).maxItems).toBe(Number.POSITIVE_INFINITY);
});

describe("a value that an option does not take is refused, with name and value", () => {
  test.each<[string, unknown, RegExp]>([
    ["maxItems", -1, /maxItems as it must be a whole number of at least 0: current value is -1/],
    ["maxPages", 1.5, /maxPages .* 1\.5/],
    ["maxEmptyPages", Number.NaN, /maxEmptyPages .* NaN/],
    ["prefetch", "2", /prefetch .* 2/],
    ["emptyPages", "end", /emptyPages as it must be one of "continue", "stop": current value is end/],
    ["onCycle", "ignore", /onCycle as it must be one of "throw", "stop", "allow"/],
    ["order", "reverse", /order as it must be one of "api", "traversal"/],
    ["distinctBy", "id", /distinctBy as it must be a function: current value is id/],
    ["onPage", {}, /onPage as it must be a function/],
  ])("%s: %o", (name, value, message) => {
    const options = Object.fromEntries([[name, value]]);
    expect(() => checkedWalkOptions(options)).toThrow(ConfigurationError);
    expect(() => checkedWalkOptions(options)).toThrow(message);
    expect(() => checkedWalkOptions({}, options)).toThrow(message);
  });
});
