import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { count, shape, text } from "./checks.ts";
import { undefinedIfMissing } from "./json-file.ts";

/** What tells the file of an export from another one that has its name. */
export interface FileMark {
  /** A length of the file. */
  readonly bytes: number;
  /** Of the last 4 KiB of that length, or of all of it: SHA-256 in hexadecimal digits. */
  readonly sha256: string;
}

/** What is known of the rows in a file. */
export interface KnownRows {
  /** The length of the file up to which it has them. */
  readonly bytes: number | null;
  readonly mark: FileMark | null;
}

/** Checks a mark that is read from a state. */
export const MARK = shape({ bytes: count, sha256: text } satisfies Readonly<Record<keyof FileMark, unknown>>);

/** How many bytes a mark looks at, at most. A process that is killed while it writes the first ones has written all or none of them. */
const MARKED = 4096;

/** The mark of the beginning of a file, whose bytes are about to be written. */
export function markOfStart(bytes: Uint8Array): FileMark {
  const start = bytes.subarray(0, MARKED);
  return { bytes: start.length, sha256: sha256(start) };
}

/** The mark of a file that is open, at a length of it; `undefined` if it is shorter. */
export async function markAt(handle: FileHandle, bytes: number): Promise<FileMark | undefined> {
  const part = Buffer.alloc(Math.min(bytes, MARKED));
  let done = 0;
  while (done < part.length) {
    const { bytesRead } = await handle.read(part, done, part.length - done, bytes - part.length + done);
    if (bytesRead === 0) return undefined;
    done += bytesRead;
  }
  return { bytes, sha256: sha256(part) };
}

/**
 * Whether an open file has the rows that are known, or, if there are none, nothing but what its export was writing. It may have grown
 * since.
 */
export async function hasRows(handle: FileHandle, { bytes, mark }: KnownRows): Promise<boolean> {
  if ((await handle.stat()).size === 0) return (bytes ?? 0) === 0;
  // Any file begins with no bytes.
  if (mark === null || mark.bytes === 0) return false;
  return (await markAt(handle, mark.bytes))?.sha256 === mark.sha256;
}

/** Whether a file is there that has other rows than those that are known. */
export async function hasOtherRows(file: string, rows: KnownRows): Promise<boolean> {
  return (await whileOpen(file, (handle) => hasRows(handle, rows))) === false;
}

/** Whether two marks are of the same file. */
export function isSameMark(one: FileMark | null | undefined, other: FileMark | null | undefined): boolean {
  return one?.bytes === other?.bytes && one?.sha256 === other?.sha256;
}

/** The mark of a whole file; `undefined` if there is none. */
export function markOf(file: string): Promise<FileMark | undefined> {
  return whileOpen(file, async (handle) => markAt(handle, (await handle.stat()).size));
}

/** What `read` returns; `undefined` if the file is missing. */
async function whileOpen<T>(file: string, read: (handle: FileHandle) => Promise<T>): Promise<T | undefined> {
  const handle = await open(file).catch(undefinedIfMissing);
  if (handle === undefined) return undefined;
  try {
    return await read(handle);
  } finally {
    await handle.close();
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
