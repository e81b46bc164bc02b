import type { Column } from "../catalog/columns.ts";
import type { FileMark } from "./file-mark.ts";
import type { Format } from "./formats.ts";

/** Where the rows of an export come from. No credential is in it. */
export interface ExportSource {
  /** Origin and path of the URL of the API. */
  readonly baseURL: string;
  /** What `--workspace` says; `null` without it. */
  readonly workspace: string | null;
  /** What `--api-version` says; `null` for the version of the client. */
  readonly apiVersion: string | null;
}

/** Everything that decides which rows an export has, and how they are written. It does not change when the export is resumed. */
export interface ExportJob {
  /** The file that is written. */
  readonly file: string;
  /** The file that `file` replaces when the export has ended: the one that the user named; else `undefined`. */
  readonly replaces?: string | undefined;
  /** What that file is when the export begins; `null` if there is none. */
  readonly replaced?: FileMark | null | undefined;
  readonly format: Format;
  readonly source: ExportSource;
  readonly endpoint: string;
  /** With its parameters filled in. */
  readonly path: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The filters as they were typed. */
  readonly typed: readonly string[];
  readonly columns: readonly Column[];
  /** The fields that `--fields` chose; `null` for whole items. */
  readonly fields: readonly string[] | null;
  /** The field of `--distinct-by`; `null` to keep repeats. */
  readonly distinctBy: string | null;
  readonly csvSafe: boolean;
  readonly isParallel: boolean;
  /** When the export of several files began that this file belongs to; `undefined` for one that begins with this file. */
  readonly startedAt?: string | undefined;
}

/** What to do if a file cannot be resumed. With `--split-by`, it is not `--overwrite`, which replaces all files. */
export function startAgain({ startedAt }: ExportJob): string {
  return startedAt === undefined ? "start again with --overwrite" : "name another output";
}

/** The file that the user named. */
export function targetOf({ file, replaces }: Pick<ExportJob, "file" | "replaces">): string {
  return replaces ?? file;
}
