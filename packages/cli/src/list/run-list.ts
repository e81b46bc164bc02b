import { type Column, columnsOf } from "../catalog/columns.ts";
import { readField, readFields } from "../catalog/fields.ts";
import { readParams } from "../catalog/filters.ts";
import { apiCatalog, findList } from "../catalog/find-list.ts";
import { type ListWords, splitArguments } from "../catalog/list-arguments.ts";
import { readCount, readPageSize, refuseForward, splitOrder } from "../catalog/list-options.ts";
import type { ListOptions } from "../commands/list.ts";
import { formatOf, rowWriter } from "../output/row-writer.ts";
import { openOutput } from "../output/stdout.ts";
import { openClient, openList } from "../session.ts";
import { printRows } from "./print-rows.ts";

/** The parameters that begin a list elsewhere than at its start, and what it has then. */
const CURSORS = [
  ["after_id", "all after --after-id"],
  ["before_id", "all before --before-id"],
  ["page", "all from --page on"],
] as const;

/** Checks all arguments, and prints the list. */
export async function runList({ name, rest, known }: ListWords, options: ListOptions): Promise<void> {
  const list = findList(name);
  const { pathArgs, flags: typed } = splitArguments(list, rest);
  const { order, flags } = splitOrder(typed);
  const params = readParams(list, pathArgs, flags, known);
  if (order === "traversal") refuseForward(list, params);
  const output = openOutput();
  const format = formatOf(options.format, output);
  const columns: readonly Column[] = columnsOf(list, apiCatalog().shapes);
  const fields = options.fields === undefined ? null : readFields(options.fields, columns);
  const maxItems = options.maxItems === undefined ? undefined : readCount("--max-items", options.maxItems);
  const distinctBy =
    options.distinctBy === undefined ? undefined : readField("--distinct-by", options.distinctBy, columns);
  if (options.pageSize !== undefined) params["limit"] = readPageSize(list, options.pageSize, params);

  const client = openClient(options);
  try {
    const { csvSafe } = options;
    const writer = await rowWriter(format, { columns, fields, output, csvSafe });
    await printRows((signal) => openList(client, list, pathArgs, params, { signal }), {
      output,
      writer,
      maxItems,
      order,
      rest: CURSORS.find(([name]) => params[name] !== undefined)?.[1],
      distinctBy,
      messages: options,
    });
  } finally {
    await client.close();
  }
}
