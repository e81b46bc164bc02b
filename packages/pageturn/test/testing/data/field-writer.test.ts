import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldWriter, isoTime } from "../../../src/testing/data/field-writer.ts";
import { mixHash } from "../../../src/testing/data/position-code.ts";
import type { ServedField } from "../../../src/testing.ts";

type Options = Partial<Parameters<typeof fieldWriter>[1]>;

function values(field: ServedField, options?: Options): unknown[] {
  const write = fieldWriter(field, { shapes: {}, depth: 0, path: field.name, ...options });
  return Array.from({ length: 200 }, (_, index) => {
    const json = write(index, mixHash(index, 7));
    return json === null ? undefined : JSON.parse(json);
  });
}

describe("a field", () => {
  it.each([
    ["created_at", /^2026-\d\d-\d\dT/],
    ["starting_date", /^2026-\d\d-\d\dT/],
    ["date", /^2026-\d\d-\d\d$/],
    ["email", /^user\d+@example\.com$/],
    ["organization_uuid", /^[0-9a-f]{8}-0000-4000-8000-[0-9a-f]{12}$/],
    ["results_url", /^https:\/\//],
    ["content_sha256", /^[0-9a-f]{64}$/],
    ["list_amount", /^\d+\.\d\d$/],
    ["workspace_id", /^workspace_\w+$/],
    ["display_name", /^display name \d+$/],
  ])("called %s has texts that look like it", (name, pattern) => {
    for (const value of values({ name, type: "string" })) expect(value).toMatch(pattern);
  });

  it.each([
    ["number", "number"],
    ["boolean", "boolean"],
    ["object", "object"],
    ["Record<string, string>", "object"],
    ["Record<string, object>", "object"],
  ])("of type %s has values of it", (type, kind) => {
    for (const value of values({ name: "thing", type })) expect(typeof value).toBe(kind);
  });

  it("takes each allowed value, alone or in an array", () => {
    const allowed = ["a", "b", "c"];
    expect(new Set(values({ name: "x", type: "string", enum: allowed }))).toEqual(new Set(allowed));
    expect(new Set(values({ name: "x", type: "string[]", enum: allowed }).flat())).toEqual(new Set(allowed));
  });

  it("is null or absent sometimes where it may be, and never otherwise", () => {
    const open = values({ name: "x", type: "string", nullable: true, optional: true });
    expect(open).toContain(null);
    expect(open).toContain(undefined);
    const closed = values({ name: "x", type: "string" });
    expect(closed).not.toContain(null);
    expect(closed).not.toContain(undefined);
  });

  it("of a shape has its fields, also where the shape contains itself", () => {
    const shapes: NonNullable<Options["shapes"]> = {
      Node: {
        fields: [
          { name: "label", type: "string | number" },
          { name: "children", type: "Node[]" },
          { name: "parent", type: "Node", nullable: true },
        ],
      },
      Leaf: { fields: [{ name: "counts", type: "Record<string, number>" }] },
      Either: { union: ["Node", "Leaf"] },
    };
    const found = values({ name: "x", type: "Either" }, { shapes });
    for (const value of found)
      expect(value).toEqual(
        expect.toBeOneOf([
          {
            label: expect.anything(),
            children: expect.any(Array),
            parent: expect.toBeOneOf([null, expect.any(Object)]),
          },
          { counts: { entry: expect.any(Number) } },
        ]),
      );
    expect(new Set(found.map((value) => Object.keys(value as object).length))).toEqual(new Set([1, 3]));
    expect(JSON.stringify(found)).toMatch(/"label":\d/);
    expect(JSON.stringify(found)).toMatch(/"label":"/);
  });

  it("that repeats a path parameter has its value", () => {
    expect(new Set(values({ name: "skill_id", type: "string" }, { fixed: { skill_id: "skill_1" } }))).toEqual(
      new Set(["skill_1"]),
    );
  });
});

it("writes every time as Date does, without the milliseconds", () => {
  const most = 8.64e15;
  fc.assert(
    fc.property(fc.integer({ min: -most, max: most }), (time) => {
      const second = Math.floor(time / 1000) * 1000;
      fc.pre(second >= -most);
      expect(isoTime(time)).toBe(new Date(second).toISOString().replace(".000Z", "Z"));
    }),
  );
});
