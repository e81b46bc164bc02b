import { beforeAll, describe, expect, it } from "vitest";
import type { Differences } from "../../src/types/compare-types.ts";
import { itemDifferences, typeDifferences } from "../../src/types/item-differences.ts";
import { fieldDifferences } from "./field-differences.ts";

describe("the fields of items, pageturn beside the official SDK", () => {
  let found: ReadonlyMap<string, Differences>;
  beforeAll(() => {
    found = itemDifferences();
  });

  it("has the same fields, and each is null or absent in the same cases, or the difference is named", () => {
    expect(found.size).toBeGreaterThanOrEqual(108);
    const all = [...found].filter(([, differs]) => differs.length > 0);
    const known = fieldDifferences.map(({ list, differs }) => [list, differs] as const);
    expect(Object.fromEntries(all)).toEqual(Object.fromEntries(known));
  });
});

describe("the comparison of types", () => {
  it("finds fields that one side lacks, and others that are optional or null on one side", () => {
    expect(
      typeDifferences(`
        export interface Theirs { a: string; b: number; c?: string; d: string | null; e?: number | null }
        export interface Ours { a: string; c: string; d?: string; e?: number | null; f: boolean }`),
    ).toEqual([
      "b: field in theirs alone",
      "c: optional in theirs alone",
      "d: optional in ours alone",
      "d: null in theirs alone",
      "f: field in ours alone",
    ]);
  });

  it("finds what is unknown in ours, in arrays, records and nested objects", () => {
    expect(
      typeDifferences(`
        export interface Theirs { list: { a: string }[]; map: Record<string, { a: 1 }>; deep: { er: string }; any: unknown }
        export interface Ours {
          readonly list: readonly unknown[];
          readonly map: Readonly<Record<string, unknown>>;
          readonly deep: Record<string, unknown>;
          readonly any: unknown;
        }`),
    ).toEqual([
      "list[]: unknown in ours",
      "map{}: unknown in ours",
      "deep: record in ours alone",
      "deep: object in theirs alone",
    ]);
  });

  it("compares the members of unions by their types, and the values that are named", () => {
    expect(
      typeDifferences(`
        export type Theirs = { type: "a"; of: "x" | "y" } | { type: "b"; n: number } | { type: "c" };
        type Open<T extends string> = T | (string & Record<never, never>);
        export type Ours = { type: "a"; of: Open<"x" | "z"> } | { type: "b"; n: string };`),
    ).toEqual([
      '<a>.of: "y" in theirs alone',
      '<a>.of: "z" in ours alone',
      "<b>.n: string in ours alone",
      "<b>.n: number in theirs alone",
      "<c>: object in theirs alone",
    ]);
  });
});
