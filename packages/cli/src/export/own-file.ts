import { stat } from "node:fs/promises";
import { CommandError } from "../failure.ts";
import { type ExportJob, startAgain } from "./export-job.ts";
import { exists, undefinedIfMissing } from "./json-file.ts";

/** Thrown when the file of an export is not what the export has written. It is neither counted nor removed. */
export class ChangedFile extends CommandError {
  override name = "ChangedFile";
}

/** The error for a file that is not what its export has written. */
export async function changedFile(file: string, job: ExportJob, cause?: unknown): Promise<ChangedFile> {
  const again = startAgain(job);
  const why = (await exists(file))
    ? `changed it: rename it, and ${again}`
    : `removed or renamed it: put it back and repeat the command with --resume, or ${again}`;
  return new ChangedFile(`Cannot go on with ${file} because another program has ${why}`, undefined, {
    cause,
  });
}

/** A file that an export has opened to write it, and the name that leads to it. */
export class OwnFile {
  readonly #file: string;
  readonly #job: ExportJob;
  readonly #id: FileId | undefined;

  private constructor(file: string, { job, id }: { job: ExportJob; id: FileId | undefined }) {
    this.#file = file;
    this.#job = job;
    this.#id = id;
  }

  /** The file that has just been opened. */
  static async of(file: string, job: ExportJob): Promise<OwnFile> {
    return new OwnFile(file, { job, id: await idOf(file) });
  }

  /** Throws `ChangedFile` if the name leads to another file, or to one of another length: what is written is not found by it. */
  async check(length?: Length): Promise<void> {
    const now = await idOf(this.#file);
    const isSame = now !== undefined && now.dev === this.#id?.dev && now.ino === this.#id.ino;
    const isAsLong =
      isSame && (length === undefined || (now.size >= length.least && now.size <= length.most));
    if (!isAsLong) throw await this.changed();
  }

  /** The error for a file that was found to have other rows. */
  changed(cause?: unknown): Promise<ChangedFile> {
    return changedFile(this.#file, this.#job, cause);
  }
}

interface Length {
  readonly least: number;
  readonly most: number;
}

interface FileId {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
}

/** By the name, not by a handle: on Windows, the two are numbers of different lengths. */
async function idOf(file: string): Promise<FileId | undefined> {
  return stat(file, { bigint: true }).catch(undefinedIfMissing);
}
