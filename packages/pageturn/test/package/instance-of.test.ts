// The library as ES modules and as CommonJS, both in one program.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { buildLibrary, dist } from "../docs/build-library.ts";

type Exports = Readonly<Record<string, unknown>>;
type Class = abstract new (...args: never[]) => object;

const require = createRequire(import.meta.url);
const entries = ["pageturn", "pagination", "strategies", "client", "paginate", "tanstack-query", "testing"];

async function bothCopies(entry: string): Promise<readonly [esm: Exports, cjs: Exports]> {
  return [
    await import(/* @vite-ignore */ pathToFileURL(join(dist, `${entry}.js`)).href),
    require(join(dist, `${entry}.cjs`)),
  ];
}

function classesOf(exports: Exports): ReadonlyMap<string, Class> {
  const found = Object.entries(exports).flatMap(([name, value]) =>
    typeof value === "function" && /^class\b/.test(String(value)) ? [[name, value as Class] as const] : [],
  );
  return new Map(found);
}

beforeAll(buildLibrary);

test.each(entries)("%s exports the same names from both copies", async (entry) => {
  const [esm, cjs] = await bothCopies(entry);
  expect(Object.keys(cjs).sort()).toEqual(Object.keys(esm).sort());
});

test.each(entries)("%s: instanceof gives the same answer for every class of either copy", async (entry) => {
  const [esm, cjs] = (await bothCopies(entry)).map(classesOf);
  for (const [name, Class] of esm ?? []) {
    const object: unknown = Object.create(Class.prototype);
    for (const [other, Other] of cjs ?? []) {
      const expected = object instanceof (esm?.get(other) ?? Object);
      expect([name, other, object instanceof Other]).toEqual([name, other, expected]);
    }
  }
});

test("a class that extends one of the library is a class of its own", async () => {
  const [esm, cjs] = (await bothCopies("pageturn")).map(classesOf);
  const [APIError, Other] = [esm?.get("APIError"), cjs?.get("APIError")];
  if (APIError === undefined || Other === undefined) throw new Error("APIError is missing");
  class Own extends (APIError as new (...args: unknown[]) => object) {}
  const own = new Own("message", { request: { method: "GET", url: "https://host/" } });
  expect(own instanceof Other).toBe(true);
  expect(own).toMatchObject({ name: "APIError" });
  expect(Object.create(APIError.prototype) instanceof Own).toBe(false);
  expect(Object.create(Other.prototype) instanceof Own).toBe(false);
});

test.each([null, undefined, "text", () => undefined, Object.create(null)])(
  "%s is an instance of no class",
  async (value) => {
    for (const [, Class] of classesOf((await bothCopies("pageturn"))[1]))
      expect(value instanceof Class).toBe(false);
  },
);
