import type { BasePage } from "pageturn";
import type { PaginationStrategy } from "pageturn/client";
import { type Column, valueIn } from "../catalog/columns.ts";
import { readField, readFields } from "../catalog/fields.ts";
import { readCount } from "../catalog/list-options.ts";
import { allowedHint } from "../catalog/nearest.ts";
import type { UrlOptions } from "../commands/url.ts";
import { UsageError } from "../failure.ts";
import { printRows } from "../list/print-rows.ts";
import { type Messages, messages } from "../messages.ts";
import { columnsOfRows, rowOf } from "../output/item-columns.ts";
import { formatOf, type RowWriter, rowWriter } from "../output/row-writer.ts";
import { openOutput } from "../output/stdout.ts";
import { type AnyList, listOptions, openAnyList } from "./any-list.ts";
import { detect, detectionText, surest } from "./detected.ts";
import { type NextPlace, warnOfNoPlace } from "./next-place.ts";
import { namedStrategy, placePath } from "./strategy-options.ts";

/**
 * How many pages in a row may repeat the items of the page before, where an empty page ends the list. There the number of the page is
 * counted, and an API that ignores it sends its first page each time.
 */
const MOST_SAME_PAGES = 5;

/** Prints the list at a URL, or how it pages. */
export async function runUrl(url: string, options: UrlOptions): Promise<void> {
  const output = openOutput();
  const format = formatOf(options.format, output);
  const fields = options.fields === undefined ? null : readFields(options.fields, null);
  const maxItems = options.maxItems === undefined ? undefined : readCount("--max-items", options.maxItems);
  const distinctBy =
    options.distinctBy === undefined ? undefined : readField("--distinct-by", options.distinctBy, null);
  const list = openAnyList(url, options);
  try {
    if (options.detect) {
      const detection = await detect(list);
      await output.write(detectionText(detection));
      if (detection.candidates.length === 0) process.exitCode = 1;
      return;
    }
    const { strategy, place } = await strategyOf(list, options);
    const rows = await rowWriter(format, { columns: null, fields, output, csvSafe: options.csvSafe });
    const named = [
      ...(fields ?? []).map((field) => ({ option: "--fields", field })),
      ...(distinctBy === undefined ? [] : [{ option: "--distinct-by", field: distinctBy }]),
    ];
    const writer = named.length === 0 ? rows : checkingFields(rows, named, messages(options));
    const { pathname, search } = list.url;
    const items = options.items === undefined ? {} : { items: placePath(options.items) };
    const client =
      strategy.emptyPage === "end"
        ? list.client.withOptions({ walk: { maxEmptyPages: MOST_SAME_PAGES } })
        : list.client;
    const open = (signal: AbortSignal) =>
      client.list(pathname + search, { ...listOptions(list, strategy), ...items, signal });
    // The only page so far; null from the second one on, which only a page with a place for the next one leads to.
    let only: BasePage<unknown> | null | undefined;
    const onPage = (page: BasePage<unknown>) => {
      only = only === undefined ? page : null;
    };
    try {
      await printRows(open, {
        output,
        writer,
        maxItems,
        onPage,
        distinctBy,
        messages: options,
      });
    } finally {
      if (only && place !== null && only.data.length < (maxItems ?? Number.POSITIVE_INFINITY))
        warnOfNoPlace(only, place, messages(options));
    }
  } finally {
    await list.client.close();
  }
}

/** Warns of fields that no item of the first page has: no catalog knows those of the items. */
function checkingFields(
  writer: RowWriter,
  named: readonly { readonly option: string; readonly field: Column }[],
  { warn }: Messages,
): RowWriter {
  let isChecked = false;
  return {
    *rows(items) {
      if (!isChecked && items.length > 0) {
        isChecked = true;
        const rows = items.map(rowOf);
        const known = columnsOfRows(rows).map(({ name }) => name);
        for (const { option, field } of named)
          if (rows.every((row) => valueIn(row, field) === undefined))
            warn(
              `No item of the first page has the field ${field.name} of ${option}: ${allowedHint(field.name, known)}`,
            );
      }
      yield* writer.rows(items);
    },
    end: () => writer.end(),
  };
}

/** The next page after one without a number depends on the number of the first page, which no response says. */
function warnOfFirstPage({ searchParams }: URL, { strategy, param, json, ...options }: UrlOptions): void {
  const to = param.findLast((each) => each.startsWith("to="))?.slice("to=".length) ?? "page";
  const isNamed =
    json !== undefined || searchParams.has(to) || param.some((each) => each.startsWith("first="));
  if (strategy !== "pageNumber" || isNamed) return;
  messages(options).warn(
    `The URL has no ${to}: its page is taken for page 1, and the next request is for page 2. If this API counts from 0, ` +
      "use --param first=0. --param first=1 hides this warning",
  );
}

/** The strategy, and the place for the next page that the command names; `null` if it names none. */
async function strategyOf(
  list: AnyList,
  options: UrlOptions,
): Promise<{ readonly strategy: PaginationStrategy; readonly place: NextPlace | null }> {
  const { strategy: name, param, items } = options;
  if (name !== "auto") {
    warnOfFirstPage(list.url, options);
    return namedStrategy(name, { params: param, items });
  }
  if (param.length > 0)
    throw new UsageError(
      "Cannot use --param without --strategy NAME, because it is an option of the strategy",
    );
  const { strategy, code } = surest(await detect(list));
  messages(options).info(`Detected: ${code}`);
  return { strategy, place: null };
}
