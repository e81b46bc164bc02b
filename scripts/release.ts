// The steps of a release. Only `publish` runs with rights, so it needs Node.js and npm alone: no code of a dependency runs in it.
//   version FOLDER   writes the next versions and changelogs, as FOLDER/version.patch
//   pack FOLDER      packs the packages whose versions npm does not have, with the plan FOLDER/publish-plan.json
//   publish FOLDER   publishes what `pack` wrote
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { npm } from "./pack-library.ts";

const root = join(import.meta.dirname, "..");

/** What `changeset pack` wrote: groups of releases, each after those that it depends on. */
interface PublishPlan {
  readonly plan: readonly (readonly Release[])[];
}

interface Release {
  readonly name: string;
  readonly version: string;
  readonly access: string;
  /** The distribution tag on npm. */
  readonly tag: string;
  readonly tarball: { readonly path: string };
}

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
}

function version(folder: string): void {
  npm(["run", "version-packages"], root);
  run("git", ["add", "--all"]);
  run("git", ["diff", "--cached", "--binary", `--output=${join(folder, "version.patch")}`]);
}

function pack(folder: string): void {
  nameRepository();
  const changeset = createRequire(import.meta.url).resolve("@changesets/cli/bin.js");
  run(process.execPath, [changeset, "pack", "--out-dir", folder]);
}

/**
 * npm refuses provenance for a package that names another repository than that of the workflow, and the workflow knows it: the packages
 * are the same in a fork.
 */
function nameRepository(): void {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env;
  if (server === undefined || repository === undefined) return;
  for (const name of ["pageturn", "postgres", "cli"]) {
    const url = `git+${server}/${repository}.git`;
    const fields = ["type=git", `url=${url}`, `directory=packages/${name}`];
    npm(["pkg", "set", ...fields.map((field) => `repository.${field}`)], join(root, "packages", name));
  }
}

function publish(folder: string): void {
  const { plan }: PublishPlan = JSON.parse(readFileSync(join(folder, "publish-plan.json"), "utf8"));
  for (const { name, version, access, tag, tarball } of plan.flat()) {
    const args = ["publish", join(folder, tarball.path), "--access", access, "--tag", tag];
    const release = `${name}@${version}`;
    let isNew = true;
    try {
      npm([...args, "--ignore-scripts"], folder);
    } catch (error) {
      // A job that runs again publishes what the first attempt did not.
      if (!String(error).includes("previously published")) throw error;
      isNew = false;
    }
    console.log(`${release} is ${isNew ? "" : "already "}published`);
    // The action makes a tag and a release of each line. The first attempt may have ended before it made them.
    const { CHANGESETS_OUTPUT: output } = process.env;
    if (output === undefined || (!isNew && hasTag(release))) continue;
    const made = { type: "git-tag", tag: release, packageName: name };
    appendFileSync(output, `${JSON.stringify(made)}\n`);
  }
}

/** Whether the repository that the checkout is from has a tag. */
function hasTag(tag: string): boolean {
  const args = ["ls-remote", "--exit-code", "--tags", "origin", `refs/tags/${tag}`];
  return spawnSync("git", args, { cwd: root, stdio: "ignore" }).status === 0;
}

const steps: Readonly<Record<string, (folder: string) => void>> = { version, pack, publish };
const [step = "", folder] = process.argv.slice(2);
const take = Object.hasOwn(steps, step) ? steps[step] : undefined;
if (take === undefined || folder === undefined) {
  throw new Error("Cannot release as a step and a folder must be named: version, pack or publish FOLDER");
}
mkdirSync(folder, { recursive: true });
take(resolve(folder));
