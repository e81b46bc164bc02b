import { describe, it } from "vitest";
import { killExports } from "../../scripts/kill-exports.ts";

// The long form is scripts/kill-soak.ts. This file is one of the last: nothing else may be left to run beside its tests.
describe.concurrent("exports that are killed", () => {
  it("lose and repeat no row, however often that is", async ({ expect }) => {
    const report = await killExports({
      seed: 7,
      kills: 20,
      rows: 2000,
      formats: ["jsonl", "jsonl.gz", "jsonl.zst", "csv", "parquet", "sqlite"],
      pageSize: 50,
      latencyMs: 10,
      longestMs: 1600,
    });
    expect(report.differences).toEqual([]);
    expect(report.kills).toBe(20);
  });

  it("lose and repeat no row of several files", async ({ expect }) => {
    const report = await killExports({
      seed: 11,
      kills: 16,
      rows: 2000,
      isSplit: true,
      formats: ["jsonl", "parquet", "sqlite"],
      pageSize: 50,
      latencyMs: 10,
      longestMs: 2500,
    });
    expect(report.differences).toEqual([]);
    expect(report.kills).toBe(16);
  });
});
