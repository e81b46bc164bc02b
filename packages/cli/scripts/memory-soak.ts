// Exports a million rows in each format: node packages/cli/scripts/memory-soak.ts [rows] [formats]
import { memoryGrowth } from "./memory-growth.ts";

const [rows = "1000000", formats = "jsonl,jsonl.gz,jsonl.zst,csv,parquet,sqlite"] = process.argv.slice(2);
for (const format of formats.split(",")) {
  const result = await memoryGrowth(format, {
    list: "organization.users",
    short: 10_000,
    long: Number(rows),
  });
  console.log(JSON.stringify(result));
  if (result.growth > 60) process.exitCode = 1;
}
