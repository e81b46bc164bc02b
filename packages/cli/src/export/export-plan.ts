import type { APIList } from "pageturn/catalog";
import { type Column, columnsOf } from "../catalog/columns.ts";
import { readField, readFields } from "../catalog/fields.ts";
import { readParams } from "../catalog/filters.ts";
import { apiCatalog, findList } from "../catalog/find-list.ts";
import { type Flag, plainName, splitArguments } from "../catalog/list-arguments.ts";
import { largestPageOf, readCount, readPageSize } from "../catalog/list-options.ts";
import type { ExportOptions } from "../commands/export.ts";
import { UsageError } from "../failure.ts";
import { baseURLOf, credential } from "../session.ts";
import type { ExportJob, ExportSource } from "./export-job.ts";
import { formatOf } from "./formats.ts";
import { savedParameters } from "./saved-parameters.ts";
import { type ExportPart, rangeParams, type SplitBy, splitRanges } from "./split-ranges.ts";

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
  readonly parts: readonly PlannedPart[];
  readonly maxItems: number | undefined;
  /** How many slices are requested at a time; `undefined` for one walk. */
  readonly parallel: number | undefined;
}

/** Checks the arguments of an export. Throws `UsageError`. */
export async function planExport(
  { name, rest }: { name: string; rest: readonly string[] },
  options: ExportOptions,
): Promise<ExportPlan> {
  const list = findList(name);
  const { pathArgs, flags } = splitArguments(list, rest);
  const parameters = { ...readParams(list, pathArgs, flags), ...pageSize(list, options) };
  const format = formatOf(options.output, options.format);
  const splitBy = readSplit(options.splitBy);
  refuseTogether(options);
  const maxItems = options.maxItems === undefined ? undefined : readCount("--max-items", options.maxItems);
  const parallel = options.parallel === undefined ? undefined : readCount("--parallel", options.parallel);
  const typed = typedFlags(flags);
  const { columns, fields } = readColumns(list, options.fields);
  const distinctBy =
    options.distinctBy === undefined
      ? null
      : readField("--distinct-by", options.distinctBy, columnsOf(list, apiCatalog().shapes)).name;
  const source = sourceOf(options);
  const split =
    splitBy === undefined
      ? [{ file: options.output, parameters, keeps: undefined }]
      : splitRanges({ list, file: options.output, format }, { by: splitBy, parameters });
  const path = list.pathParams.reduce(
    (text, param, index) => text.replace(`{${param}}`, encodeURIComponent(pathArgs[index] ?? "")),
    list.path,
  );
  const parts = split.map(async (part): Promise<PlannedPart> => {
    const saved = options.resume ? await savedParameters(part.file, { format, typed }) : undefined;
    const used = saved === undefined ? part.parameters : { ...saved, limit: parameters["limit"] };
    const job: ExportJob = {
      file: part.file,
      format,
      source,
      endpoint: list.id,
      path,
      parameters: used,
      typed,
      columns,
      fields,
      distinctBy,
      csvSafe: options.csvSafe ?? false,
      isParallel: parallel !== undefined,
    };
    return { job, keeps: part.keeps, range: parallel === undefined ? null : slicedRange(list, used) };
  });
  return { list, pathArgs, parts: await Promise.all(parts), maxItems, parallel };
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

/** Without `--page-size`, the largest: an export needs all items. */
function pageSize(list: APIList, { pageSize: text }: ExportOptions): { readonly limit?: number | "max" } {
  if (text !== undefined) return { limit: readPageSize(list, text) };
  return largestPageOf(list) === undefined ? {} : { limit: "max" };
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
  const range = rangeParams(list);
  const why = "pages of a list can only be fetched in parallel by their time";
  if (range === undefined) {
    throw new UsageError(`Cannot use --parallel for ${list.id} because it has no range of time, and ${why}`);
  }
  const from = parameters[range.from];
  if (from === undefined) {
    throw new UsageError(`Cannot use --parallel for ${list.id} without ${range.fromOption}: ${why}`);
  }
  return { from: String(from), to: String(parameters[range.to] ?? new Date().toISOString()) };
}
