import type { RunResult } from "@pageturn/postgres";
import { readCount } from "../catalog/list-options.ts";
import { commandWords } from "../command-words.ts";
import type { MirrorCommandOptions } from "../commands/mirror.ts";
import { counted } from "../export/progress-text.ts";
import { EXIT, exitCodeOf } from "../failure.ts";
import { messages } from "../messages.ts";
import { exitCodeOfSignal, StopRequest } from "../stop-request.ts";
import { namesOf, withMirror } from "./open-mirror.ts";

/** Runs lists one after the other: parents come before their children. The exit code is 3 if one was not seen whole. */
export async function runLists(
  names: readonly string[],
  options: MirrorCommandOptions & { readonly concurrency: string },
): Promise<void> {
  const concurrency = readCount("--concurrency", options.concurrency);
  const { info, error: fail } = messages(options);
  await withMirror(options, async ({ mirror }) => {
    const chosen = await namesOf(mirror, names);
    const aborts = new AbortController();
    const stop = new StopRequest(() => {
      info("Ending after this page. Press Ctrl-C again to end at once.");
      aborts.abort();
    });
    try {
      for (const name of chosen) {
        try {
          const result = await mirror.run(name, { signal: aborts.signal, concurrency });
          report(result, options);
          if (result.outcome === "incomplete") process.exitCode = EXIT.incomplete;
        } catch (error) {
          // A list that fails keeps no other one waiting. The exit code is that of the first failure.
          const code = exitCodeOf(error);
          if (code === null || !(error instanceof Error)) throw error;
          fail(`${name}: ${commandWords(error.message)}`);
          process.exitCode ??= code;
        }
        if (stop.asked !== null) {
          info("The same command goes on where this one has ended.");
          process.exitCode = exitCodeOfSignal(stop.asked);
          return;
        }
      }
    } finally {
      stop.dispose();
    }
  });
}

/** Says how a run has ended. */
export function report(result: RunResult, options: MirrorCommandOptions): void {
  const { name, outcome, rows, added, changed, deleted, pages, lastError } = result;
  const { info, warn } = messages(options);
  const numbers = `${counted(rows, "row")} in ${counted(pages, "page")}, ${added} new, ${changed} changed, ${deleted} deleted`;
  if (outcome === "complete") info(`${name}: complete, ${numbers}`);
  else if (outcome === "open") info(`${name}: interrupted, ${numbers}`);
  else warn(`${name}: incomplete, ${numbers}: ${commandWords(lastError ?? "a part did not see everything")}`);
}
