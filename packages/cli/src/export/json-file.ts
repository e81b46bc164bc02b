import { lstat, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { CommandError } from "../failure.ts";
import { temporaryFileOf } from "./file-names.ts";

/**
 * Writes a value as JSON to a file in one step: readers see the old file or the new one, whatever happens, also after a loss
 * of power.
 */
export async function writeJSONFile(file: string, value: unknown): Promise<void> {
  await replaceInOneStep(file, (temporary) => write(temporary, value));
}

/**
 * Lets `make` create a file under another name, and gives it its own name when it is whole. What a killed process has left under
 * the other name is removed first, so that nothing is written through a link.
 */
export async function replaceInOneStep(
  file: string,
  make: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = temporaryFileOf(file);
  try {
    await rm(temporary, { force: true });
    await make(temporary);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(file);
}

/** Writes a value as JSON to a file that is not there. After a loss of power it may be empty. */
export async function createJSONFile(file: string, value: unknown): Promise<void> {
  await write(file, value);
  await syncFolder(file);
}

async function write(file: string, value: unknown): Promise<void> {
  const handle = await open(file, "wx");
  try {
    await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`);
    await handle.datasync();
  } catch (error) {
    await rm(file, { force: true }).catch(() => {});
    throw error;
  } finally {
    await handle.close();
  }
}

/** The text of a file beside an export; `undefined` if there is none. Throws `CommandError` if it is a folder or a dead link. */
export async function readTextFile(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(async (error: NodeJS.ErrnoException) => {
    const isFolder = error.code === "EISDIR";
    if (!isFolder) {
      undefinedIfMissing(error);
      if (!(await exists(file))) return undefined;
    }
    const what = isFolder ? "a folder" : "a link to a file that does not exist";
    const why = `Cannot use ${file} because it is ${what}: rename it, or choose another name for the export`;
    throw new CommandError(why, undefined, { cause: error });
  });
}

/** Whether a file, a folder or a link has this name. A link counts even if its target does not exist. */
export async function exists(file: string): Promise<boolean> {
  return (await lstat(file).catch(undefinedIfMissing)) !== undefined;
}

/** Throws an error again that does not say that a file is missing. */
export function undefinedIfMissing(error: unknown): undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
}

/** Makes a rename in the folder of a file last through a loss of power, where the system can do so. */
export async function syncFolder(file: string): Promise<void> {
  // Windows cannot open folders, and some network file systems cannot sync them.
  const folder = await open(dirname(file)).catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
