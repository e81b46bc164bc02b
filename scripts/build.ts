// Builds packages/pageturn with tsc. With --if-stale: only where dist does not match src, and says so.
import { spawnSync } from "node:child_process";
import { globSync, rmSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const home = `${root}packages/pageturn/`;
const inputs = [`${home}tsconfig.json`, `${home}package.json`, `${root}tsconfig.base.json`];

function filesBelow(folder: string, pattern: string): string[] {
  return globSync(pattern, { cwd: home + folder }).map((file) => file.replaceAll("\\", "/"));
}

/** The outputs that the sources ask for, as paths below dist. */
function wanted(sources: readonly string[]): Set<string> {
  return new Set(sources.flatMap((file) => [file.replace(/\.ts$/, ".js"), file.replace(/\.ts$/, ".d.ts")]));
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** tsc writes all outputs or none (`noEmitOnError`), so times alone tell whether they are up to date. */
function isStale(): boolean {
  const sources = filesBelow("src", "**/*.ts");
  const newest = Math.max(...sources.map((file) => modified(`${home}src/${file}`)), ...inputs.map(modified));
  return (
    filesBelow("dist", "**/*.{js,d.ts}").length !== wanted(sources).size ||
    [...wanted(sources)].some((file) => modified(`${home}dist/${file}`) < newest)
  );
}

/** A file whose source is gone must not be published. dist is not emptied before: others may be reading it. */
function removeLeftovers(): void {
  const keep = wanted(filesBelow("src", "**/*.ts"));
  for (const file of filesBelow("dist", "**/*.*")) {
    if (!keep.has(file)) rmSync(`${home}dist/${file}`);
  }
}

function build(): number {
  const tsc = `${root}node_modules/typescript/bin/tsc`;
  const result = spawnSync(process.execPath, [tsc, "-p", home], { cwd: root, stdio: "inherit" });
  if (result.status === 0) removeLeftovers();
  return result.status ?? 1;
}

if (!process.argv.includes("--if-stale")) {
  process.exitCode = build();
} else if (isStale()) {
  console.log("pageturn: building packages/pageturn (tsc)");
  process.exitCode = build();
}
