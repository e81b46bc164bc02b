import { nextRequest, type PageInfo, PaginationError } from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { requestFrom } from "../../../src/pagination/request/page-request.ts";
import { RepeatedParameter } from "../../../src/pagination/request/query.ts";
import { positionKey } from "../lists/memory-list.ts";

const request = {
  base: "https://api.example.com",
  path: "/v1/list",
  query: { limit: 5, ids: ["a", "b"], created_at: { gte: "2026", lt: "2027" } },
};

const follow = (url: string, from = request) => nextRequest(from, { url });

describe("params", () => {
  test("overlay the query, each in its place", () => {
    const next = nextRequest(request, { params: { after_id: "x", limit: 9 } });
    expect(next).toEqual({ ...request, query: { ...request.query, limit: 9, after_id: "x" } });
    expect(Object.keys(next.query)).toEqual(["limit", "ids", "created_at", "after_id"]);
  });

  test("called like members of Object stay parameters", () => {
    const params = JSON.parse('{ "__proto__": "x", "constructor": "y" }');
    const next = nextRequest(request, { params });
    expect(Object.getPrototypeOf(next.query)).toBe(Object.prototype);
    expect(Object.entries(next.query)).toContainEqual(["__proto__", "x"]);
  });
});

describe("json", () => {
  test("overlays the body", () => {
    const next = nextRequest({ ...request, json: { q: "x", cursor: null } }, { json: { cursor: "c" } });
    expect(next).toEqual({ ...request, json: { q: "x", cursor: "c" } });
  });

  test("meets only a JSON object: anything else is a TypeError that names the list", () => {
    expect(() => nextRequest(request, { json: {} })).toThrow(TypeError);
    expect(() => nextRequest(request, { json: {} })).toThrow(/\/v1\/list: .* must be JSON objects/);
    for (const json of ["null", "[]", '"text"']) {
      expect(() => nextRequest({ ...request, json: JSON.parse(json) }, { json: {} })).toThrow(
        /request's body must be JSON objects/,
      );
      const info: PageInfo = { json: JSON.parse(json) };
      expect(() => nextRequest({ ...request, json: {} }, info)).toThrow(/must be JSON objects/);
    }
  });
});

describe("a url", () => {
  test("replaces the path, and its query overlays the old one", () => {
    expect(follow("https://api.example.com/v2/other?page=2&limit=7")).toEqual({
      ...request,
      path: "/v2/other",
      query: { ids: ["a", "b"], created_at: { gte: "2026", lt: "2027" }, page: "2", limit: "7" },
    });
  });

  test.each(["?page=2", "/v1/list?page=2", "list?page=2", "https://api.example.com/v1/list?page=2#top"])(
    "may be relative: %s",
    (url) => {
      expect(follow(url)).toEqual({ ...request, query: { ...request.query, page: "2" } });
    },
  );

  test.each(["ids[]=c", "ids=c", "ids[0]=c", "ids%5B%5D=c"])(
    "with %s takes the place of the array ids",
    (query) => {
      const { query: next } = follow(`?${query}`);
      expect(Object.entries(next).filter(([name]) => name.startsWith("ids"))).toEqual([
        [
          decodeURIComponent(query.replace(/=.*/, "")),
          query.startsWith("ids[]") || query.includes("%") ? ["c"] : "c",
        ],
      ]);
    },
  );

  test("with a member of a nested object takes the place of that member alone", () => {
    expect(follow("?created_at[gte]=2030").query).toEqual({
      limit: 5,
      ids: ["a", "b"],
      "created_at[lt]": "2027",
      "created_at[gte]": "2030",
    });
  });

  test("that repeats a name gives it all its values", () => {
    expect(follow("?tag=x&tag=y").query["tag"]).toEqual(new RepeatedParameter(["x", "y"]));
  });

  test.each(["https://elsewhere.example/", "http://api.example.com/v1/list", "//elsewhere.example/x"])(
    "that leads to another origin is refused: %s",
    (url) => {
      expect(() => follow(url)).toThrow(PaginationError);
      expect(() => follow(url)).toThrow(/another origin, to which the credentials would go: /);
    },
  );

  test.each(["javascript:alert(1)", "data:,x", "file:///x", "blob:https://api.example.com/x"])(
    "that is no http or https link is refused: %s",
    (url) => {
      expect(() => follow(url)).toThrow(PaginationError);
      expect(() => follow(url)).toThrow(
        `it must be an http or https link, and begins with ${url.split(":", 1)[0]}:`,
      );
    },
  );

  test("that is none is refused", () => {
    expect(() => follow("http://[")).toThrow(/it is not a URL$/);
  });

  test("stays under the base's own path, or under its origin", () => {
    const proxied = { ...request, base: "https://api.example.com/proxy" };
    const path = (url: string) => {
      const { base, path } = follow(url, proxied);
      return [base, path];
    };
    expect(path("/proxy/v1/list?page=2")).toEqual(["https://api.example.com/proxy", "/v1/list"]);
    expect(path("?page=2")).toEqual(["https://api.example.com/proxy", "/v1/list"]);
    expect(path("/v1/list?page=2")).toEqual(["https://api.example.com", "/v1/list"]);
    expect(path("/proxying/x")).toEqual(["https://api.example.com", "/proxying/x"]);
  });

  test("of a list without a base has to be relative", () => {
    const { base: _, ...bare } = request;
    expect(nextRequest(bare, { url: "/v2?page=2" }).path).toBe("/v2");
    expect(() => nextRequest(bare, { url: "https://api.example.com/" })).toThrow(
      /another origin.*https:\/\/api\.example\.com/,
    );
  });
});

describe("two requests are the same", () => {
  test("where they are sent alike, in whatever order and form", () => {
    const written = follow("?created_at[lt]=2027&created_at[gte]=2026&ids[]=a&ids[]=b&limit=5");
    expect(positionKey(written)).toBe(positionKey(request));
    expect(positionKey({ ...request, query: { ...request.query, q: undefined, z: null } })).toBe(
      positionKey(request),
    );
  });

  test("only there", () => {
    const others = [
      { ...request, path: "/v1/other" },
      { ...request, base: "https://api.example.com/proxy" },
      { ...request, query: { ...request.query, ids: ["b", "a"] } },
      { ...request, query: { ...request.query, after_id: "" } },
      { ...request, json: {} },
      { ...request, json: { cursor: "x" } },
    ];
    expect(new Set([request, ...others].map(positionKey)).size).toBe(others.length + 1);
    expect(positionKey({ path: "/", query: { a: "x\nb=y" } })).not.toBe(
      positionKey({ path: "/", query: { a: "x", b: "y" } }),
    );
  });

  test("for their place, whatever their limit", () => {
    expect(positionKey({ ...request, query: { ...request.query, limit: 1 } }) === positionKey(request)).toBe(
      true,
    );
    expect(positionKey({ ...request, query: { ...request.query, page: 1 } }) === positionKey(request)).toBe(
      false,
    );
  });
});

describe("the links of a page that another origin answered", () => {
  const asked = { ...request, crossOrigin: "strip" as const };
  const elsewhere = { url: "https://other.example.com/a/b?key=1" };

  test("are those of that origin, and followed without credentials", () => {
    const page = { request: asked, response: elsewhere };
    const stripped = { base: "https://other.example.com", crossOrigin: "stripped" };
    expect(requestFrom(page, { url: "c?page=2" })).toEqual({
      ...stripped,
      path: "/a/c",
      query: { key: "1", page: "2" },
    });
    expect(requestFrom(page, { wholeURL: "/c?page=2" })).toEqual({
      ...stripped,
      path: "/c",
      query: { page: "2" },
    });
    const back = { ...stripped, base: "https://api.example.com", path: "/v1/x", query: {} };
    expect(requestFrom(page, { url: "https://api.example.com/v1/x" })).toEqual(back);
    const baseless = { path: "/x", query: {}, crossOrigin: "strip" as const };
    expect(requestFrom({ request: baseless, response: elsewhere }, { url: "/c" })).toMatchObject(stripped);
  });

  test("are those of the list where no other origin answered, or none is known", () => {
    for (const url of ["", "https://api.example.com/v1/other"])
      expect(requestFrom({ request: asked, response: { url } }, { url: "/v1/x" })).toMatchObject({
        base: "https://api.example.com",
        crossOrigin: "strip",
      });
    expect(requestFrom({ request, response: elsewhere }, { url: "/v1/x" }).base).toBe(request.base);
    const { query } = asked;
    const next = requestFrom({ request: asked, response: elsewhere }, { params: { page: 2 } });
    expect(next).toEqual({ ...asked, query: { ...query, page: 2 } });
  });
});
