// Does all of publishing to JSR but the upload. The version is that of the npm package: changesets knows no other.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startFailure } from "./start-failure.ts";

const root = join(import.meta.dirname, "..");
const home = join(root, "packages/pageturn");
const deno = join(root, "node_modules/deno", process.platform === "win32" ? "deno.exe" : "deno");
const { version }: { version: string } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));

const { status, stderr, error } = spawnSync(
  deno,
  // Changed files are for the developer to see: the gate runs before a commit.
  ["publish", "--dry-run", "--allow-dirty", "--set-version", version],
  { cwd: home, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } },
);
if (status !== 0) {
  const reason = error === undefined ? stderr : `Deno cannot be started: ${startFailure(error)}`;
  console.error(`pageturn: Cannot check the sources for JSR\n${reason}`);
  process.exit(1);
}
console.log(`pageturn: version ${version} can be published to JSR`);
