import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { openDatabase } from "../../src/index.ts";

const CACHE = join(import.meta.dirname, "../../../../node_modules/.cache/pageturn");

/** Makes an empty database of PGlite at a path that does not exist. The first one of this version takes three seconds; the others are copies of it. */
export async function makeEmptyFolder(path: string): Promise<void> {
  const code = dirname(createRequire(import.meta.url).resolve("@electric-sql/pglite"));
  const { version }: { version: string } = JSON.parse(readFileSync(join(code, "../package.json"), "utf8"));
  const original = join(CACHE, `pglite-${version}`);
  if (!existsSync(original)) await makeOriginal(original);
  cpSync(original, path, { recursive: true });
}

/** Several processes may do it at the same time: the first one that is done wins. */
async function makeOriginal(original: string): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const own = mkdtempSync(`${original}-`);
  const database = await openDatabase(own);
  await database.close();
  try {
    renameSync(own, original);
  } catch (error) {
    rmSync(own, { recursive: true, force: true });
    if (!existsSync(original)) throw error;
  }
}
