import { createHash } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { CommandError } from "../failure.ts";
import { newFileOf } from "./file-names.ts";

/** How to lock a file. */
interface LockOptions {
  /** Whether the export may write the file that replaces it, which is locked as well then. Default: `true`. */
  readonly replaces?: boolean;
  readonly platform?: NodeJS.Platform;
}

/**
 * Keeps other processes of this machine from writing a file, or the one that replaces it, while it is exported. The lock is a local
 * socket with a name made of the path: the system closes it with the process, also after `kill -9`, so it can never stand in the
 * way of `--resume`. Returns a function that gives it up. Throws `CommandError` if another process holds it. Where no socket can be
 * opened, there is no lock.
 */
export async function lockFile(
  file: string,
  { replaces = true, platform = process.platform }: LockOptions = {},
): Promise<() => void> {
  // By its numbers, a folder is the same whatever leads to it, and that of another container is another.
  const folder = await stat(dirname(file), { bigint: true }).catch(() => undefined);
  if (folder === undefined) return () => {};
  const locks: Server[] = [];
  const unlock = () => {
    for (const lock of locks) lock.close();
  };
  for (const each of replaces ? [file, newFileOf(file)] : [file]) {
    const lock = await lockName(socketName(`${folder.dev} ${folder.ino} ${basename(each)}`, platform));
    if (lock === "taken") {
      unlock();
      throw new CommandError(
        `Cannot export to ${file} because another process is exporting to ${each === file ? "it" : each}: wait until it has ended`,
      );
    }
    if (lock !== undefined) locks.push(lock);
  }
  return unlock;
}

async function lockName(name: string): Promise<Server | "taken" | undefined> {
  const lock = await listen(name);
  // Where a socket is a file, that stays when its process is killed. Nobody answers there.
  if (lock !== "taken" || !isFileName(name) || (await isAnswered(name))) return lock;
  await rm(name, { force: true });
  return listen(name);
}

function socketName(text: string, platform: NodeJS.Platform): string {
  const hash = createHash("sha256").update(text).digest("hex");
  const name = `pageturn-${hash.slice(0, 32)}`;
  if (platform === "win32") return `\\\\.\\pipe\\${name}`;
  // On Linux, a name that begins with NUL is none of a file.
  return platform === "linux" ? `\0${name}` : join(tmpdir(), name);
}

function isFileName(name: string): boolean {
  return !name.startsWith("\0") && !name.startsWith("\\\\");
}

/** A server; `undefined` if the system does not let one be opened. */
function listen(name: string): Promise<Server | "taken" | undefined> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code === "EADDRINUSE" ? "taken" : undefined);
    });
    server.listen(name, () => resolve(server.unref()));
  });
}

function isAnswered(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(name);
    const end = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
