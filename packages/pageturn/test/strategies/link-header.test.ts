import { createRequire } from "node:module";
import { fc, test } from "@fast-check/vitest";
import { PaginationError } from "pageturn/pagination";
import { linkHeader } from "pageturn/strategies";
import { describe, expect } from "vitest";
import { parseLinks } from "../../src/strategies/link-header.ts";
import { page, walked } from "./scripted-pages.ts";

interface OtherLink {
  readonly uri: string;
  readonly rel?: string;
  readonly [name: string]: string | undefined;
}

// The cast: the package has no types.
const other = createRequire(import.meta.url)("http-link-header") as {
  readonly parse: (header: string) => { readonly refs: readonly OtherLink[] };
};

/** Pairs of a relation and its link. */
const ours = (header: string) => parseLinks(header).flatMap(({ url, rels }) => rels.map((rel) => [rel, url]));
const theirs = (header: string) =>
  other.parse(header).refs.map(({ rel = "", uri }) => [rel.toLowerCase(), uri]);

const rel = fc.constantFrom("next", "prev", "last", "first", "NEXT", "https://example.com/rel");
const url = fc.stringMatching(/^[\w/?=&,;.:%-]{0,20}$/);
const blank = fc.constantFrom("", " ", "  ", "\t");
const quoted = fc.stringMatching(/^[\w ,;=<>]{0,8}$/).map((text) => `"${text}"`);

/** A parameter that every parser reads: with a name and a value. */
const parameter = fc
  .record({
    name: fc.constantFrom("title", "type", "hreflang", "results"),
    value: fc.oneof(quoted, fc.stringMatching(/^\w{1,8}$/)),
    before: blank,
    after: blank,
  })
  .map(({ name, value, before, after }) => `${before};${after}${name}=${value}`);

const link = fc
  .record({
    url,
    front: fc.array(parameter, { maxLength: 2 }),
    rels: fc.array(rel, { minLength: 1, maxLength: 3 }),
    back: fc.array(parameter, { maxLength: 2 }),
  })
  .map(({ url, front, rels, back }) => `<${url}>${front.join("")}; rel="${rels.join(" ")}"${back.join("")}`);

const header = fc
  .record({ links: fc.array(link, { minLength: 1, maxLength: 4 }), comma: fc.constantFrom(",", ", ", ",\t") })
  .map(({ links, comma }) => links.join(comma));

describe("the links of a Link header", () => {
  test.prop([header])(
    "are those that http-link-header finds, where that one reads every parameter",
    (text) => {
      expect(ours(text)).toEqual(theirs(text));
    },
  );

  test.each([
    ["a parameter without a value", '</s.css>; rel=preload; nopush, </x?page=2>; rel="next"', "/x?page=2"],
    ["an empty element of the list", '</a>; rel="prev",, </x>; rel="next"', "/x"],
    ["a comma at both ends", ', </x>; rel="next",', "/x"],
  ])("are right where http-link-header is not: %s", (_, text, url) => {
    expect(ours(text)).toContainEqual(["next", url]);
    expect(() => expect(theirs(text)).toContainEqual(["next", url])).toThrow();
  });

  test.each([
    ["two rel parameters, of which the first one counts", "</x>; rel=prev; rel=next", ["prev", "/x"]],
    ["a name and a relation in upper case", '</x>; REL="NEXT"', ["next", "/x"]],
    ["blanks around every sign", '</x> ; rel = "next" ; a', ["next", "/x"]],
    ["escaped quotes", '</x>; title="a\\"; rel=\\"prev"; rel="next"', ["next", "/x"]],
    ["a semicolon at the end", "</x>;rel=next;", ["next", "/x"]],
    ["an empty value", "</x>; title=; rel=next", ["next", "/x"]],
    ["an empty link", '<>; rel="next"', ["next", ""]],
    ["no relation", "</x>", ["", "/x"]],
  ])("%s", (_, text, pair) => {
    expect(ours(text)).toEqual([pair]);
  });

  test.each([
    ["UTF-8", Buffer.from("/list?q=ä&page=2").toString("latin1")],
    ["Latin-1", "/list?q=ä&page=2"],
  ])("a link in %s leads there, though libraries read each byte as a character", (_, link) => {
    const urls = ["/list", "/list?q=%C3%A4&page=2"];
    const byRelation = [page([1], { link: `<${link}>; rel="next"` }), page([2])];
    expect(walked(linkHeader({ parameters: ["q", "page"] }), byRelation).urls).toEqual(urls);
    const byHeader = [page({ data: [1] }, { "x-next": link }), page({ data: [2] })];
    const strategy = { next: { from: { header: "x-next" }, to: "url" }, cursors: ["q", "page"] } as const;
    expect(walked(strategy, byHeader).urls).toEqual(urls);
  });

  test("are none in an empty header", () => {
    expect(parseLinks("")).toEqual([]);
    expect(parseLinks(" , ,")).toEqual([]);
  });

  test.each([
    "/x; rel=next",
    "</x; rel=next",
    "</x>; rel=next </y>",
    '</x>; rel="next',
    '</x>; a=b"c"; rel=next',
    "<<x>>",
  ])("a header that cannot be read is an error, not the end: %s", (text) => {
    expect(() => parseLinks(text)).toThrow(PaginationError);
    expect(() => parseLinks(text)).toThrow(/does not follow RFC 8288 at character \d+, "/);
  });

  test.prop([fc.string({ unit: fc.constantFrom("<", ">", ";", ",", '"', "\\", "=", " ", "a", "next") })])(
    "whatever the header is, they are read or it is a PaginationError",
    (text) => {
      try {
        parseLinks(text);
      } catch (error) {
        expect(error).toBeInstanceOf(PaginationError);
      }
    },
  );
});

describe("the time is linear in the length of a hostile header", () => {
  const LENGTH = 64 * 1024;
  const units = [
    ";",
    '"',
    "<",
    ">",
    " ",
    "\t",
    ",",
    "\\",
    "=",
    ";a",
    ";a=",
    ';a="',
    ';a="";',
    '="',
    "<>",
    "<>,",
    "<>;",
    " ,",
    '\\"',
    "<>; ",
  ];
  const fronts = ["", "<x>", "<x>; a", '<x>; a="', "<x>; rel=next"];
  const backs = ["", "x", '"', "<"];

  test.each(units)("%j, over and over", (unit) => {
    // In microseconds. What else runs on the machine takes none of the time of this process.
    const { user } = process.cpuUsage();
    for (const front of fronts)
      for (const back of backs) {
        try {
          parseLinks(front + unit.repeat(LENGTH / unit.length) + back);
        } catch (error) {
          expect(error).toBeInstanceOf(PaginationError);
        }
      }
    // Twenty headers of 64 kB. In quadratic time, one of them takes seconds.
    expect(process.cpuUsage().user - user).toBeLessThan(2_000_000);
  });
});
