import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { MirrorError } from "../mirror-error.ts";

/** What the lock file of a folder says: the process that has the database open. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, as the kernel counts it; `null` where that is not known. Process ids are used again. */
  readonly start: string | null;
}

/** A guard of a takeover that is older was left by a process that died. */
const GUARD_MS = 10_000;
/** Enough for a guard that was left over to become old: there are 100 ms between two attempts. */
const ATTEMPTS = 150;

/** The right to open the database in a folder. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Locks a folder for this process. PGlite has no lock of its own, and two processes that write the same folder destroy it.
 * The lock of a process that is gone is taken over. Throws if another live process has it, or one on another host.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, "pageturn.lock");
  const own: Holder = { pid: process.pid, host: hostname(), start: await startOf(process.pid) };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await createWhole(file, JSON.stringify(own))) return { release: () => rm(file, { force: true }) };
    const holder = await readHolder(file);
    if (holder !== undefined && (await isAlive(holder))) {
      throw new MirrorError(
        `Cannot open the database in ${folder} because process ${holder.pid} on ${holder.host} has it open: ` +
          `stop it, or remove ${file} if it is gone`,
        { kind: "database" },
      );
    }
    await removeStale(file, holder);
  }
  throw new MirrorError(
    `Cannot open the database in ${folder} because other processes lock it all the time: try again`,
    { kind: "database" },
  );
}

/**
 * Creates a file with its content in one step; `false` if it is there. Of two processes only one succeeds, and nobody can read
 * the file while it is still empty, and take it for one that is left over.
 */
async function createWhole(file: string, content: string): Promise<boolean> {
  const own = `${file}.${randomUUID()}`;
  await writeFile(own, content, { flag: "wx" });
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

/** Removes the lock of a process that is gone, unless another process has replaced it in the meantime. */
async function removeStale(file: string, holder: Holder | undefined): Promise<void> {
  const guard = `${file}.takeover`;
  try {
    await mkdir(guard);
  } catch {
    // Another process takes the lock over, or died at it. A live one needs milliseconds, so an old guard is left over.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const made = await stat(guard).catch(() => undefined);
    if (made !== undefined && Date.now() - made.mtimeMs > GUARD_MS) {
      await rm(guard, { recursive: true, force: true });
    }
    return;
  }
  try {
    const now = await readHolder(file);
    if (JSON.stringify(now) === JSON.stringify(holder)) await rm(file, { force: true });
  } finally {
    await rm(guard, { recursive: true, force: true });
  }
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, "utf8"));
    if (typeof value !== "object" || value === null || !("pid" in value) || !("host" in value))
      return undefined;
    const start = "start" in value && typeof value.start === "string" ? value.start : null;
    return { pid: Number(value.pid), host: String(value.host), start };
  } catch {
    return undefined;
  }
}

async function isAlive({ pid, host, start }: Holder): Promise<boolean> {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  const now = await startOf(pid);
  return start === null || now === null || start === now;
}

async function startOf(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The name of the program is in parentheses and can have spaces; the start is the 20th field after it.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
