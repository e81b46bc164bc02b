import { UsageError } from "../failure.ts";

/** The formats of an export, by the end of the file name that means them. */
export const FORMATS = {
  jsonl: [".jsonl", ".ndjson"],
  "jsonl.gz": [".jsonl.gz", ".ndjson.gz"],
  "jsonl.zst": [".jsonl.zst", ".ndjson.zst"],
  csv: [".csv"],
  parquet: [".parquet"],
  sqlite: [".sqlite", ".sqlite3", ".db"],
} as const;

/** The format of an export. */
export type Format = keyof typeof FORMATS;

/** The names of all formats, as users write them. */
const FORMAT_NAMES = Object.keys(FORMATS);

/** Whether `name` is the name of a format. */
export function isFormat(name: unknown): name is Format {
  return typeof name === "string" && Object.hasOwn(FORMATS, name);
}

/** The format that a name of a file means, or `name`, which `--format` says. */
export function formatOf(file: string, name?: string): Format {
  if (name !== undefined) {
    if (isFormat(name)) return name;
    throw new UsageError(`Cannot write the format "${name}": the formats are ${FORMAT_NAMES.join(", ")}`);
  }
  const format = FORMAT_NAMES.filter(isFormat).find((each) => endOf(file, each) !== undefined);
  if (format !== undefined) return format;
  const ends = Object.values(FORMATS).map(([end]) => end);
  throw new UsageError(
    `Cannot tell the format of ${file} from its name: let it end in ${ends.join(", ")}, or name it with --format`,
  );
}

/** The end of the name of a file that means its format: `.jsonl.gz`. */
export function endOf(file: string, format: Format): string | undefined {
  return FORMATS[format].find((end) => file.toLowerCase().endsWith(end));
}
