/**
 * Plays faults against workers and PostgreSQL, and checks that the rows are exact afterwards. Prints a table. The exit code is 1 if a
 * row is wrong, or if more than 5 % too many pages were requested.
 *
 *     npm run faults --workspace @pageturn/postgres -- [faults] [seed]
 */
import { runFaults } from "./fault-run.ts";

const [count, seed] = [Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 1)];
const report = await runFaults({ count, seed, onFault: (text) => console.error(text) });
const overhead = report.requests / report.undisturbed - 1;
console.table(report.faults);
console.table({
  "runs that ended": report.runs,
  rows: report.rows,
  "changes of the data": report.changes,
  "wrong rows": report.wrong.length,
  "pages served": report.requests,
  "pages without faults": report.undisturbed,
  "overhead in %": Number((overhead * 100).toFixed(2)),
  seconds: Math.round(report.seconds),
});
for (const text of report.wrong) console.error(text);
if (report.wrong.length > 0 || overhead > 0.05) process.exitCode = 1;
