import type { MirrorCommandOptions } from "../commands/mirror.ts";
import { messages } from "../messages.ts";
import { shown, targetOf, withMirror } from "./open-mirror.ts";

/** Creates the tables of a mirror, or brings them to this version. */
export async function initMirror(options: MirrorCommandOptions): Promise<void> {
  await withMirror({ ...options, create: true }, async ({ mirror }) => {
    const lists = await mirror.lists();
    const { info } = messages(options);
    info(`The mirror in ${shown(targetOf(options))} is ready. Its schema is ${mirror.schema}.`);
    if (lists.length === 0) info("Add a list with: pageturn mirror add LIST");
  });
}

/** Removes a list from a mirror. */
export async function removeList(
  name: string,
  options: MirrorCommandOptions & { readonly drop?: boolean | undefined },
): Promise<void> {
  await withMirror(options, async ({ mirror }) => {
    const { table } = await mirror.list(name);
    const drop = options.drop ?? false;
    await mirror.remove(name, { drop });
    const what = drop
      ? "and its table are removed"
      : `is removed. Its table ${mirror.schema}.${table} stays: drop it with SQL. If the list is added again, it gets another table`;
    messages(options).info(`${name} ${what}.`);
  });
}
