import type { VerifyResult } from "@pageturn/postgres";
import { readCount } from "../catalog/list-options.ts";
import { failureWords } from "../command-words.ts";
import type { MirrorCommandOptions } from "../commands/mirror.ts";
import { counted, grouped } from "../export/progress-text.ts";
import { messages } from "../messages.ts";
import { eachList } from "./each-list.ts";
import { namesOf, withMirror } from "./open-mirror.ts";

/** Compares lists with the API. Each row that differs is a line on stdout. The exit code is 3 if there is one, or if a list was not walked whole. */
export async function verifyLists(
  names: readonly string[],
  options: MirrorCommandOptions & { readonly sample?: string | undefined },
): Promise<void> {
  const sample = options.sample === undefined ? undefined : readCount("--sample", options.sample);
  await withMirror(options, async ({ mirror }) => {
    // Nothing is written: a request that is under way can end at once.
    await eachList(await namesOf(mirror, names), { options, onAsk: () => {} }, async (name, signal) => {
      const result = await mirror.verify(name, { ...(sample !== undefined && { sample }), signal });
      report(result, options);
      return isEqual(result);
    });
  });
}

function isEqual({ complete, missing, extra, different }: VerifyResult): boolean {
  return complete && missing + extra + different === 0;
}

function report(result: VerifyResult, options: MirrorCommandOptions): void {
  const { name, compared, missing, extra, different, differences, incompleteBecause } = result;
  const { info, error: fail } = messages(options);
  for (const { key, kind } of differences)
    process.stdout.write(`${JSON.stringify({ list: name, kind, key })}\n`);
  const found = `${grouped(missing)} missing, ${grouped(extra)} extra, ${grouped(different)} different`;
  if (incompleteBecause !== null)
    fail(
      `${name}: the list could not be walked whole (${failureWords(incompleteBecause)}); ${counted(compared, "row")} compared, ${found}`,
    );
  else if (isEqual(result)) info(`${name}: ${counted(compared, "row")} compared, no difference`);
  else fail(`${name}: ${counted(compared, "row")} compared, ${found}`);
}
