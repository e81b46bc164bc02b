import { parse } from "csv-parse/sync";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { parse as parseYAML } from "yaml";
import type { Column } from "../../src/catalog/columns.ts";
import { type Format, type RowOptions, rowWriter } from "../../src/output/row-writer.ts";
import { ODD } from "./odd-items.ts";

/** What a terminal obeys. */
const OBEYED = ["\u001b", "\u009b", "\u202e", "\u0007", "\r"];
const pipe = { isTerminal: false, width: 100 };
const terminal = { isTerminal: true, width: 100 };

async function written(
  format: Format,
  items: readonly unknown[],
  options: Partial<RowOptions> = {},
): Promise<string> {
  const writer = await rowWriter(format, { columns: null, fields: null, output: pipe, ...options });
  // Two pages, so that what follows the first one is tested, too.
  const pages = [items.slice(0, 1), items.slice(1)].map((page) => [...writer.rows(page)].join(""));
  return [...pages, ...writer.end()].join("");
}

const column = (name: string): Column => ({ name, path: name.split("."), type: "json" });

describe("a program reads back what was written", () => {
  const items = [ODD, { ...ODD, id: "2" }];
  test("jsonl", async () => {
    const lines = (await written("jsonl", items)).split("\n");
    expect(lines.pop()).toBe("");
    expect(lines.map((line) => JSON.parse(line))).toEqual(items);
  });
  test("json", async () => {
    expect(JSON.parse(await written("json", items))).toEqual(items);
    expect(JSON.parse(await written("json", []))).toEqual([]);
  });
  test("yaml", async () => {
    expect(parseYAML(await written("yaml", items))).toEqual(items);
    expect(parseYAML(await written("yaml", []))).toEqual([]);
  });
  test("yaml, also by readers of YAML 1.1", async () => {
    const texts = [
      "no",
      "on",
      "y",
      "12:30",
      "2026-01-01",
      "2026-01-01T10:00:00Z",
      "1_000",
      "0o17",
      "0b1",
      "<<",
      "=",
    ];
    const odd = [
      "a\u007f",
      "\u0080",
      "\u0085b",
      "a\u2028b",
      "\u2029",
      "\ufeffa",
      "\ufffe",
      '\\a\uffff"',
      "😀",
    ];
    const items = [...texts, ...odd].map((text) => ({ [text]: text, below: [text, { text }] }));
    const text = await written("yaml", items);
    for (const version of ["1.1", "1.2"] as const) expect(parseYAML(text, { version })).toEqual(items);
    expect(text).not.toMatch(/[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/);
    expect(await written("yaml", ["a\tb", "a\n\tb"])).toBe('- "a\\tb"\n- |-\n  a\n  \tb\n');
    expect(text).toMatch(/^ {2}below:\n {4}- "="$/m);
  });
  for (const [format, delimiter] of [
    ["csv", ","],
    ["tsv", "\t"],
  ] as const) {
    test(format, async () => {
      const rows = parse(await written(format, items), { columns: true, delimiter });
      expect(rows).toEqual(items.map((item) => ({ ...cells(item), _others: "" })));
    });
  }
});

/** An item as the cells of a CSV. */
function cells(item: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      value === null ? "" : typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

describe("CSV", () => {
  test("null is an empty cell, an empty text a quoted one", async () => {
    expect(await written("csv", [{ a: null, b: "", c: "x" }])).toBe('a,b,c,_others\n,"",x,\n');
  });
  test("a field without a column is in _others, however deep it is", async () => {
    const columns = [column("id"), column("agent.id")];
    const items = [
      { id: 1, agent: { id: 2, more: 3 }, new: [4] },
      { id: 5, agent: null },
    ];
    // A field with the name of the last column is in it.
    expect(await written("csv", [{ _others: 1, id: 2 }])).toBe('id,_others\n2,"{""_others"":1}"\n');
    expect(await written("csv", items, { columns })).toBe(
      'id,agent.id,_others\n1,2,"{""agent"":{""more"":3},""new"":[4]}"\n5,,\n',
    );
  });
  test("an empty list has its header", async () => {
    expect(await written("csv", [], { columns: [column("id")] })).toBe("id,_others\n");
  });
  test("--fields has these columns alone", async () => {
    expect(await written("csv", [{ id: 1, a: 2 }], { fields: [column("a")] })).toBe("a\n2\n");
  });
  test("--csv-safe escapes what a spreadsheet would run, and no numbers", async () => {
    const items = [
      { a: "=1+1", b: "+1", c: "-1", d: "@x", e: "\tx", f: "\rx", g: "x=1", h: -5, i: "\n=1", "=j": 1 },
    ];
    const [row] = parse(await written("csv", items, { csvSafe: true }), { columns: true });
    expect(row).toMatchObject({
      a: "'=1+1",
      b: "'+1",
      c: "'-1",
      d: "'@x",
      e: "'\tx",
      f: "'\rx",
      g: "x=1",
      h: "-5",
      i: "'\n=1",
      "'=j": "1",
    });
    const [plain] = parse(await written("csv", items), { columns: true });
    expect(plain).toMatchObject({ a: "=1+1", b: "+1", c: "-1", d: "@x" });
  });
});

describe("--fields", () => {
  test("keeps the order that was asked for, and nested fields nested", async () => {
    const item = { a: 1, b: { c: 2, d: 3 }, e: 4 };
    expect(
      await written("jsonl", [item], { fields: [column("e"), column("b.d"), column("b.c"), column("no")] }),
    ).toBe('{"e":4,"b":{"d":3,"c":2}}\n');
  });
  test("a name such as __proto__ is a name", async () => {
    const item: unknown = JSON.parse('{"__proto__":{"x":1}}');
    expect(await written("jsonl", [item], { fields: [column("__proto__.x")] })).toBe(
      '{"__proto__":{"x":1}}\n',
    );
  });
});

describe("a table", () => {
  const names = ["id", "wide", "emoji", "lines", "none", "escape", "bidi", "long"];
  const fields = names.map(column);
  test("has one line for each item, none wider than the terminal, and its columns stand below each other", async () => {
    const table = await written("table", [ODD, { ...ODD, wide: "abc", emoji: "x" }], {
      fields,
      output: terminal,
    });
    const lines = table.split("\n").slice(0, -1);
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(100);
    const at = lines.slice(1).map((line) => stringWidth(line.slice(0, line.indexOf("one"))));
    expect(at[0]).toBe(at[1]);
  });
  test("shows control characters instead of obeying them", async () => {
    const table = await written("table", [ODD], { fields });
    for (const character of OBEYED) expect(table).not.toContain(character);
    expect(table).toContain("one⏎two");
  });
  test("is cut to a narrow terminal", async () => {
    const table = await written("table", [{ id: "an-id-of-20-letters!", text: "y".repeat(500) }], {
      output: { isTerminal: true, width: 40 },
    });
    expect(table.split("\n").map((line) => line.length)).toEqual([26, 40, 0]);
  });
  const pages = [
    { id: 1, email: "user1@example.com", cost: 1, note: "a" },
    { id: 1_234_567, email: "user129@example.com", cost: 2, note: "b".repeat(500) },
  ];
  test("on a terminal cuts a text of a later page if the line has no room for it, and no number", async () => {
    const at = async (width: number) =>
      (await written("table", pages, { output: { isTerminal: true, width } })).split("\n");
    const note = (length: number) => `${"b".repeat(length)}…`;
    expect(await at(60)).toEqual([
      "id  email              cost  note",
      " 1  user1@example.com     1  a",
      `1234567  user129@example.com     2  ${note(23)}`,
      "",
    ]);
    expect(await at(33)).toEqual([
      "id  email              cost  note",
      " 1  user1@example.com     1  a",
      `1234567  user129@example.…     2  ${note(3)}`,
      "",
    ]);
  });
  test("does not cut a number of the first page", async () => {
    const [, row] = (
      await written("table", [{ a: "a".repeat(30), b: 1_700_000_000_000 }], {
        fields: [column("a"), column("b")],
        output: { isTerminal: true, width: 20 },
      })
    ).split("\n");
    expect(row).toBe("aaaaaaaaa…  1700000000000");
  });
  test("cuts nothing in a pipe", async () => {
    const [, ...lines] = (await written("table", pages)).split("\n");
    expect(lines.map((line) => line.split(/ +/).filter((cell) => cell !== ""))).toEqual([
      ...pages.map((item) => Object.values(item).map(String)),
      [],
    ]);
  });
  test("shows items that are no objects", async () => {
    expect(await written("table", ["a", 1])).toBe("value\na\n1\n");
  });
  test("an empty list prints nothing", async () => expect(await written("table", [])).toBe(""));
});

test("on a terminal no format lets a server's control characters through", async () => {
  for (const format of ["jsonl", "json", "csv", "tsv", "yaml"] as const) {
    const text = await written(format, [ODD], { output: terminal });
    for (const character of OBEYED) expect(text).not.toContain(character);
  }
});
