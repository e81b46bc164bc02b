import type { VerifyResult } from "@pageturn/postgres";
import { readCount } from "../catalog/list-options.ts";
import type { MirrorCommandOptions } from "../commands/mirror.ts";
import { counted } from "../export/progress-text.ts";
import { EXIT } from "../failure.ts";
import { messages } from "../messages.ts";
import { exitCodeOfSignal, StopRequest } from "../stop-request.ts";
import { namesOf, withMirror } from "./open-mirror.ts";

/** Compares lists with the API. Each row that differs is a line on stdout. The exit code is 3 if there is one. */
export async function verifyLists(
  names: readonly string[],
  options: MirrorCommandOptions & { readonly sample?: string | undefined },
): Promise<void> {
  const sample = options.sample === undefined ? undefined : readCount("--sample", options.sample);
  await withMirror(options, async ({ mirror }) => {
    const aborts = new AbortController();
    // Nothing is written: a request that is under way can end at once.
    const stop = new StopRequest(() => aborts.abort());
    try {
      for (const name of await namesOf(mirror, names)) {
        const result = await mirror.verify(name, {
          ...(sample !== undefined && { sample }),
          signal: aborts.signal,
        });
        report(result, options);
      }
    } catch (error) {
      if (stop.asked === null) throw error;
      process.exitCode = exitCodeOfSignal(stop.asked);
    } finally {
      stop.dispose();
    }
  });
}

function report(result: VerifyResult, options: MirrorCommandOptions): void {
  const { name, compared, missing, extra, different, differences, complete } = result;
  const { info, error: fail } = messages(options);
  for (const { key, kind } of differences)
    process.stdout.write(`${JSON.stringify({ list: name, kind, key })}\n`);
  const found = `${missing} missing, ${extra} extra, ${different} different`;
  if (!complete)
    fail(`${name}: the list could not be walked whole; ${counted(compared, "row")} compared, ${found}`);
  else if (missing + extra + different > 0) fail(`${name}: ${counted(compared, "row")} compared, ${found}`);
  else {
    info(`${name}: ${counted(compared, "row")} compared, no difference`);
    return;
  }
  process.exitCode = EXIT.incomplete;
}
