import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { CommandError } from "../failure.ts";

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "there is no space left on the disk",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be larger than the system allows",
  EROFS: "the file system is read-only",
  EACCES: "writing there is not permitted",
  EPERM: "writing there is not permitted",
  ENOENT: "the folder does not exist",
  ENOTDIR: "a part of its path is not a folder",
  EISDIR: "it is a folder",
  ERR_FS_EISDIR: "a folder has the name of a file that is needed beside it",
  EEXIST: "it exists already",
  ELOOP: "a part of its path is a link that leads in a circle",
  ENAMETOOLONG: "its name, or that of a file beside it, is too long",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  EBUSY: "another program uses it",
  EIO: "the disk reports an error",
};

/** The result codes of SQLite, without their extensions. */
const SQLITE_REASONS: Readonly<Record<number, string>> = {
  5: "another program uses it",
  8: "writing there is not permitted",
  10: "the disk reports an error",
  11: "it is damaged",
  13: "there is no space left on the disk",
  14: "the file cannot be opened there",
  26: "it is not a SQLite database",
};

/** The error for a file that cannot be written, as one line for users; the error itself, if it is not about files. */
export function fileProblem(error: unknown, file: string): unknown {
  const reason =
    isMissing(error) && existsSync(dirname(file)) ? "its folder does not take files" : reasonOf(error);
  if (reason === undefined) return error;
  return new CommandError(`Cannot write ${file}: ${reason}`, undefined, { cause: error });
}

/** A folder such as `/proc` says that a file is missing when one is to be created. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("errcode" in error && typeof error.errcode === "number") {
    return SQLITE_REASONS[error.errcode & 0xff] ?? error.message;
  }
  return "code" in error ? REASONS[String(error.code)] : undefined;
}
