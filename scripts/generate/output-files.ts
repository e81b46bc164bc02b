import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Where generated files go. */
export interface Places {
  /** The folder of the TypeScript files and the full catalog. It holds no other files. */
  readonly sources: string;
  /** The table of all endpoints. */
  readonly page: string;
}

/** The text of every generated file, by full path. */
export type Outputs = ReadonlyMap<string, string>;

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
