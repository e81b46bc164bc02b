import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { chromiumOptions } from "../../../../scripts/browser/find-browser.ts";
import { root } from "../docs/all-snippets.ts";

const folder = join(root, ".github/workflows");
const workflows = globSync("*.yml", { cwd: folder }).map((name) => ({
  name,
  text: readFileSync(join(folder, name), "utf8"),
}));

test("every action is pinned to a commit, with its version beside it", () => {
  const used = workflows.flatMap(({ text }) => text.match(/uses: .*/g) ?? []);
  expect(used.length).toBeGreaterThan(5);
  expect(used.filter((line) => !/^uses: [\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual(
    [],
  );
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("browsers start without their sandbox in CI, where user namespaces may be restricted, and for root", () => {
  vi.stubEnv("PAGETURN_BROWSER", process.execPath);
  const sandboxed = (ci: string, user: number) => {
    vi.stubEnv("CI", ci);
    vi.spyOn(process, "getuid").mockReturnValue(user);
    return !chromiumOptions().args?.includes("--no-sandbox");
  };
  expect([sandboxed("", 1000), sandboxed("true", 1000), sandboxed("", 0)]).toEqual([true, false, false]);
});

test("a browser that is named and not there is an error that says so", () => {
  vi.stubEnv("PAGETURN_BROWSER", "/nowhere/chromium");
  expect(chromiumOptions).toThrow("Cannot use PAGETURN_BROWSER=/nowhere/chromium as there is no such file");
});

/** The jobs of a workflow by name. */
function jobsOf(text: string): ReadonlyMap<string, string> {
  const [, jobs = ""] = text.split(/^jobs:\n/m);
  return new Map(jobs.split(/^(?= {2}\w+:\n)/m).map((job) => [/\w+/.exec(job)?.[0] ?? "", job]));
}

test("only the jobs that release have rights, each its own, after the gate has passed in a job that has none", () => {
  const rights = workflows.flatMap(({ name, text }) => {
    const [before = ""] = text.split(/^jobs:$/m);
    expect(before, name).toMatch(/^permissions:\n {2}contents: read$/m);
    return [...jobsOf(text)].flatMap(([job, lines]) =>
      (lines.match(/[\w-]+: write/g) ?? []).map((right) => `${name} ${job} ${right}`),
    );
  });
  expect(rights).toEqual([
    "release.yml version contents: write",
    "release.yml version pull-requests: write",
    "release.yml publish contents: write",
    "release.yml publish id-token: write",
  ]);
  const jobs = jobsOf(workflows.find(({ name }) => name === "release.yml")?.text ?? "");
  expect(jobs.get("pack")).toContain("needs: check\n");
  for (const job of ["version", "publish"]) expect(jobs.get(job)).toContain("needs: pack\n");
});

test("a job with rights installs and builds nothing: it runs no code of a dependency", () => {
  const writing = workflows.flatMap(({ text }) =>
    [...jobsOf(text).values()].filter((job) => job.includes(": write")),
  );
  expect(writing).toHaveLength(2);
  for (const job of writing) expect(job).not.toMatch(/- run:|\bnpm (?:ci|install|run|exec)\b|\bnpx\b/);
});

test("the gate and the audit run for every change and before every release", () => {
  for (const { name, text } of workflows)
    for (const command of ["npm run check", "npm audit --omit=dev"])
      expect(text, name).toContain(`- run: ${command}\n`);
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(scripts.check).toContain("npm run jsr");
});
