import { CheckpointError, writeRequest } from "pageturn/pagination";
import { linkHeader, nextURL } from "pageturn/strategies";
import { describe, expect, test } from "vitest";
import { resumeAt } from "../../src/pagination/checkpoint/resume.ts";
import { FIRST, listOf, page, walked } from "./scripted-pages.ts";

describe("nextURL", () => {
  const query = { limit: 2, tag: ["a", "b"], page: 1 };

  test.each([
    ["?page=2", "/list?limit=2&tag%5B%5D=a&tag%5B%5D=b&page=2"],
    ["/list?page=2&limit=2", "/list?tag%5B%5D=a&tag%5B%5D=b&page=2&limit=2"],
    ["https://api.example.com/list?tag[]=a&tag[]=b&page=2", "/list?limit=2&tag%5B%5D=a&tag%5B%5D=b&page=2"],
    ["/list?tag=a&tag=b&page=2#top", "/list?limit=2&tag=a&tag=b&page=2"],
    ["/other?page=2", "/other?limit=2&tag%5B%5D=a&tag%5B%5D=b&page=2"],
  ])("%s: its parameters replace those of the request, and none is repeated", (next, url) => {
    const pages = [page({ results: [1], next }), page({ results: [2], next: null })];
    expect(walked(nextURL(), pages, { ...FIRST, query }).urls[1]).toBe(url);
  });

  test("a null, an empty and a missing link end the list", () => {
    for (const last of [{ next: null }, { next: "" }, {}])
      expect(walked(nextURL(), [page({ results: [1], ...last })]).items).toEqual([1]);
  });

  test("a link that is an object or a number is an error, not the end", () => {
    for (const next of [{ href: "/list?page=2" }, 2, true]) {
      const flat = listOf(nextURL(), [page({ results: [1], next })]);
      expect(() => flat.list.toArray()).toThrow(/`next` (?:is of type \w+, not text|as it must be text)/);
      const deep = listOf(nextURL({ next: ["_links", "next"] }), [page({ results: [1], _links: { next } })]);
      expect(() => deep.list.toArray()).toThrow(/Cannot follow the link `_links.next` as it must be text/);
    }
  });

  test('links: "cursor" takes the named parameters, whatever the host and the path', () => {
    const strategy = nextURL({ links: "cursor", parameters: ["cursor"] });
    const next = "http://10.0.0.7:8080/internal?cursor=a%3D%3D&limit=500";
    const { urls } = walked(strategy, [page({ results: [1], next }), page({ results: [2] })], {
      ...FIRST,
      query: { limit: 2 },
    });
    expect(urls).toEqual(["/list?limit=2", "/list?limit=2&cursor=a%3D%3D"]);
  });

  test('links: "cursor" refuses a link without these parameters, or that is no URL', () => {
    for (const next of ["/list?page=2", "http://["]) {
      const { list } = listOf(nextURL({ links: "cursor", parameters: ["cursor"] }), [
        page({ results: [1], next }),
      ]);
      expect(() => list.toArray()).toThrow(/its link has none of the parameters cursor. Name those/);
    }
  });

  test('links: "replace" requests the link as it is, with credentials and what is to be kept', () => {
    const strategy = nextURL({ links: "replace", keep: ["v", "w"] });
    const request = { ...FIRST, query: { status: "any", tag: ["a"], v: 3, w: undefined, api_key: "secret" } };
    const first = page({ results: [1], next: "/list?cursor=x#top" });
    const second = page({ results: [2], next: "/list?cursor=y&v=4" });
    const { urls } = walked(strategy, [first, second, page({ results: [] })], request);
    expect(urls).toEqual([
      "/list?status=any&tag%5B%5D=a&v=3&api_key=secret",
      "/list?api_key=secret&cursor=x&v=3",
      "/list?api_key=secret&cursor=y&v=4",
    ]);
    expect(
      listOf(nextURL({ links: "replace", keep: ["v"] }), [page({ results: [], next: "/list" })], request)
        .list.firstPage()
        .nextPageInfo(),
    ).toEqual({
      wholeURL: "/list?v=3",
    });
  });

  test('with links: "replace", a checkpoint may drop filters beside a cursor, and no others', () => {
    const strategy = nextURL({ links: "replace", parameters: ["cursor"], pageSize: { in: "limit" } });
    const request = {
      ...FIRST,
      query: { status: "any", tag: ["a"], "created[gte]": 1, limit: 1, api_key: "k" },
    };
    const pages = [page({ results: [1], next: "/list?cursor=x" }), page({ results: [2, 3] })];
    const walk = listOf(strategy, pages, request).list.items();
    walk.next();
    walk.next();
    const kept = JSON.parse(JSON.stringify(walk.checkpoint));
    expect(JSON.stringify(kept)).not.toContain('"k"');
    expect(writeRequest(resumeAt(request, kept, strategy).request).url).toBe(
      "https://api.example.com/list?api_key=k&cursor=x",
    );
    const dropped = { status: null, "tag[]": null, "created[gte]": null, limit: null };
    for (const query of [dropped, { ...dropped, cursor: null }, { ...dropped, cursor: "x", other: "y" }])
      expect(() => resumeAt(request, { ...kept, at: { query } }, strategy)).toThrow(CheckpointError);
    const overlaid = nextURL({ parameters: ["cursor"], pageSize: { in: "limit" } });
    expect(() => resumeAt(request, kept, overlaid)).toThrow(/would change "status"/);
  });

  test("a link as data is followed as the strategy says, too", () => {
    const strategy = { next: { from: { body: "next" }, to: "url" }, cursors: ["c"] } as const;
    const next = (links: "overlay" | "replace") =>
      listOf({ ...strategy, links }, [page({ data: [1], next: "/x" })])
        .list.firstPage()
        .nextPageInfo();
    expect(next("overlay")).toEqual({ url: "/x" });
    expect(next("replace")).toEqual({ wholeURL: "/x" });
  });
});

describe("linkHeader", () => {
  const next = (link: string | Headers) =>
    listOf(linkHeader(), [page([1], typeof link === "string" ? { link } : link)]).list.firstPage();

  test("a body that is an array; several relations in one value; prev and last", () => {
    const first = next(
      '</l?page=9>; rel="last", </l?page=3>; rel="next archives", </l?page=1>; rel="first prev"',
    );
    expect(first.data).toEqual([1]);
    expect(first.nextPageInfo()).toEqual({ url: "/l?page=3" });
    expect(first.previousPageInfo()).toEqual({ url: "/l?page=1" });
  });

  test("commas, semicolons and brackets in quotes and in the link", () => {
    const first = next('</l?ids=1,2;3&page=2>; title="a, <b>; rel=\\"prev\\""; rel="next"');
    expect(first.nextPageInfo()).toEqual({ url: "/l?ids=1,2;3&page=2" });
    expect(first.previousPageInfo()).toBeNull();
  });

  test("several headers", () => {
    const headers = new Headers();
    headers.append("link", "</s.css>; rel=preload; nopush");
    headers.append("link", "</l?page=2>; rel=next");
    expect(next(headers).nextPageInfo()).toEqual({ url: "/l?page=2" });
  });

  test("no header, or one for other purposes, ends the list", () => {
    expect(walked(linkHeader(), [page([1])]).items).toEqual([1]);
    for (const link of [
      "",
      "</s.css>; rel=preload",
      "</l?page=9>; rel=last",
      '</other>; rel=next; anchor="/x"',
    ])
      expect(walked(linkHeader(), [page([1], { link })]).items).toEqual([1]);
  });

  test("two different next links are an error, the same one twice is none", () => {
    expect(next("</a>; rel=next, </a>; rel=next").nextPageInfo()).toEqual({ url: "/a" });
    expect(() => next("</a>; rel=next, </b>; rel=next").nextPageInfo()).toThrow(
      /2 different links with rel="next"/,
    );
  });

  test("the body may be an object", () => {
    const strategy = linkHeader({ items: "products" });
    expect(walked(strategy, [page({ products: [1] })]).items).toEqual([1]);
  });
});
