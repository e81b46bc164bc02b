import { expect, test } from "vitest";
import { fillPath } from "../../src/client/list-path.ts";
import { ConfigurationError } from "../../src/errors/pageturn-error.ts";

const TEMPLATE = "/v1/skills/{skill_id}/versions/{version}";

test("path parameters are filled in by order", () => {
  expect(fillPath(TEMPLATE, ["skill_01", "7"])).toBe("/v1/skills/skill_01/versions/7");
  expect(fillPath("/v1/models", [])).toBe("/v1/models");
});

test("a value cannot leave its place in the path", () => {
  expect(fillPath(TEMPLATE, ["a/b?c#d%e", "ä b"])).toBe("/v1/skills/a%2Fb%3Fc%23d%25e/versions/%C3%A4%20b");
  expect(fillPath(TEMPLATE, ["{version}", "$&"])).toBe("/v1/skills/%7Bversion%7D/versions/%24%26");
  expect(fillPath(TEMPLATE, ["...", ".a"])).toBe("/v1/skills/.../versions/.a");
});

const refused: readonly unknown[] = [
  "",
  ".",
  "..",
  "%2e",
  "%2E%2e",
  ".%2E",
  undefined,
  null,
  7,
  {},
  "\udc00",
];

test.each(refused.map((value) => [value]))("%j is refused, with template, parameter and remedy", (value) => {
  const fill = (): string => fillPath(TEMPLATE, ["skill_01", value]);
  expect(fill).toThrow(ConfigurationError);
  expect(fill).toThrow(/\/v1\/skills\/\{skill_id\}\/versions\/\{version\} .* version .*: pass the id/);
});

test("a missing value is refused", () => {
  expect(() => fillPath(TEMPLATE, ["a"])).toThrow(/version is not text/);
});
