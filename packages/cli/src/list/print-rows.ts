import type { AsyncPaginator, Outcome } from "pageturn";
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
  readonly messages: MessageOptions;
}

/**
 * Prints the items page by page. The items of all pages before a failure are printed, and what the format needs at its end, too.
 *
 * Throws `CommandError` if the list was not seen whole.
 */
export async function printRows(paginator: AsyncPaginator<unknown>, options: PrintOptions): Promise<void> {
  const { output, writer, maxItems = Number.POSITIVE_INFINITY, order } = options;
  const say = messages(options.messages);
  const interruption = watchInterruption(say);
  const walk = paginator.pages({ maxItems, ...(order !== undefined && { order }) });
  let items = 0;
  try {
    for await (const page of walk) {
      // The bound of a walk by pages ends with the page that reaches it.
      const all = page.getPaginatedItems();
      const rows = items + all.length > maxItems ? all.slice(0, maxItems - items) : all;
      items += rows.length;
      await output.write(writer.rows(rows));
      if (interruption.isRequested) break;
    }
  } finally {
    await output.write(writer.end());
  }
  const reached = `after ${items} ${items === 1 ? "item" : "items"}`;
  if (interruption.isRequested && walk.outcome?.complete !== true)
    throw new CommandError(`Ended by Ctrl-C ${reached}`, EXIT.interrupted);
  const why = incompleteness(walk.outcome, items >= maxItems);
  if (why !== null) throw new CommandError(`The list is incomplete ${reached}: ${why}`, EXIT.incomplete);
  if (output.isTerminal)
    say.info(
      items >= maxItems
        ? `Stopped ${reached}: --max-items`
        : `The whole list: ${reached.slice("after ".length)}`,
    );
}

/** Why the list is not known to be whole; `null` if it is, or if not all of it was wanted. */
function incompleteness(outcome: Outcome | null, isEnough: boolean): string | null {
  if (outcome === null || outcome.complete || isEnough) return null;
  if (outcome.incompleteBecause === "cursorAfterEnd")
    return "the server says that there is no more, and gives a cursor that says the opposite";
  if (outcome.incompleteBecause === "noItems") return "an answer has no place for items";
  return outcome.incompleteBecause ?? outcome.reason;
}
