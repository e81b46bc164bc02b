import { spawnSync } from "node:child_process";
import { globSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** The packages around the library, in the order in which they need each other. */
export const packages = ["postgres", "cli"] as const;

export type PackageName = (typeof packages)[number];

/** Whether a source of a package is newer than what was built. */
export function isPackageStale(name: PackageName): boolean {
  const home = join(root, "packages", name);
  const built = globSync("dist/{index,main}.js", { cwd: home })
    .map((file) => statSync(join(home, file)).mtimeMs)
    .at(0);
  // Folders count too: they change when a file is removed.
  const sources = globSync("{src,src/**,*.json}", { cwd: home }).map((path) => join(home, path));
  return sources.some((path) => statSync(path).mtimeMs > (built ?? 0));
}

/** Compiles a package into its dist/. What it needs has to be built before, as its declarations are read. */
export function buildPackage(name: PackageName): void {
  const home = join(root, "packages", name);
  const dist = join(home, "dist");
  const tsc = join(root, "node_modules/@typescript/native/bin/tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", join(home, "tsconfig.build.json")], {
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
  // dist/ is not emptied before: others may be running what is in it.
  for (const file of globSync("**/*.{js,d.ts}", { cwd: dist })) {
    const source = join(home, "src", file.replace(/(\.d\.ts|\.js)$/, ".ts"));
    if (statSync(source, { throwIfNoEntry: false }) === undefined) rmSync(join(dist, file));
  }
}
