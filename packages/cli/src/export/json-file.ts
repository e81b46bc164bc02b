import { open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Writes a value as JSON to a file in one step: readers see the old file or the new one, whatever happens, also after a loss
 * of power.
 */
export async function writeJSONFile(file: string, value: unknown): Promise<void> {
  const temporary = `${file}.tmp`;
  try {
    const handle = await open(temporary, "w");
    try {
      await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(file);
}

/** Reads a file of JSON; `undefined` if there is none. */
export async function readJSONFile(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

/** Makes a rename in the folder of a file last through a loss of power, where the system can do so. */
export async function syncFolder(file: string): Promise<void> {
  // Windows cannot open folders, and some network file systems cannot sync them.
  const folder = await open(dirname(file)).catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
