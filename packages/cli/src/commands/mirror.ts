import type { Command } from "commander";
import type { GlobalOptions } from "../session.ts";

/** The options of all commands of a mirror. */
export interface MirrorOptions extends GlobalOptions {
  readonly database?: string | undefined;
  readonly schema: string;
}

export interface MirrorAddOptions extends MirrorOptions {
  readonly name?: string | undefined;
  readonly mode?: string | undefined;
  readonly every?: string | undefined;
  readonly since?: string | undefined;
  readonly lookback?: string | undefined;
  readonly overlap?: string | undefined;
  readonly delay?: string | undefined;
  readonly slices?: string | undefined;
  readonly parents?: string | undefined;
  readonly pageSize?: string | undefined;
  readonly history?: boolean | undefined;
}

export interface MirrorRunOptions extends MirrorOptions {
  readonly concurrency?: string | undefined;
}

export interface MirrorStatusOptions extends MirrorOptions {
  readonly format?: string | undefined;
  readonly watch?: boolean | undefined;
}

export interface MirrorVerifyOptions extends MirrorOptions {
  readonly sample?: string | undefined;
}

export interface MirrorRemoveOptions extends MirrorOptions {
  readonly drop?: boolean | undefined;
}

export interface MirrorWorkerOptions extends MirrorOptions {
  readonly concurrency?: string | undefined;
  readonly rate?: string | undefined;
  readonly metrics?: string | undefined;
  readonly ui?: string | undefined;
  readonly host?: string | undefined;
}

export function register(program: Command): void {
  const mirror = program
    .command("mirror")
    .summary("keep lists in PostgreSQL, always current")
    .description("Keeps lists in PostgreSQL, or in a folder with PGlite, and proves that nothing is missing.")
    .addHelpText("after", HELP);
  const add = (name: string, summary: string) =>
    mirror
      .command(name)
      .summary(summary)
      .description(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`)
      .option("--database <target>", "postgres://… or a folder (PAGETURN_DATABASE; default: pageturn-mirror)")
      .option("--schema <name>", "the schema with the tables", "pageturn");
  const load = () => import("../mirror/run-mirror.ts");

  const init = add("init", "create the tables, or bring them to this version");
  init.action(async () => (await load()).initMirror(init.optsWithGlobals<MirrorOptions>()));

  const addList = add("add", "add a list to the mirror");
  addList
    .argument("<list>", "the list, such as models or compliance.activities: see pageturn lists")
    .argument("[arguments...]", "the ids of its path, in order, and filters: --name value")
    .allowUnknownOption()
    .option("--name <name>", "its name in the mirror, and that of its table (default: that of the list)")
    .option("--mode <mode>", "feed, buckets or snapshot (default: what fits the list)")
    .option("--every <time>", "how often it is run: 300s, 15m, 6h or 1d")
    .option("--since <time>", "feeds and buckets: where the first run begins (default: 30 days ago)")
    .option(
      "--lookback <time>",
      "buckets: how much is requested again, as numbers are restated (default: 1d)",
    )
    .option(
      "--overlap <time>",
      "feeds: how much is requested again, for items that arrive late (default: 1h)",
    )
    .option("--delay <time>", "how long before now a run ends (default: 1m for feeds)")
    .option("--slices <n>", "how many parts of the range are requested at once in the first run")
    .option("--parents <name>", "the mirrored list whose rows are the parents of this one")
    .option("--page-size <n>", "how many items each request asks for (default: max)")
    .option("--history", "keep the versions of rows that were replaced")
    .action(async (list: string, rest: readonly string[]) =>
      (await load()).addToMirror({ list, rest }, addList.optsWithGlobals<MirrorAddOptions>()),
    );

  const run = add("run", "run lists now, and end");
  run
    .argument("[names...]", "lists of the mirror (default: those that are due)")
    .option("--concurrency <n>", "how many parts are requested at once", "4")
    .action(async (names: readonly string[]) =>
      (await load()).runMirror(names, run.optsWithGlobals<MirrorRunOptions>()),
    );

  const status = add("status", "show how the lists stand");
  status
    .option("--format <format>", "table, jsonl, json, csv, tsv or yaml")
    .option("--watch", "show it again every two seconds")
    .action(async () => (await load()).showMirror(status.optsWithGlobals<MirrorStatusOptions>()));

  const verify = add("verify", "walk lists again, and compare");
  verify
    .argument("[names...]", "lists of the mirror (default: all)")
    .option("--sample <n>", "compare about so many rows instead of all")
    .action(async (names: readonly string[]) =>
      (await load()).verifyMirror(names, verify.optsWithGlobals<MirrorVerifyOptions>()),
    );

  const remove = add("remove", "remove a list from the mirror");
  remove
    .argument("<name>", "a list of the mirror")
    .option("--drop", "remove its table, too")
    .action(async (name: string) =>
      (await load()).removeFromMirror(name, remove.optsWithGlobals<MirrorRemoveOptions>()),
    );

  const worker = add("worker", "run all lists when they are due, until it is stopped");
  worker
    .option("--concurrency <n>", "how many parts are requested at once", "4")
    .option("--rate <n>", "requests a minute with this key, over all workers")
    .option("--metrics <port>", "serve metrics for Prometheus at /metrics")
    .option("--ui <port>", "serve a page that shows how the lists stand")
    .option("--host <address>", "who can reach them (default: 127.0.0.1, this machine alone)")
    .action(async () => (await load()).workOnMirror(worker.optsWithGlobals<MirrorWorkerOptions>()));
}

const HELP = `
Exit codes: 0 all is well, 3 a list was incomplete or verify found a difference; the others are those of pageturn.

Examples
  pageturn mirror add compliance.activities --since -30d
  pageturn mirror add organization.cost_report --group-by workspace_id --since 2026-01-01 --history
  pageturn mirror run
  pageturn mirror worker --database postgres://localhost/mirror --concurrency 8 --rate 500 --ui 8080
  pageturn mirror status --watch
  pageturn mirror verify compliance.activities`;
