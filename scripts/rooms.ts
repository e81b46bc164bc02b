// Checks who imports whom in packages/pageturn/src. The rooms and their order are in ARCHITECTURE.md.
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { readImports } from "./rooms/read-imports.ts";
import { findCycles, findProblems } from "./rooms/rules.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const files = readImports(`${root}packages/pageturn`);
const problems = [...findProblems(files), ...findCycles(files)];

for (const { file, line, message } of problems) {
  console.error(`${relative(root, file).replaceAll("\\", "/")}:${line} ${message}`);
}
if (problems.length > 0) {
  console.error(
    `\n${problems.length} ${problems.length === 1 ? "line breaks" : "lines break"} the import rule between rooms.`,
  );
  process.exitCode = 1;
}
