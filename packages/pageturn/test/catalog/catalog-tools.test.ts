import { AsyncAnthropic } from "pageturn";
import { apiCatalog, clientList, fieldColumns, fieldTree, rangeParams, valueAt } from "pageturn/catalog";
import { describe, expect, test } from "vitest";

const { endpoints, shapes } = apiCatalog();

describe("the tools of the catalog", () => {
  test("find each list in the client", () => {
    const client = new AsyncAnthropic({ apiKey: "none" });
    for (const list of endpoints) expect(clientList(client, list).list).toBeTypeOf("function");
    expect(() => clientList(client, { id: "models.nothing" })).toThrow(
      "Cannot find models.nothing because the client has no list with this name",
    );
  });

  test("name the parameters of a range of time", () => {
    const range = (id: string) => {
      const list = endpoints.find((each) => each.id === id);
      return list === undefined ? undefined : rangeParams(list);
    };
    expect(range("models")).toBeUndefined();
    expect(range("compliance.activities")).toEqual({
      from: "created_at.gte",
      to: "created_at.lt",
      field: "created_at",
      isDate: false,
      bounds: "half-open",
      isAscending: false,
    });
    expect(range("organization.cost_report")).toMatchObject({ from: "starting_at", isAscending: true });
  });

  test("have a column for each field of an object, two levels deep", () => {
    const fields = endpoints.find(({ id }) => id === "models")?.itemFields ?? [];
    const columns = fieldColumns("union" in fields ? [] : fields, shapes);
    expect(columns.map(({ path }) => path.join("."))).toContain("display_name");
    expect(Math.max(...columns.map(({ path }) => path.length))).toBeLessThanOrEqual(3);
  });

  test("read own fields only, and know which are below others", () => {
    expect(valueAt({ a: { b: 1 } }, ["a", "b"])).toBe(1);
    expect(valueAt({ a: null }, ["a", "b"])).toBeUndefined();
    expect(valueAt({}, ["constructor"])).toBeUndefined();
    const tree = fieldTree([["a", "b"], ["a", "c", "d"], ["e"], ["e", "f"]]);
    expect(tree).toEqual(
      new Map<string, unknown>([
        [
          "a",
          new Map<string, unknown>([
            ["b", true],
            ["c", new Map([["d", true]])],
          ]),
        ],
        ["e", true],
      ]),
    );
  });
});
