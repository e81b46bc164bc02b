import { spawnSync } from "node:child_process";
import { globSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const home = join(root, "packages/cli");
const dist = join(home, "dist");
const main = join(dist, "main.js");

/** Whether a source of the command is newer than what was built. */
export function isCLIStale(): boolean {
  const built = statSync(main, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  // Folders count too: they change when a file is removed.
  const sources = globSync("{src,src/**,*.json}", { cwd: home }).map((path) => join(home, path));
  return sources.some((path) => statSync(path).mtimeMs > built);
}

/** Compiles packages/cli into dist/. The library has to be built before, as its declarations are read. */
export function buildCLI(): void {
  const tsc = join(root, "node_modules/@typescript/native/bin/tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", join(home, "tsconfig.build.json")], {
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
  // dist/ is not emptied before: others may be running what is in it.
  for (const file of globSync("**/*.js", { cwd: dist })) {
    const source = join(home, "src", file.replace(/\.js$/, ".ts"));
    if (statSync(source, { throwIfNoEntry: false }) === undefined) rmSync(join(dist, file));
  }
}
