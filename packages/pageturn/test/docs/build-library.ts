import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./all-snippets.ts";

/** Where the build puts the library. */
export const dist = join(root, "packages/pageturn/dist");

/** Builds the library where it is not built: examples and scripts run what users get. */
export function buildLibrary(): void {
  const args = [join(root, "scripts/build.ts"), "--if-stale"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`The library does not build:\n${stdout}${stderr}`);
}
