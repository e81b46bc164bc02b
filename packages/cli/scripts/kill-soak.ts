// Kills 300 exports at random moments: node packages/cli/scripts/kill-soak.ts [kills] [seed]
import { killExports } from "./kill-exports.ts";

const [kills = "300", seed = "1"] = process.argv.slice(2);
const begin = performance.now();
const report = await killExports({
  seed: Number(seed),
  kills: Number(kills),
  rows: 20_000,
  formats: ["jsonl", "jsonl.gz", "jsonl.zst", "csv", "parquet", "sqlite"],
  pageSize: 100,
  latencyMs: 15,
  longestMs: 3000,
  onExport: (text) => console.log(text),
});
console.log(JSON.stringify({ ...report, seconds: Math.round((performance.now() - begin) / 1000) }, null, 2));
process.exitCode = report.differences.length === 0 ? 0 : 1;
