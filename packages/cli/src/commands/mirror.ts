import type { Command } from "commander";
import { longOptions } from "../commander-words.ts";
import type { GlobalOptions } from "../session.ts";

/** The options of all commands of `mirror`. */
export interface MirrorCommandOptions extends GlobalOptions {
  readonly database?: string | undefined;
  readonly schema: string;
}

/** The options of `mirror add`, as they were typed. */
export interface AddOptions extends MirrorCommandOptions {
  readonly name?: string | undefined;
  readonly mode?: string | undefined;
  readonly every?: string | undefined;
  readonly since?: string | undefined;
  readonly lookback?: string | undefined;
  readonly overlap?: string | undefined;
  readonly delay?: string | undefined;
  readonly slices?: string | undefined;
  readonly history?: boolean | undefined;
  readonly parents?: string | undefined;
}

/** The options of `mirror worker`, as they were typed. */
export interface WorkerOptions extends MirrorCommandOptions {
  readonly concurrency?: string | undefined;
  readonly metrics?: string | undefined;
  readonly ui?: string | undefined;
  readonly host?: string | undefined;
  readonly rate?: string | undefined;
}

/** The options of `mirror run`, as they were typed. */
export interface RunOptions extends MirrorCommandOptions {
  readonly concurrency: string;
  readonly from?: string | undefined;
}

/** The folder of the database, if no other is named. */
export const FOLDER = "pageturn-mirror";

export function register(program: Command): void {
  const mirror = program
    .command("mirror")
    .summary("keep lists in PostgreSQL, or in a folder")
    .description(
      "Keeps lists of the Anthropic API in PostgreSQL, or in a folder without a server (PGlite), and proves that nothing is missing.",
    )
    .helpCommand(false)
    .addHelpText("after", HELP);

  function sub(name: string, summary: string): Command {
    return mirror
      .command(name)
      .description(summary)
      .option("--database <database>", `postgres://… or a folder (PAGETURN_DATABASE; default: ${FOLDER})`)
      .option("--schema <name>", "the schema that has the tables", "pageturn");
  }

  sub("init", "create the tables of the mirror, or bring them to the version of this command").action(
    async (_, command: Command) => {
      const { initMirror } = await import("../mirror/mirror-lists.ts");
      await initMirror(command.optsWithGlobals<MirrorCommandOptions>());
    },
  );
  sub("add", "add a list")
    .argument("<list>", "the list, such as models or compliance.activities: see pageturn lists")
    .argument("[arguments...]", "the ids of its path, in order, and filters: --name value")
    .allowUnknownOption()
    .option("--name <name>", "its name in the mirror (default: that of the list)")
    .option("--mode <mode>", "feed, buckets or snapshot (default: what fits the list)")
    .option("--every <duration>", "the time between two runs, such as 5m, 1h or 1d")
    .option("--since <time>", "where the first run begins, such as 2026-01-01 or -30d")
    .option("--lookback <duration>", "buckets: how far back numbers are requested again (default: 24h)")
    .option("--overlap <duration>", "feeds: how far back items may arrive late (default: 1h)")
    .option("--delay <duration>", "how long before now a run ends (feeds: 60s at least)")
    .option("--slices <n>", "into how many slices of time the first run is split")
    .option("--history", "keep the replaced versions of each row")
    .option("--parents <name>", "the list of the mirror whose ids complete the path")
    .action(async (list: string, rest: readonly string[], _, command: Command) => {
      const { addList } = await import("../mirror/add-list.ts");
      await addList({ name: list, rest, known: longOptions(command) }, command.optsWithGlobals<AddOptions>());
    });
  sub("run", "run lists now, and end")
    .argument("[names...]", "names in the mirror (default: all)")
    .option("--concurrency <n>", "how many parts of a list are walked at once", "4")
    .option("--from <time>", "request feeds and reports again from this time, as 2026-10-01 or -7d")
    .action(async (names: readonly string[], _, command: Command) => {
      const { runLists } = await import("../mirror/run-lists.ts");
      await runLists(names, command.optsWithGlobals<RunOptions>());
    });
  sub("status", "show how the lists stand")
    .option("--watch", "show it again every two seconds, until Ctrl-C")
    .option("--json", "print JSON")
    .action(async (_, command: Command) => {
      const { showStatus } = await import("../mirror/show-status.ts");
      await showStatus(command.optsWithGlobals<MirrorCommandOptions & { watch?: boolean; json?: boolean }>());
    });
  sub("verify", "walk lists again and compare every row")
    .argument("[names...]", "names in the mirror (default: all)")
    .option(
      "--sample <n>",
      "compare about so many rows of random parents and times, or the first ones of a list without them; of a list whose pages cannot be that small, at least a page of each part",
    )
    .action(async (names: readonly string[], _, command: Command) => {
      const { verifyLists } = await import("../mirror/verify-lists.ts");
      await verifyLists(names, command.optsWithGlobals<MirrorCommandOptions & { sample?: string }>());
    });
  sub("remove", "remove a list from the mirror; its table stays")
    .argument("<name>", "its name in the mirror")
    .option("--drop", "remove the table and all its rows as well")
    .action(async (name: string, _, command: Command) => {
      const { removeList } = await import("../mirror/mirror-lists.ts");
      await removeList(name, command.optsWithGlobals<MirrorCommandOptions & { drop?: boolean }>());
    });
  sub("worker", "run every list when it is due, until Ctrl-C; any number of workers share the work")
    .option("--concurrency <n>", "how many parts are walked at once", "4")
    .option("--metrics <port>", "serve /metrics for Prometheus")
    .option("--ui <port>", "serve a page that shows how the lists stand")
    .option("--host <address>", "where both listen; everyone who reaches it can read them", "127.0.0.1")
    .option(
      "--rate <n>",
      "requests a minute with this key, of all commands on the mirror (default: as the API allows)",
    )
    .action(async (_, command: Command) => {
      const { runWorker } = await import("../mirror/run-worker.ts");
      await runWorker(command.optsWithGlobals<WorkerOptions>());
    });
}

const HELP = `
A folder is open in one process at a time. With PostgreSQL, workers run on any number of machines.

Exit codes: 3 if a run did not see the whole list, or if verify finds a difference, else that of the first list that failed.
run and verify go on with the other lists, unless the database as a whole cannot be used.

Examples
  pageturn mirror add compliance.activities --since 2026-01-01
  pageturn mirror add organization.usage_report.messages --since -90d --bucket-width 1h --group-by model
  pageturn mirror run organization.usage_report.messages --from -7d
  pageturn mirror worker --ui 8080
  pageturn mirror verify compliance.activities
  PAGETURN_DATABASE=postgres://mirror@db.internal/company pageturn mirror status --watch`;
