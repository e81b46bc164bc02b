import type { Format } from "./formats.ts";

/** The name of the file with the state of an export. */
export function stateFileOf(file: string): string {
  return `${file}.checkpoint.json`;
}

/** The name of what holds the state of an export, for messages: a file, or a table of the database. */
export function stateNameOf(file: string, format: Format): string {
  return format === "sqlite" ? `the table _export of ${file}` : stateFileOf(file);
}

/** The name of the file with the rows of a Parquet file that is not finished. */
export function stagedFileOf(file: string): string {
  return `${file}.rows.jsonl`;
}

/** The name of the file that has the rows of an export as they come. */
export function rowsFileOf(file: string, format: Format): string {
  return format === "parquet" ? stagedFileOf(file) : file;
}

/** The name of the manifest of a file. */
export function manifestFileOf(file: string): string {
  return `${file}.manifest.json`;
}

/** The name of the file that is to replace another one. */
export function newFileOf(file: string): string {
  return `${file}.new`;
}

/** The name of the record of an export that is split into files. */
export function splitFileOf(file: string): string {
  return `${file}.split.json`;
}

/**
 * The name under which a file is written that has to appear in one step. Files with this ending belong to the command: one that a
 * killed process has left is replaced.
 */
export function temporaryFileOf(file: string): string {
  return `${file}.pageturn-tmp`;
}

/** The ends of names that only files beside an export have. */
export const SIDE_ENDS: readonly string[] = [stateFileOf, manifestFileOf, splitFileOf, temporaryFileOf].map(
  (nameOf) => nameOf(""),
);
