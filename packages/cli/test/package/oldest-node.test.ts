// The command on the Node that `engines` names, exactly.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ExportFolder, exportFolder } from "../export/export-folder.ts";

const root = join(import.meta.dirname, "../../../..");
const node = join(
  root,
  "runtimes/node-22-15/node_modules/node/bin",
  process.platform === "win32" ? "node.exe" : "node",
);

/** A folder with a server, whose command runs on that Node. */
async function oldFolder(): Promise<ExportFolder> {
  const folder = await exportFolder({ items: { models: 95 } });
  return { ...folder, run: (args, options) => folder.run(args, { node, ...options }) };
}

test("the Node of these tests is the oldest that both packages name", () => {
  const { stdout } = spawnSync(node, ["--version"], { encoding: "utf8" });
  for (const name of ["cli", "postgres"]) {
    const { engines } = JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
    expect(engines.node).toBe(`>=${stdout.trim().replace(/^v(\d+\.\d+)\.0$/, "$1")}`);
  }
});

test("prints its help, and a list", async () => {
  const { run } = await oldFolder();
  const help = await run(["--help"]);
  expect(help).toMatchObject({ code: 0, stderr: "" });
  expect(help.stdout).toMatch(/^Usage: pageturn /);
  const listed = await run(["list", "models", "--format", "jsonl"]);
  expect(listed).toMatchObject({ code: 0, stderr: "" });
  expect(listed.stdout.trimEnd().split("\n")).toHaveLength(95);
});

test.each(["jsonl", "jsonl.gz", "jsonl.zst", "csv", "parquet", "sqlite"])(
  "resumes an export and verifies it: %s",
  async (format) => {
    const { run, server, json } = await oldFolder();
    const args = ["export", "models", "--page-size", "20", "-o", `m.${format}`];
    await server.setScript([{ fault: "status", status: 403, page: 4 }]);
    expect(await run(args)).toMatchObject({ code: 4 });
    expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
    expect(json(`m.${format}.manifest.json`)).toMatchObject({ rows: 95, pages: 5 });
    expect(await run(["verify", `m.${format}`])).toMatchObject({ code: 0 });
  },
);

test("mirrors a list into a folder and verifies it", async () => {
  const { run } = await oldFolder();
  const env = { PAGETURN_DATABASE: "database" };
  expect(await run(["mirror", "add", "models"], { env })).toMatchObject({ code: 0 });
  expect(await run(["mirror", "run"], { env })).toMatchObject({ code: 0 });
  const { code, stderr } = await run(["mirror", "verify"], { env });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stderr).toContain("models: 95 rows compared, no difference");
});
