import type { PaginationStrategy } from "pageturn/client";
import { readFields } from "../catalog/fields.ts";
import { readCount } from "../catalog/list-options.ts";
import type { UrlOptions } from "../commands/url.ts";
import { UsageError } from "../failure.ts";
import { printRows } from "../list/print-rows.ts";
import { messages } from "../messages.ts";
import { formatOf, rowWriter } from "../output/row-writer.ts";
import { openOutput } from "../output/stdout.ts";
import { type AnyList, listOptions, openAnyList } from "./any-list.ts";
import { detect, detectionText, surest } from "./detected.ts";
import { itemsPath, namedStrategy } from "./strategy-options.ts";

/** Prints the list at a URL, or how it pages. */
export async function runUrl(url: string, options: UrlOptions): Promise<void> {
  const output = openOutput();
  const format = formatOf(options.format, output);
  const fields = options.fields === undefined ? null : readFields(options.fields, null);
  const maxItems = options.maxItems === undefined ? undefined : readCount("--max-items", options.maxItems);
  const list = openAnyList(url, options);
  try {
    if (options.detect) {
      const detection = await detect(list);
      await output.write(detectionText(detection));
      if (detection.candidates.length === 0) process.exitCode = 1;
      return;
    }
    const strategy = await strategyOf(list, options);
    const writer = await rowWriter(format, { columns: null, fields, output, csvSafe: options.csvSafe });
    const { pathname, search } = list.url;
    const items = options.items === undefined ? {} : { items: itemsPath(options.items) };
    const open = (signal: AbortSignal) =>
      list.client.list(pathname + search, { ...listOptions(list, strategy), ...items, signal });
    await printRows(open, { output, writer, maxItems, messages: options });
  } finally {
    await list.client.close();
  }
}

async function strategyOf(list: AnyList, options: UrlOptions): Promise<PaginationStrategy> {
  const { strategy: name, param, items } = options;
  if (name !== "auto") return namedStrategy(name, { params: param, items });
  if (param.length > 0)
    throw new UsageError(
      "Cannot use --param without --strategy NAME, because it is an option of the strategy",
    );
  const { strategy, code } = surest(await detect(list));
  messages(options).info(`Detected: ${code}`);
  return strategy;
}
