import type { RunResult } from "@pageturn/postgres";
import { readCount } from "../catalog/list-options.ts";
import { failureWords } from "../command-words.ts";
import type { MirrorCommandOptions, RunOptions } from "../commands/mirror.ts";
import { counted, grouped } from "../export/progress-text.ts";
import { UsageError } from "../failure.ts";
import { messages } from "../messages.ts";
import { readMirrorTime } from "./add-list.ts";
import { eachList } from "./each-list.ts";
import { namesOf, withMirror } from "./open-mirror.ts";

/** Runs lists one after the other: parents come before their children. The exit code is 3 if one was not seen whole. */
export async function runLists(names: readonly string[], options: RunOptions): Promise<void> {
  const concurrency = readCount("--concurrency", options.concurrency);
  const from = options.from === undefined ? undefined : readMirrorTime("--from", options.from);
  if (from !== undefined && names.length === 0)
    throw new UsageError(
      "Cannot use --from for all lists: name the feeds and reports that are requested again",
    );
  await withMirror(options, async ({ mirror }) => {
    const { info } = messages(options);
    const onAsk = () => info("Ending after this page. Press Ctrl-C again to end at once.");
    const chosen = await namesOf(mirror, names);
    const { isStopped } = await eachList(chosen, { options, onAsk }, async (name, signal) => {
      const begun = await mirror.now();
      const result = await mirror.run(name, { signal, concurrency, from });
      report(result, options);
      if (result.outcome !== "open" && result.startedAt < begun) {
        info(
          `${name}: the run of ${result.startedAt.toISOString()} was begun by another process, or interrupted. Run the list again for what is newer`,
        );
      }
      return result.outcome !== "incomplete";
    });
    if (isStopped) info("The same command goes on where this one has ended.");
  });
}

/** Says how a run has ended. */
export function report(result: RunResult, options: MirrorCommandOptions): void {
  const { name, outcome, rows, added, changed, deleted, pages, lastError, notFound, parts } = result;
  const { info, warn } = messages(options);
  const gone =
    notFound === 0
      ? ""
      : `; ${grouped(notFound)} of ${counted(parts, "parent")} answered 404, and keep their rows`;
  const numbers = `${counted(rows, "row")} in ${counted(pages, "page")}, ${grouped(added)} new, ${grouped(changed)} changed, ${grouped(deleted)} deleted${gone}`;
  if (outcome === "complete") info(`${name}: complete, ${numbers}`);
  else if (outcome === "open") info(`${name}: interrupted, ${numbers}`);
  else warn(`${name}: incomplete, ${numbers}: ${failureWords(lastError ?? "a part did not see everything")}`);
}
