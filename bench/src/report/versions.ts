import { existsSync, readFileSync } from "node:fs";

const packages = [
  "pageturn",
  "@anthropic-ai/sdk",
  "undici",
  "stripe",
  "@octokit/core",
  "@octokit/plugin-paginate-rest",
];
/** The folders of packages, the nearest first. */
const folders = ["../../node_modules/", "../../../node_modules/"].map(
  (path) => new URL(path, import.meta.url),
);

/** The versions of what is measured, by package. */
export function versions(): Record<string, string> {
  return Object.fromEntries(
    packages.map((name) => {
      const paths = folders.map((folder) => new URL(`${name}/package.json`, folder));
      const path = paths.find((each) => existsSync(each)) ?? name;
      const manifest: { version: string } = JSON.parse(readFileSync(path, "utf8"));
      return [name, manifest.version];
    }),
  );
}
