import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { runFaults } from "../../scripts/fault-run.ts";

beforeAll(() => {
  // The workers are processes of their own, which use the library as it is built.
  const script = join(import.meta.dirname, "../../../../scripts/build.ts");
  const { status, stderr } = spawnSync(process.execPath, [script, "--if-stale"], { encoding: "utf8" });
  if (status !== 0) throw new Error(`The library does not build: ${stderr}`);
});

test("after one fault of each kind, rows are exact and few pages were requested twice", async () => {
  const report = await runFaults({ count: 10, seed: 3 });
  expect(Object.keys(report.faults)).toHaveLength(10);
  expect(report.wrong).toEqual([]);
  expect(report.requests / report.undisturbed).toBeLessThanOrEqual(1.05);
});
