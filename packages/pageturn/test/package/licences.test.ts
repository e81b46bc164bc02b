import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../docs/all-snippets.ts";

/** Licences that ask for no more than their notice. */
const PERMISSIVE = /^(?:MIT|ISC|BSD-[23]-Clause|Apache-2\.0|0BSD|BlueOak-1\.0\.0|CC0-1\.0|PostgreSQL)$/;

test("every package that users of a published package install has a permissive licence", () => {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const installed = Object.entries<{
    dev?: boolean;
    devOptional?: boolean;
    link?: boolean;
    license?: string;
  }>(packages)
    .filter(
      ([path, { dev, devOptional, link }]) => path.includes("node_modules/") && !dev && !devOptional && !link,
    )
    .map(([path, { license = "none" }]) => `${path.replace(/^.*node_modules\//, "")} ${license}`);
  expect(installed.length).toBeGreaterThan(5);
  const alternatives = (each: string) =>
    each.split(" ").slice(1).join(" ").replace(/[()]/g, "").split(" OR ");
  expect(installed.filter((each) => !alternatives(each).some((licence) => PERMISSIVE.test(licence)))).toEqual(
    [],
  );
});

test("the library itself has no dependency", () => {
  const manifest = JSON.parse(readFileSync(join(root, "packages/pageturn/package.json"), "utf8"));
  expect([manifest.dependencies, manifest.license]).toEqual([undefined, "MIT"]);
});
