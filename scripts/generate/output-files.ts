import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The root of the repository. */
export const root = join(import.meta.dirname, "../..");

/** Where generated files go. */
export interface Places {
  /** The folder of the TypeScript files and the full catalog. It holds no other files. */
  readonly sources: string;
  /** The table of all endpoints. */
  readonly page: string;
}

/** The text of every generated file, by full path. */
export type Outputs = ReadonlyMap<string, string>;

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
    const result = spawnSync(
      process.execPath,
      [join(root, "node_modules/@biomejs/biome/bin/biome"), ...args],
      { encoding: "utf8" },
    );
    if (result.status !== 0) throw new Error(`Cannot format what was generated: ${result.stderr}`);
    return new Map([...files.keys()].map((path) => [path, readFileSync(join(folder, path), "utf8")]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The files that differ from what is generated: changed, missing, or no longer generated. */
export function staleFiles(outputs: Outputs, { sources }: Places): readonly string[] {
  const changed = [...outputs].filter(([path, text]) => readIfThere(path) !== text).map(([path]) => path);
  return [...changed, ...leftovers(outputs, sources)].sort();
}

/** Writes the stale files and deletes those that are no longer generated. */
export function writeFiles(outputs: Outputs, places: Places): void {
  for (const path of staleFiles(outputs, places)) {
    const text = outputs.get(path);
    if (text === undefined) {
      rmSync(path);
      continue;
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

function leftovers(outputs: Outputs, folder: string): readonly string[] {
  return globSync("**/*.*", { cwd: folder })
    .map((file) => join(folder, file))
    .filter((path) => !outputs.has(path));
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
