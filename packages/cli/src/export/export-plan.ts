import type { APIList } from "pageturn/catalog";
import { type Column, columnsOf } from "../catalog/columns.ts";
import { readField, readFields } from "../catalog/fields.ts";
import { readParams } from "../catalog/filters.ts";
import { apiCatalog, findList } from "../catalog/find-list.ts";
import { type Flag, type ListWords, plainName, splitArguments } from "../catalog/list-arguments.ts";
import { excludesPageSize, largestPageOf, readCount, readPageSize } from "../catalog/list-options.ts";
import type { ExportOptions } from "../commands/export.ts";
import { UsageError } from "../failure.ts";
import { baseURLOf, credential } from "../session.ts";
import type { ExportJob, ExportSource } from "./export-job.ts";
import { SIDE_ENDS } from "./file-names.ts";
import { formatOf } from "./formats.ts";
import type { SinkMode } from "./sink.ts";
import {
  type ExportPart,
  isStartInDays,
  rangeFor,
  type SplitBy,
  type SplitRange,
  splitRange,
  splitRanges,
  wholeStart,
} from "./split-ranges.ts";

/** One file that an export writes. */
export interface PlannedPart {
  readonly job: ExportJob;
  readonly keeps: ExportPart["keeps"];
  /** The range of time of an export in slices; else `null`. */
  readonly range: { readonly from: string; readonly to: string } | null;
}

/** What an export command is to do. */
export interface ExportPlan {
  readonly list: APIList;
  readonly pathArgs: readonly string[];
  /** The export as a whole: its file is the one that was named, also where the export is split. */
  readonly job: ExportJob;
  /** `undefined` for one file. */
  readonly split: SplitRange | undefined;
  readonly mode: SinkMode;
  readonly maxItems: number | undefined;
  /** How many slices are requested at a time; `undefined` for one walk. */
  readonly parallel: number | undefined;
}

/** Checks the arguments of an export. Nothing is read. Throws `UsageError`. */
export function planExport({ name, rest, known }: ListWords, options: ExportOptions): ExportPlan {
  const { output: file } = options;
  refuseNoFile(file);
  const list = findList(name);
  const { pathArgs, flags } = splitArguments(list, rest);
  const by = readSplit(options.splitBy);
  const typed = readParams(list, pathArgs, flags, known);
  const isStartWhole = by !== undefined && isStartInDays(list, flags);
  const parameters: ExportJob["parameters"] = {
    ...typed,
    ...(isStartWhole && wholeStart(list, { by, parameters: typed })),
    ...pageSize(list, options, typed),
  };
  const format = formatOf(file, options.format);
  refuseTogether(options);
  const maxItems = options.maxItems === undefined ? undefined : readCount("--max-items", options.maxItems);
  const parallel = options.parallel === undefined ? undefined : readCount("--parallel", options.parallel);
  const { columns, fields } = readColumns(list, options.fields);
  if (format === "sqlite") refuseSameInSQLite(columns);
  const distinctBy =
    options.distinctBy === undefined
      ? null
      : readField("--distinct-by", options.distinctBy, columnsOf(list, apiCatalog().shapes)).name;
  const job: ExportJob = {
    file,
    format,
    source: sourceOf(options),
    endpoint: list.id,
    path: list.pathParams.reduce(
      (text, param, index) => text.replace(`{${param}}`, encodeURIComponent(pathArgs[index] ?? "")),
      list.path,
    ),
    parameters,
    typed: typedFlags(flags),
    columns,
    fields,
    distinctBy,
    csvSafe: options.csvSafe ?? false,
    isParallel: parallel !== undefined,
  };
  const mode = { resume: options.resume ?? false, overwrite: options.overwrite ?? false };
  // What is wrong with the range is noticed before anything is read.
  const range = by && splitRange(list, { by, parameters });
  const split = range && { by, isStartWhole, isEndNamed: parameters[range.to] !== undefined };
  if (parallel !== undefined) slicedRange(list, parameters);
  return { list, pathArgs, job, split, mode, maxItems, parallel };
}

/**
 * The files of an export. `job` is that of the plan, or one with the parameters that the export was begun with. `split` says how it is
 * split; `undefined` if it is one file.
 */
export function filesOf(
  { list, parallel }: ExportPlan,
  job: ExportJob,
  split?: SplitRange,
): readonly PlannedPart[] {
  const { file, format, parameters } = job;
  const parts: readonly ExportPart[] =
    split === undefined
      ? [{ file, parameters, keeps: undefined }]
      : splitRanges({ list, file, format }, { ...split, parameters });
  return parts.map(({ file, parameters, keeps }) => ({
    job: { ...job, file, parameters },
    keeps,
    range: parallel === undefined ? null : slicedRange(list, parameters),
  }));
}

/** Throws `UsageError` for an output that is no name of a file of rows. */
function refuseNoFile(file: string): void {
  const end = SIDE_ENDS.find((each) => file.endsWith(each));
  if (end !== undefined) {
    throw new UsageError(
      `Cannot export to ${file} because an export keeps files whose names end in ${end} beside its rows: choose another name`,
    );
  }
  if (file.trim() === "") {
    throw new UsageError(
      "Cannot export to a file without a name: name it with --output, such as models.jsonl",
    );
  }
  if (file === "-") {
    throw new UsageError(
      "Cannot export to - because an export is a file: print the list with pageturn list, or name the file ./-",
    );
  }
}

function refuseTogether({
  resume,
  overwrite,
  splitBy,
  maxItems,
  csvSafe,
  output,
  format,
}: ExportOptions): void {
  if (resume && overwrite) throw new UsageError("Cannot use --resume together with --overwrite");
  if (splitBy !== undefined && maxItems !== undefined) {
    throw new UsageError("Cannot use --max-items together with --split-by");
  }
  if (csvSafe && formatOf(output, format) !== "csv") {
    throw new UsageError("Cannot use --csv-safe because the format is not csv");
  }
}

/** Without `--page-size`, the largest: an export needs all items. None where a filter that was typed excludes it. */
function pageSize(
  list: APIList,
  { pageSize: text }: ExportOptions,
  typed: ExportJob["parameters"],
): { readonly limit?: number | "max" } {
  if (text !== undefined) return { limit: readPageSize(list, text, typed) };
  const isUnknown = largestPageOf(list) === undefined;
  return isUnknown || excludesPageSize(list, typed) !== undefined ? {} : { limit: "max" };
}

function readSplit(text: string | undefined): SplitBy | undefined {
  if (text === undefined || text === "day" || text === "month") return text;
  throw new UsageError(`Cannot use --split-by ${text}: it must be day or month`);
}

function readColumns(
  list: APIList,
  text: string | undefined,
): { readonly columns: readonly Column[]; readonly fields: readonly string[] | null } {
  const columns = columnsOf(list, apiCatalog().shapes);
  if (text === undefined) return { columns, fields: null };
  const chosen = readFields(text, columns);
  return { columns: chosen, fields: chosen.map(({ name }) => name) };
}

/** SQLite takes names of columns for the same that differ in the case of ASCII letters alone. Throws `UsageError` for such fields. */
function refuseSameInSQLite(columns: readonly Column[]): void {
  const known = new Map<string, string>();
  for (const { name } of columns) {
    const folded = name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
    const other = known.get(folded);
    if (other !== undefined) {
      throw new UsageError(
        `Cannot use --fields with ${other} and ${name} because SQLite takes both for the same column: name one of them, or choose ` +
          "another format",
      );
    }
    known.set(folded, name);
  }
}

/** Where the rows come from, without what may be a secret. */
function sourceOf(options: ExportOptions): ExportSource {
  const url = baseURLOf(options, credential(options));
  // The client says what is wrong with a URL that is none, before anything is written.
  const { origin, pathname } = URL.canParse(url) ? new URL(url) : { origin: "", pathname: "" };
  return {
    baseURL: origin + pathname.replace(/\/+$/, ""),
    workspace: options.workspace ?? null,
    apiVersion: options.apiVersion ?? null,
  };
}

/** The filters as they were typed. `-7d` is another time with each command, and the same filter. */
function typedFlags(flags: readonly Flag[]): readonly string[] {
  return flags.map(({ typed, value }) => `${plainName(typed)}=${value ?? ""}`).toSorted();
}

function slicedRange(
  list: APIList,
  parameters: Readonly<Record<string, unknown>>,
): { readonly from: string; readonly to: string } {
  const range = rangeFor(list, parameters, {
    option: "--parallel",
    what: `export ${list.id} in parallel slices of time`,
  });
  return {
    from: String(parameters[range.from]),
    to: String(parameters[range.to] ?? new Date().toISOString()),
  };
}
