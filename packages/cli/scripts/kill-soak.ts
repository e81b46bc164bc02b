// Kills 300 exports at random moments, half of them of several files: node packages/cli/scripts/kill-soak.ts [kills] [seed]
import { killExports } from "./kill-exports.ts";

const [kills = "300", seed = "1"] = process.argv.slice(2);
for (const isSplit of [false, true]) {
  const begin = performance.now();
  const report = await killExports({
    seed: Number(seed),
    kills: Math.ceil(Number(kills) / 2),
    rows: isSplit ? 8000 : 20_000,
    isSplit,
    formats: ["jsonl", "jsonl.gz", "jsonl.zst", "csv", "parquet", "sqlite"],
    pageSize: 100,
    latencyMs: 15,
    longestMs: 3000,
    onExport: (text) => console.log(text),
  });
  const seconds = Math.round((performance.now() - begin) / 1000);
  console.log(JSON.stringify({ isSplit, ...report, seconds }, null, 2));
  if (report.differences.length > 0) process.exitCode = 1;
}
