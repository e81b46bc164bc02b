import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../docs/all-snippets.ts";

const home = mkdtempSync(join(tmpdir(), "pageturn-release-"));
const packed = join(home, "packed");
const published: string[] = [];

// A registry that has no package, until it is published.
const registry = createServer(async (request, response) => {
  const name = decodeURIComponent(request.url?.slice(1) ?? "");
  if (request.method !== "PUT") {
    response.writeHead(404).end('{"error":"not found"}');
    return;
  }
  const { versions } = JSON.parse(await text(request));
  const [version = ""] = Object.keys(versions);
  const isKnown = published.includes(`${name}@${version}`);
  if (!isKnown) published.push(`${name}@${version}`);
  const error = `You cannot publish over the previously published versions: ${version}.`;
  response.writeHead(isKnown ? 403 : 200).end(JSON.stringify(isKnown ? { error } : {}));
});

beforeAll(async () => {
  registry.listen(0, "127.0.0.1");
  await once(registry, "listening");
});
afterAll(() => {
  registry.close();
  rmSync(home, { recursive: true, force: true });
});

/** Runs a step of the release in a folder, with the registry of the test. */
async function release(step: string, cwd: string, env: Record<string, string> = {}): Promise<string> {
  const { port } = registry.address() as AddressInfo;
  const { GITHUB_REPOSITORY: _, ...inherited } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, ["scripts/release.ts", step, packed], {
    cwd,
    env: {
      ...inherited,
      // As inside `npm run --silent`: a step reads what npm says all the same.
      npm_config_loglevel: "silent",
      npm_config_registry: `http://127.0.0.1:${port}/`,
      [`npm_config_//127.0.0.1:${port}/:_authToken`]: "none",
      ...env,
    },
  });
  return stdout;
}

test("the packages are packed with a plan that puts each after those that it depends on", async () => {
  await release("pack", root);
  const { plan } = JSON.parse(readFileSync(join(packed, "publish-plan.json"), "utf8"));
  const names = plan.map((group: { name: string }[]) => group.map(({ name }) => name));
  expect(names).toEqual([["pageturn"], ["@pageturn/postgres"], ["@pageturn/cli"]]);
  for (const { tarball } of plan.flat()) expect(existsSync(join(packed, tarball.path))).toBe(true);
});

test("publishing needs no dependency of the repository, and tells the action of each tag that is not there", async () => {
  const checkout = join(home, "checkout");
  mkdirSync(checkout);
  for (const path of ["package.json", "scripts/release.ts", "scripts/pack-library.ts"])
    cpSync(join(root, path), join(checkout, path));
  const git = (...args: string[]) => execFileSync("git", args, { cwd: checkout });
  const author = ["-c", "user.name=test", "-c", "user.email=test@localhost"];
  git("init", "--quiet", "--bare", "../origin.git");
  git("init", "--quiet");
  git("remote", "add", "origin", "../origin.git");
  git(...author, "commit", "--quiet", "--allow-empty", "--message=empty");
  const { version } = JSON.parse(readFileSync(join(root, "packages/pageturn/package.json"), "utf8"));
  const all = ["pageturn", "@pageturn/postgres", "@pageturn/cli"].map((name) => `${name}@${version}`);

  const attempt = async (name: string) => {
    const output = join(home, name);
    const printed = await release("publish", checkout, { CHANGESETS_OUTPUT: output });
    const lines = existsSync(output) ? readFileSync(output, "utf8").trim().split("\n") : [];
    return { printed, tags: lines.map((line) => JSON.parse(line).tag) };
  };
  expect((await attempt("first")).tags).toEqual(all);
  expect(published).toEqual(all);
  // The first attempt ended after one of the tags.
  git("push", "--quiet", "origin", `HEAD:refs/tags/${all[0]}`);
  const again = await attempt("again");
  expect(again.printed).toContain(`@pageturn/cli@${version} is already published`);
  expect(again.tags).toEqual(all.slice(1));
});
