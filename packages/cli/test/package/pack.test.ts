import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { build } from "../run-cli.ts";

const root = join(import.meta.dirname, "../../../..");
const project = join(mkdtempSync(join(tmpdir(), "pageturn-cli-")), "empty");

/** Runs npm or npx with the Node of this test, in a folder. */
function run(command: "npm" | "npx", args: readonly string[], cwd: string) {
  // What npm sets for the script that runs this test would point it to the repository; certificates and proxies stay.
  const dropped = /^(?:npm_(?!config_(?:https_)?proxy$|config_noproxy$)|anthropic_)/i;
  const kept = Object.entries(process.env).filter(([name]) => !dropped.test(name));
  const env = {
    ...Object.fromEntries(kept),
    PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"]}`,
  };
  return spawnSync(command, args, {
    cwd,
    env,
    encoding: "utf8",
    timeout: 200_000,
    shell: process.platform === "win32",
  });
}

function pack(name: string): string {
  const { status, stdout, stderr } = run(
    "npm",
    ["pack", "--json", "--pack-destination", dirname(project)],
    join(root, "packages", name),
  );
  if (status !== 0) throw new Error(stderr);
  const [packed]: { filename: string }[] = JSON.parse(stdout);
  return join(dirname(project), packed?.filename ?? "");
}

beforeAll(() => {
  build();
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{ "private": true }\n');
  const tarballs = [pack("pageturn"), pack("postgres"), pack("cli")];
  const { status, stderr } = run(
    "npm",
    ["install", "--prefer-offline", "--no-audit", "--no-fund", ...tarballs],
    project,
  );
  if (status !== 0) throw new Error(stderr);
});

test("npx @pageturn/cli lists works from the packed packages", () => {
  const { status, stdout, stderr } = run(
    "npx",
    ["--no-install", "@pageturn/cli", "lists", "models"],
    project,
  );
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(stdout.split("\n").map((line) => line.slice(0, 16))).toEqual(['{"name":"models"', ""]);
});

test("the command is called pageturn, and its package has no sources and tests", () => {
  const { stdout } = run("npx", ["--no-install", "pageturn", "--version"], project);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(readdirSync(join(project, "node_modules/@pageturn/cli")).toSorted()).toEqual([
    "LICENSE",
    "README.md",
    "bin",
    "dist",
    "package.json",
    "picture.svg",
  ]);
});
