import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const biome = join(root, "node_modules/@biomejs/biome/bin/biome");

/**
 * Gives files the form that the linter wants, by the project's own rules.
 *
 * They are formatted in a folder of their own, so that a check changes nothing.
 */
export function formatFiles(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "pageturn-generate-"));
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    // Sorting imports and exports is the linter's business (`check`), not the formatter's.
    const args = ["check", "--write", `--config-path=${root}`, "--vcs-enabled=false", folder];
    const result = spawnSync(process.execPath, [biome, ...args], { encoding: "utf8" });
    if (result.status !== 0) throw new Error(`Cannot format what was generated: ${result.stderr}`);
    return new Map([...files.keys()].map((path) => [path, readFileSync(join(folder, path), "utf8")]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
