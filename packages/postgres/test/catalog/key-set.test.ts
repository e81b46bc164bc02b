import fc from "fast-check";
import { expect, test } from "vitest";
import { KeySet } from "../../src/catalog/key-set.ts";

/** The keys of rows are JSON, which has no half characters. */
const anyKey = fc.string({ unit: "binary" }).map((text) => JSON.stringify([text]));

test("a set of keys has what was added to it, and nothing else", () => {
  fc.assert(
    fc.property(fc.array(anyKey), fc.array(anyKey), (keys, others) => {
      const [set, wanted] = [new KeySet(), new Set<string>()];
      for (const key of keys) {
        expect(set.add(key)).toBe(!wanted.has(key));
        wanted.add(key);
      }
      expect(set.size).toBe(wanted.size);
      for (const key of [...keys, ...others]) expect(set.has(key)).toBe(wanted.has(key));
    }),
  );
  const large = new KeySet();
  for (let number = 0; number < 20_000; number += 1) expect(large.add(`key ${number}`)).toBe(true);
  for (let number = 0; number < 20_000; number += 1) expect(large.has(`key ${number}`)).toBe(true);
  expect(large.has("key 20000")).toBe(false);
});

test("a set of keys does not have what was deleted from it, and still has the others", () => {
  const [set, wanted] = [new KeySet(), new Set<string>()];
  // Almost half of the places are taken, so that many searches pass others.
  for (let number = 0; number < 500; number += 1) {
    set.add(`key ${number}`);
    wanted.add(`key ${number}`);
  }
  const keys = [...wanted];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...keys)), (changed) => {
      for (const key of changed) {
        expect(set.delete(key)).toBe(wanted.delete(key));
        expect(set.delete(key)).toBe(false);
      }
      expect(set.size).toBe(wanted.size);
      for (const key of keys) expect(set.has(key)).toBe(wanted.has(key));
      for (const key of changed) {
        set.add(key);
        wanted.add(key);
      }
    }),
  );
});
