import { expect, test } from "vitest";
import { itemKey } from "../../../src/pagination/checkpoint/checkpoint.ts";

test("an item with an id is known by it", () => {
  expect(itemKey({ id: "model_1", name: "x" })).toBe("model_1");
});

test("any other item is known by all it holds", () => {
  const items = [{ id: 1 }, { id: 2 }, { name: "x" }, { name: "y" }, "x", "y", 1, null, [], {}, ["x"]];
  expect(new Set(items.map(itemKey)).size).toBe(items.length);
  expect(itemKey({ name: "x" })).toBe(itemKey({ name: "x" }));
  expect(itemKey({ name: "x" })).toMatch(/^[\da-z]{28}$/);
});

test("an item that is nested too deep to be written has no key of its own", () => {
  const depth = 200_000;
  expect(itemKey(JSON.parse("[".repeat(depth) + "]".repeat(depth)))).toBe("");
});
