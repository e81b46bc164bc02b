import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { MirrorError } from "../mirror-error.ts";

/** What the lock file of a folder says: the process that has the database open. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, as the kernel counts it; `null` where that is not known. Process ids are used again. */
  readonly start: string | null;
  /**
   * Where the process id means this process: one boot of a machine, and one container there. A host name can change, and two containers
   * can have the same one. `null` in a lock of an older release, which gives no sign of life.
   */
  readonly place: string | null;
}

/** A lock gives a sign of life so often. */
const BEAT_MS = 5000;
/** A lock of another place is left over if it gives none for so many of them. */
const BEATS = 5;

/** A guard of a takeover that is older was left by a process that died. */
const GUARD_MS = 10_000;
/** Enough for a guard that was left over to become old: there are 100 ms between two attempts. */
const ATTEMPTS = 150;

/** The right to open the database in a folder. */
export interface FolderLock {
  /** Throws if another process has taken the folder over, because this one gave no sign of life: it was stopped for too long. */
  check(): void;
  release(): Promise<void>;
}

/**
 * Locks a folder for this process. PGlite has no lock of its own, and two processes that write the same folder destroy it.
 * The lock of a process that is gone is taken over: on this host at once, and in another container or on another host if it gives no sign
 * of life for 25 seconds. Throws if another live process has it.
 */
export async function lockFolder(
  folder: string,
  { beatMs = BEAT_MS }: { readonly beatMs?: number } = {},
): Promise<FolderLock> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, "pageturn.lock");
  const own: Holder = {
    pid: process.pid,
    host: hostname(),
    start: await startOf(process.pid),
    place: await ownPlace(),
  };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const content = JSON.stringify(own);
    if (await createWhole(file, content)) return held(file, { content, beatMs });
    const holder = await readHolder(file);
    if (holder !== undefined && (await isAlive(holder, { own, file, watchMs: BEATS * beatMs }))) {
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
    const text = (name: string): string | null => {
      const found: unknown = Reflect.get(value, name);
      return typeof found === "string" ? found : null;
    };
    return { pid: Number(value.pid), host: String(value.host), start: text("start"), place: text("place") };
  } catch {
    return undefined;
  }
}

async function isAlive(
  { pid, host, start, place }: Holder,
  { own, file, watchMs }: { readonly own: Holder; readonly file: string; readonly watchMs: number },
): Promise<boolean> {
  if (place === null && host !== own.host) return true;
  if (place !== null && place !== own.place) return givesSignOfLife(file, watchMs);
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  const now = await startOf(pid);
  return start === null || now === null || start === now;
}

/** Whether the time of a file changes. The clocks of two hosts are not compared. */
async function givesSignOfLife(file: string, watchMs: number): Promise<boolean> {
  const timeOf = async () => (await stat(file).catch(() => undefined))?.mtimeMs;
  const before = await timeOf();
  for (const until = performance.now() + watchMs; performance.now() < until; ) {
    await sleep(Math.min(200, watchMs));
    const now = await timeOf();
    if (now === undefined) return false;
    if (now !== before) return true;
  }
  return false;
}

/** The program of the thread that gives the signs of life: PGlite works in the main thread, and a statement may take long. */
const BEAT = `
const { readFileSync, utimesSync } = require("node:fs");
const { parentPort, workerData } = require("node:worker_threads");
const { file, content, beatMs } = workerData;
const timer = setInterval(() => {
  try {
    const isOwn = readFileSync(file, "utf8") === content;
    if (isOwn) return utimesSync(file, new Date(), new Date());
  } catch (error) {
    if (error.code !== "ENOENT") return;
  }
  clearInterval(timer);
  parentPort.postMessage("lost");
}, beatMs);
`;

function held(file: string, data: { readonly content: string; readonly beatMs: number }): FolderLock {
  let isLost = false;
  const onLost = () => {
    isLost = true;
  };
  const thread = new Worker(BEAT, { eval: true, execArgv: [], workerData: { file, ...data } });
  thread.on("message", onLost).on("error", onLost).unref();
  return {
    check() {
      if (!isLost) return;
      throw new MirrorError(
        `Cannot use the database any longer because ${file} is not the lock of this process any more: start it again`,
        { kind: "database" },
      );
    },
    async release() {
      await thread.terminate();
      if (!isLost) await rm(file, { force: true });
    },
  };
}

async function ownPlace(): Promise<string> {
  try {
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
    return `${boot.trim()} ${await readlink("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
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
