import { ConfigurationError, definePages } from "pageturn/pagination";
import * as strategies from "pageturn/strategies";
import { describe, expect, test } from "vitest";

type Options = Readonly<Record<string, unknown>>;
type Make = (options?: unknown) => strategies.StrategyOverrides & { readonly next: never };

/** What a strategy needs to be made at all, and what its own options cannot be. */
const PATHS = [3, true, {}, [3], ["a", null]];
const TEXTS = [3, true, {}, ["a"]];
const LISTS = [3, true, "page", {}, [3]];
const NUMBERS = ["1", true, 1.5, Number.NaN, [1]];
const PARAMETERS = [3, true, [], {}, { query: 3 }, { json: 3 }, { header: ["a"] }, { query: "a", json: "b" }];
const SOURCES = [3, "next", [], {}, { body: 3 }, { header: 3 }, { lastItem: [1] }, { path: "a" }];
const METHODS = [3, "PUT", "post", ["GET"]];
const LINKS = {
  parameters: LISTS,
  paths: ["/v1", 3, {}],
  links: ["keep", 3, ["overlay"]],
  keep: LISTS,
};
const OWN: Readonly<
  Record<string, { readonly needs?: Options; readonly own: Readonly<Record<string, readonly unknown[]>> }>
> = {
  azure: { own: { ...LINKS, next: PATHS, previous: PATHS } },
  github: { own: LINKS },
  googleAip158: { needs: { items: "files" }, own: { items: PATHS, names: ["kebab", 3] } },
  headerCursor: { own: { header: TEXTS, to: PARAMETERS } },
  idCursor: { own: { after: TEXTS, before: TEXTS, first: SOURCES, last: SOURCES } },
  linkHeader: { own: LINKS },
  mcp: { needs: { list: "tools" }, own: { list: TEXTS } },
  nextURL: { own: { ...LINKS, next: PATHS, previous: PATHS } },
  notion: { own: { method: METHODS } },
  offsetLimit: { own: { to: PARAMETERS, first: NUMBERS } },
  openai: { own: {} },
  pageCursor: { own: { from: SOURCES, to: PARAMETERS, previous: SOURCES } },
  pageNumber: { own: { to: PARAMETERS, first: NUMBERS } },
  pageToken: { own: { from: SOURCES, to: PARAMETERS, previous: SOURCES } },
  relayConnection: {
    needs: { connection: "notes" },
    own: { connection: PATHS, variables: [3, "after", ["after"], { after: 3 }, { afetr: "a" }] },
  },
  shopifyGraphql: {
    needs: { connection: "notes" },
    own: { connection: PATHS, variables: [3, "after", ["after"], { after: 3 }] },
  },
  slack: { needs: { items: "channels" }, own: { method: METHODS } },
  stripe: { own: {} },
};

/** What no member of a strategy can be. */
const MEMBERS: Readonly<Record<string, readonly unknown[]>> = {
  items: PATHS,
  hasMore: PATHS,
  fields: ["next", 3, [3]],
  cursors: ["page", 3, [3], [null], [{ query: 3 }], [{ path: "/v1" }]],
  pageSize: [
    3,
    "limit",
    {},
    { in: 3 },
    { in: "limit", max: "9" },
    { in: "limit", default: 0 },
    { in: "a", adjustable: 1 },
  ],
  total: [3, {}, { body: "a" }, { body: 3, counts: "items" }, { header: 3, counts: "items" }],
  emptyPage: [3, "stop"],
  errorIn: [3, "error"],
};

const makeOf = (name: string): Make => Reflect.get(strategies, name);
/** As a program without types does it: where a strategy is made, or where a list is defined by it. */
const use = (name: string, options: unknown) => () => definePages(makeOf(name)(options));

const names = Object.keys(strategies).filter((name) => name !== "detectStrategy");

describe.each(names)("the options of %s()", (name) => {
  const { needs = {}, own = {} } = OWN[name] ?? {};

  test("are as they were where they are right", () => {
    expect(OWN[name]).toBeDefined();
    expect(use(name, needs)).not.toThrow();
  });

  test("are refused by name where one is of a wrong type", () => {
    for (const [option, values] of Object.entries({ ...MEMBERS, ...own })) {
      for (const value of values) {
        const given = { ...needs, [option]: value };
        expect(use(name, given), JSON.stringify(given)).toThrow(ConfigurationError);
        expect(use(name, given)).toThrow(new RegExp(`\\b${option.replace("cursors", "cursors?")}\\b`));
      }
    }
  });

  test("are an object", () => {
    for (const options of [3, "options", []]) expect(use(name, options)).toThrow(ConfigurationError);
    // JavaScript may pass null for none.
    if (Object.keys(needs).length === 0) expect(use(name, null)).not.toThrow();
  });
});
