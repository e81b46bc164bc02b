import { expect, it } from "vitest";
import { memoryGrowth } from "../../scripts/memory-growth.ts";

// The long form is scripts/memory-soak.ts.
it.each(["jsonl.gz", "parquet"])("needs no more memory for many rows than for few: %s", async (format) => {
  const { growth } = await memoryGrowth(format, {
    list: "organization.users",
    short: 10_000,
    long: 120_000,
  });
  expect(growth).toBeLessThan(60);
});
