import { readFileSync } from "node:fs";

const packages = [
  "pageturn",
  "@anthropic-ai/sdk",
  "undici",
  "stripe",
  "@octokit/core",
  "@octokit/plugin-paginate-rest",
];
const modules = new URL("../../../node_modules/", import.meta.url);

/** The versions of what is measured, by package. */
export function versions(): Record<string, string> {
  return Object.fromEntries(
    packages.map((name) => {
      const manifest: { version: string } = JSON.parse(
        readFileSync(new URL(`${name}/package.json`, modules), "utf8"),
      );
      return [name, manifest.version];
    }),
  );
}
