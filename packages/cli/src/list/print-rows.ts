import type { AsyncPaginator, BasePage } from "pageturn";
import { type Column, distinctKey } from "../catalog/columns.ts";
import type { WalkOrder } from "../catalog/list-options.ts";
import { incompleteness } from "../command-words.ts";
import { CommandError, EXIT } from "../failure.ts";
import { type MessageOptions, messages } from "../messages.ts";
import type { RowWriter } from "../output/row-writer.ts";
import type { Output } from "../output/stdout.ts";
import { exitCodeOfSignal, StopRequest } from "../stop-request.ts";

interface PrintOptions {
  readonly output: Output;
  readonly writer: RowWriter;
  readonly maxItems: number | undefined;
  readonly order?: WalkOrder | undefined;
  /** What the end of the list means, where it does not begin at its start: `"all after --after-id"`. */
  readonly rest?: string | undefined;
  /** The field of `--distinct-by`: items that repeat one of the last 10,000 are left out. */
  readonly distinctBy?: Column | undefined;
  readonly onPage?: ((page: BasePage<unknown>) => void) | undefined;
  readonly messages: MessageOptions;
}

/**
 * Prints the items page by page. `open` returns the list, whose requests end when the signal fires. The items of all pages before a failure are printed, and what the format needs at its end, too.
 *
 * Throws `CommandError` if the list was not seen whole.
 */
export async function printRows(
  open: (signal: AbortSignal) => AsyncPaginator<unknown>,
  options: PrintOptions,
): Promise<void> {
  const { output, writer, maxItems, order, distinctBy } = options;
  const say = messages(options.messages);
  const stop = new StopRequest(() => say.info("Ending. Press Ctrl-C again to end at once."));
  // Of the items on the pages so far, without repeats.
  let [received, taken] = [0, 0];
  const walk = open(stop.signal).items({
    ...(maxItems !== undefined && { maxItems }),
    ...(order !== undefined && { order }),
    ...(distinctBy !== undefined && { distinctBy: (item: unknown) => distinctKey(item, distinctBy) }),
    onPage: (page, { items }) => {
      received = items;
      options.onPage?.(page);
    },
  });
  let rows: unknown[] = [];
  try {
    while (stop.asked === null) {
      const { done, value: item } = await stop.whileWaiting(walk.next());
      if (done) break;
      rows.push(item);
      taken += 1;
      if (taken < received) continue;
      const page = rows;
      rows = [];
      await output.write(writer.rows(page));
    }
  } catch (error) {
    if (stop.asked === null) throw error;
  } finally {
    await walk.return();
    await output.write(writer.rows(rows));
    await output.write(writer.end());
  }
  const { outcome } = walk;
  const reached = outcome?.items === 1 ? "1 item" : `${outcome?.items ?? 0} items`;
  if (stop.asked !== null && outcome?.complete !== true) {
    const by = stop.asked === "SIGINT" ? "Ctrl-C" : stop.asked;
    throw new CommandError(`Ended by ${by} after ${reached}`, exitCodeOfSignal(stop.asked));
  }
  const why = outcome === null ? null : incompleteness(outcome);
  if (why !== null)
    throw new CommandError(`The list is incomplete after ${reached}: ${why}`, EXIT.incomplete);
  const repeats = outcome?.duplicates ?? 0;
  if (repeats > 0) say.info(repeats === 1 ? "1 repeat was left out" : `${repeats} repeats were left out`);
  if (!output.isTerminal) return;
  say.info(
    outcome?.complete
      ? `${reached}, ${options.rest ?? "the whole list"}`
      : `${reached}. There may be more: see --max-items`,
  );
}
