import type { AsyncPaginator, Outcome } from "pageturn";
import { valueAt } from "../catalog/columns.ts";
import type { WalkOrder } from "../catalog/list-options.ts";
import { CommandError, EXIT } from "../failure.ts";
import { watchInterruption } from "../interruption.ts";
import { type MessageOptions, messages } from "../messages.ts";
import type { RowWriter } from "../output/row-writer.ts";
import type { Output } from "../output/stdout.ts";

interface PrintOptions {
  readonly output: Output;
  readonly writer: RowWriter;
  readonly maxItems: number | undefined;
  readonly order?: WalkOrder | undefined;
  /** The path of a field: items that repeat one of the last 10,000 are left out. */
  readonly distinctBy?: readonly string[] | undefined;
  readonly messages: MessageOptions;
}

/**
 * Prints the items page by page. The items of all pages before a failure are printed, and what the format needs at its end, too.
 *
 * Throws `CommandError` if the list was not seen whole.
 */
export async function printRows(paginator: AsyncPaginator<unknown>, options: PrintOptions): Promise<void> {
  const { output, writer, maxItems, order, distinctBy } = options;
  const say = messages(options.messages);
  const interruption = watchInterruption(say);
  let left = 0;
  const walk = paginator.items({
    ...(maxItems !== undefined && { maxItems }),
    ...(order !== undefined && { order }),
    ...(distinctBy !== undefined && { distinctBy: (item: unknown) => distinctKey(item, distinctBy) }),
    onPage: (page) => {
      left = page.getPaginatedItems().length;
    },
  });
  let rows: unknown[] = [];
  try {
    for await (const item of walk) {
      rows.push(item);
      left -= 1;
      if (left > 0) continue;
      const page = rows;
      rows = [];
      await output.write(writer.rows(page));
      if (interruption.isRequested) break;
    }
  } finally {
    await output.write(writer.rows(rows));
    await output.write(writer.end());
  }
  const { outcome } = walk;
  const reached = outcome?.items === 1 ? "1 item" : `${outcome?.items ?? 0} items`;
  if (interruption.isRequested && outcome?.complete !== true)
    throw new CommandError(`Ended by Ctrl-C after ${reached}`, EXIT.interrupted);
  const why = incompleteness(outcome);
  if (why !== null)
    throw new CommandError(`The list is incomplete after ${reached}: ${why}`, EXIT.incomplete);
  const repeats = outcome?.duplicates ?? 0;
  if (repeats > 0) say.info(repeats === 1 ? "1 repeat was left out" : `${repeats} repeats were left out`);
  if (!output.isTerminal) return;
  say.info(
    outcome?.complete ? `${reached}, the whole list` : `${reached}. There may be more: see --max-items`,
  );
}

/** The key of an item. Objects are compared as JSON. */
function distinctKey(item: unknown, path: readonly string[]): unknown {
  const value = valueAt(item, path);
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

/** Why the list is not known to be whole; `null` if it is, or if not all of it was wanted. */
function incompleteness(outcome: Outcome | null): string | null {
  if (outcome === null || outcome.complete || outcome.reason === "maxItems") return null;
  switch (outcome.incompleteBecause) {
    case "cursorAfterEnd":
      return "the server says that there is no more, and gives a cursor that says the opposite";
    case "noItems":
      return "an answer has no place for items";
    case "moreAnnounced":
      return "the server says that there is more, and gives no way there";
    default:
      return outcome.incompleteBecause ?? (outcome.reason === "exhausted" ? null : outcome.reason);
  }
}
