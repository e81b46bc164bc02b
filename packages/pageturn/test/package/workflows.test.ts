import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../docs/all-snippets.ts";

const folder = join(root, ".github/workflows");
const workflows = globSync("*.yml", { cwd: folder }).map((name) => ({
  name,
  text: readFileSync(join(folder, name), "utf8"),
}));

test("every action is pinned to a commit, with its version beside it", () => {
  const used = workflows.flatMap(({ text }) => text.match(/uses: .*/g) ?? []);
  expect(used.length).toBeGreaterThan(5);
  expect(used.filter((line) => !/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual(
    [],
  );
});

test("only the job that publishes has rights, after the gate has passed in a job that has none", () => {
  for (const { name, text } of workflows) {
    const [before = "", jobs = ""] = text.split(/^jobs:$/m);
    expect(before, name).toMatch(/^permissions:\n {2}contents: read$/m);
    const writing = jobs.split(/\n(?= {2}\w+:\n)/).filter((job) => job.includes(": write"));
    expect(writing.length, name).toBe(name === "release.yml" ? 1 : 0);
    for (const job of writing) expect(job).toContain("needs: check\n");
  }
});

test("the gate and the audit run for every change and before every release", () => {
  for (const { name, text } of workflows)
    for (const command of ["npm run check", "npm audit --omit=dev"])
      expect(text, name).toContain(`- run: ${command}\n`);
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(scripts.check).toContain("npm run jsr");
});
