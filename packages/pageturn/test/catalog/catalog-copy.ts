import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** The folder of the catalog. */
export const dataFolder = join(root, "packages/pageturn/src/anthropic/catalog/data");

/** An entry as it stands in a data file. */
export type Entry = Record<string, unknown>;

/** A copy of the catalog that a test may change. */
export class CatalogCopy implements Disposable {
  readonly home = mkdtempSync(join(tmpdir(), "pageturn-catalog-"));
  readonly folder = join(this.home, "data");

  constructor() {
    cpSync(dataFolder, this.folder, { recursive: true });
  }

  /** Changes the entries of a data file. */
  edit(name: string, change: (entries: Entry[]) => void): this {
    const path = join(this.folder, `${name}.json`);
    const file: { group: string; endpoints: Entry[] } = JSON.parse(readFileSync(path, "utf8"));
    change(file.endpoints);
    writeFileSync(path, JSON.stringify(file));
    return this;
  }

  [Symbol.dispose](): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** Runs the generator as `npm run generate` does. */
export function runGenerator(...args: readonly string[]): { status: number | null; output: string } {
  const script = join(root, "scripts/generate/main.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });
  return { status, output: stdout + stderr };
}
