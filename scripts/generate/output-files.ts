import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The root of the repository. */
export const root = join(import.meta.dirname, "../..");

/** The text of every generated file, by full path. */
export type Outputs = ReadonlyMap<string, string>;

/**
 * Formats and lints TypeScript files by the rules of the repository, in a folder of their own: a check changes nothing.
 */
export function formatFiles(files: Outputs): Outputs {
  const folder = mkdtempSync(join(tmpdir(), "pageturn-generate-"));
  try {
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    // Sorting imports and exports is the linter's business (`check`), not the formatter's.
    const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
    const args = ["check", "--write", `--config-path=${root}`, "--vcs-enabled=false", folder];
    const result = spawnSync(process.execPath, [biome, ...args], { encoding: "utf8" });
    if (result.status !== 0) throw new Error(`Cannot format what was generated: ${result.stderr}`);
    return new Map([...files.keys()].map((name) => [name, readFileSync(join(folder, name), "utf8")]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The files that differ from what is generated: changed, missing, or no longer generated, in `folders`. */
export function staleFiles(outputs: Outputs, folders: readonly string[]): readonly string[] {
  const changed = [...outputs].filter(
    ([path, text]) => !existsSync(path) || readFileSync(path, "utf8") !== text,
  );
  const existing = folders.flatMap((folder) =>
    globSync("*.*", { cwd: folder }).map((name) => join(folder, name)),
  );
  return [...changed.map(([path]) => path), ...existing.filter((path) => !outputs.has(path))].sort();
}

/** Writes these files, and deletes those that are no longer generated. */
export function writeFiles(paths: readonly string[], outputs: Outputs): void {
  for (const path of paths) {
    const text = outputs.get(path);
    if (text === undefined) rmSync(path);
    else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }
}
