/** The name of the file with the state of an export. */
export function stateFileOf(file: string): string {
  return `${file}.checkpoint.json`;
}

/** The name of the file with the rows of a Parquet file that is not finished. */
export function stagedFileOf(file: string): string {
  return `${file}.rows.jsonl`;
}

/** The name of the manifest of a file. */
export function manifestFileOf(file: string): string {
  return `${file}.manifest.json`;
}
