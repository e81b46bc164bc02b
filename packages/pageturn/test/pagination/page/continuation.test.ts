import type { PageInfo, PaginationStrategy } from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { continuation, listContradiction, type PageEnd } from "../../../src/pagination/page/continuation.ts";

interface Body {
  readonly items?: readonly string[];
  readonly has_more?: boolean | null;
  /** Where the body points to; null for nowhere. */
  readonly next?: string | null;
  readonly strategy?: Partial<PaginationStrategy>;
}

/** A page that was asked for with `page=here`. */
function pageOf({ items = ["a"], has_more = null, next = "there", strategy }: Body) {
  const info: PageInfo | null = next === null ? null : { params: { page: next } };
  return {
    checkedBody: { hasMore: has_more },
    strategy: { next: () => info, cursors: ["page"], ...strategy },
    request: { path: "/v1/list", query: { page: "here", limit: 2 } },
    response: { url: "" },
    sentItems: items,
    nextPageInfo: () => info,
  };
}

const hasNextPage = (page: PageEnd, emptyPages?: "continue" | "stop") =>
  continuation(page, emptyPages) !== null;

describe("continuation()", () => {
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

  test("an empty page with a link that cannot be followed goes on: the error comes when it is followed", () => {
    const page = { ...pageOf({ items: [] }), nextPageInfo: () => ({ url: "https://elsewhere.example/" }) };
    expect(hasNextPage(page)).toBe(true);
  });
});

describe("hasNextPage() as a strategy changes it", () => {
  test('sameCursor "end": a page that leads to itself ends a list, unless the server says that there is more', () => {
    const strategy = { sameCursor: "end" } as const;
    expect(hasNextPage(pageOf({ next: "here", strategy }))).toBe(false);
    expect(hasNextPage(pageOf({ next: "here", has_more: true, strategy }))).toBe(true);
    expect(hasNextPage(pageOf({ strategy }))).toBe(true);
  });

  test('emptyPage "end": an empty page ends a list, unless the server says that there is more', () => {
    const strategy = { emptyPage: "end" } as const;
    expect(hasNextPage(pageOf({ items: [], strategy }))).toBe(false);
    expect(hasNextPage(pageOf({ items: [], has_more: true, strategy }))).toBe(true);
    expect(hasNextPage(pageOf({ strategy }))).toBe(true);
  });

  test('shortPage "end": a page with fewer items than its size ends a list', () => {
    const strategy = { shortPage: "end", pageSize: { in: "limit" } } as const;
    expect(hasNextPage(pageOf({ strategy }))).toBe(false);
    expect(hasNextPage(pageOf({ has_more: true, strategy }))).toBe(true);
    expect(hasNextPage(pageOf({ items: ["a", "b"], strategy }))).toBe(true);
    const byDefault = { shortPage: "end", pageSize: { in: "size", default: 3 } } as const;
    expect(hasNextPage(pageOf({ items: ["a", "b"], strategy: byDefault }))).toBe(false);
    // A full page of a server that caps the size is not short.
    const capped = { shortPage: "end", pageSize: { in: "limit", max: 1 } } as const;
    expect(hasNextPage(pageOf({ strategy: capped }))).toBe(true);
  });

  test('shortPage "end" says nothing where the page size is not known', () => {
    expect(hasNextPage(pageOf({ strategy: { shortPage: "end" } }))).toBe(true);
    const unknown = { shortPage: "end", pageSize: { in: "size" } } as const;
    expect(hasNextPage(pageOf({ strategy: unknown }))).toBe(true);
  });
});

describe("listContradiction()", () => {
  test("a page with nothing after it is the end", () => {
    expect(listContradiction(pageOf({ has_more: false, next: null }))).toBeNull();
    expect(listContradiction(pageOf({ next: null }))).toBeNull();
    expect(listContradiction(pageOf({ items: [], next: "here" }))).toBeNull();
  });

  test("more is announced and there is no way there", () => {
    expect(listContradiction(pageOf({ has_more: true, next: null }))).toBe("moreAnnounced");
  });

  test("a cursor after the end is one, unless cursors mark positions", () => {
    expect(listContradiction(pageOf({ has_more: false }))).toBe("cursorAfterEnd");
    expect(listContradiction(pageOf({ has_more: false, strategy: { cursorMeans: "position" } }))).toBeNull();
  });

  test("an empty page that leads on is no end", () => {
    expect(listContradiction(pageOf({ items: [] }))).toBe("emptyPageStop");
    expect(listContradiction(pageOf({ items: [], has_more: true }))).toBe("emptyPageStop");
  });
});
