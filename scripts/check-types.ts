// Checks the types of all workspaces. By its path: which TypeScript `tsc` is in node_modules/.bin changes with the order of installation.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(import.meta.dirname, "..");
const tsc = fileURLToPath(new URL("bin/tsc", import.meta.resolve("@typescript/native/package.json")));

const projects = [
  "packages/pageturn/tsconfig.test.json",
  "packages/conformance",
  "packages/cli",
  "packages/postgres",
  "bench",
  "playground",
  "playground/tsconfig.worker.json",
  "site",
];

for (const project of projects) {
  const { status } = spawnSync(process.execPath, [tsc, "-p", join(root, project)], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
