// Publishes the packages whose versions npm does not have. Provenance asks each for the repository from which the workflow runs, and the
// workflow knows it: the packages are the same in a fork.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { npm } from "./pack-library.ts";

const root = join(import.meta.dirname, "..");
const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env;
if (server !== undefined && repository !== undefined) {
  for (const name of ["pageturn", "postgres", "cli"]) {
    const url = `git+${server}/${repository}.git`;
    const fields = ["type=git", `url=${url}`, `directory=packages/${name}`];
    npm(["pkg", "set", ...fields.map((field) => `repository.${field}`)], join(root, "packages", name));
  }
}
const changeset = createRequire(import.meta.url).resolve("@changesets/cli/bin.js");
const { status } = spawnSync(process.execPath, [changeset, "publish"], { cwd: root, stdio: "inherit" });
process.exit(status ?? 1);
