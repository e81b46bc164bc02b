import { isDatabaseFailure } from "@pageturn/postgres";
import { commandWords } from "../command-words.ts";
import type { MirrorCommandOptions } from "../commands/mirror.ts";
import { EXIT, exitCodeOf } from "../failure.ts";
import { messages } from "../messages.ts";
import { exitCodeOfSignal } from "../stop-request.ts";
import { boundedStop } from "./bounded-stop.ts";
import { readable } from "./open-mirror.ts";

/**
 * Does something with each list, one after the other. A list that fails keeps no other one waiting. The exit code is 3 if `body` returns
 * `false` for a list, else that of the first failure; 1 if the database as a whole fails, which ends the command. After Ctrl-C or SIGTERM, `onAsk` is
 * called, and no other list begins.
 */
export async function eachList(
  names: readonly string[],
  { options, onAsk }: { readonly options: MirrorCommandOptions; readonly onAsk: () => void },
  body: (name: string, signal: AbortSignal) => Promise<boolean>,
): Promise<{ readonly isStopped: boolean }> {
  const { error: fail } = messages(options);
  const aborts = new AbortController();
  const stop = boundedStop(() => {
    onAsk();
    aborts.abort();
  });
  let failure: number | undefined;
  let isWhole = true;
  try {
    for (const name of names) {
      try {
        isWhole = (await body(name, aborts.signal)) && isWhole;
      } catch (caught) {
        // Other lists would fail as well.
        if (isDatabaseFailure(caught)) throw caught;
        const error = readable(caught);
        const code = exitCodeOf(error);
        if (stop.asked === null) {
          if (code === null || !(error instanceof Error)) throw error;
          fail(`${name}: ${commandWords(error.message)}`);
          failure ??= code;
        }
      }
      if (stop.asked !== null) break;
    }
  } finally {
    stop.dispose();
  }
  const code = isWhole ? failure : EXIT.incomplete;
  process.exitCode = stop.asked === null ? code : exitCodeOfSignal(stop.asked);
  return { isStopped: stop.asked !== null };
}
