import type { PageInfo } from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { hasNextPage, isListEnd } from "../../../src/pagination/page/has-next-page.ts";

interface Body {
  readonly items?: readonly string[];
  readonly has_more?: boolean | null;
  /** Where the body points to; null for nowhere. */
  readonly next?: string | null;
}

/** A page that was asked for with `page=here`. */
function pageOf({ items = ["a"], has_more = null, next = "there" }: Body) {
  const info: PageInfo | null = next === null ? null : { params: { page: next } };
  return {
    has_more,
    request: { path: "/v1/list", query: { page: "here" } },
    getPaginatedItems: () => items,
    nextPageInfo: () => info,
  };
}

describe("hasNextPage()", () => {
  test("rule 1: has_more false ends a list, whatever else the page holds", () => {
    expect(hasNextPage(pageOf({ has_more: false }))).toBe(false);
    expect(hasNextPage(pageOf({ has_more: false, items: [] }))).toBe(false);
  });

  test("rule 2: a page that points to no next page ends a list, even where has_more is true", () => {
    expect(hasNextPage(pageOf({ next: null }))).toBe(false);
    expect(hasNextPage(pageOf({ next: null, has_more: true }))).toBe(false);
  });

  test("rule 3: an empty page that leads back to itself ends a list", () => {
    expect(hasNextPage(pageOf({ items: [], next: "here" }))).toBe(false);
  });

  test("rule 3 is for empty pages: one with items goes on, and the cycle guard judges", () => {
    expect(hasNextPage(pageOf({ next: "here" }))).toBe(true);
  });

  test("rule 3 is for servers that do not say that there is more", () => {
    expect(hasNextPage(pageOf({ items: [], next: "here", has_more: true }))).toBe(true);
  });

  test('rule 4: emptyPages "stop" ends a list at any empty page', () => {
    expect(hasNextPage(pageOf({ items: [] }), "stop")).toBe(false);
    expect(hasNextPage(pageOf({ items: [], has_more: true }), "stop")).toBe(false);
    expect(hasNextPage(pageOf({}), "stop")).toBe(true);
  });

  test("rule 5: an empty page in the middle does not end a list", () => {
    expect(hasNextPage(pageOf({ items: [] }))).toBe(true);
    expect(hasNextPage(pageOf({ items: [], has_more: true }))).toBe(true);
  });

  test("rule 5: a page with items and a way on goes on", () => {
    expect(hasNextPage(pageOf({}))).toBe(true);
    expect(hasNextPage(pageOf({ has_more: true }))).toBe(true);
  });

  test("an empty page with a link that cannot be followed goes on: who follows it is told why", () => {
    const page = { ...pageOf({ items: [] }), nextPageInfo: () => ({ url: "https://elsewhere.example/" }) };
    expect(hasNextPage(page)).toBe(true);
  });
});

describe("isListEnd()", () => {
  test("a page with nothing behind it is the end", () => {
    expect(isListEnd(pageOf({ has_more: false }))).toBe(true);
    expect(isListEnd(pageOf({ next: null }))).toBe(true);
    expect(isListEnd(pageOf({ items: [], next: "here" }))).toBe(true);
  });

  test("a page with something behind it is not", () => {
    expect(isListEnd(pageOf({}))).toBe(false);
    expect(isListEnd(pageOf({ items: [] }))).toBe(false);
  });

  test("a page that claims more and points to nothing ends the walk, but is not the end of the list", () => {
    expect(isListEnd(pageOf({ has_more: true, next: null }))).toBe(false);
  });
});
