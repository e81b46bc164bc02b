import type { Command } from "commander";
import { longOptions } from "../commander-words.ts";
import type { GlobalOptions } from "../session.ts";

/** The options of `export`. */
export interface ExportOptions extends GlobalOptions {
  readonly output: string;
  readonly format?: string | undefined;
  readonly fields?: string | undefined;
  readonly maxItems?: string | undefined;
  readonly pageSize?: string | undefined;
  readonly parallel?: string | undefined;
  readonly splitBy?: string | undefined;
  readonly distinctBy?: string | undefined;
  readonly csvSafe?: boolean | undefined;
  readonly resume?: boolean | undefined;
  readonly overwrite?: boolean | undefined;
}

export function register(program: Command): void {
  const command = program
    .command("export")
    .summary("write a list to a file")
    .description(
      "Writes a list to a file: JSON Lines, CSV, Parquet or SQLite. It can be interrupted at any time and resumed.",
    )
    .argument("<name>", "the list, such as models or compliance.activities: see pageturn lists")
    .argument("[arguments...]", "the ids of its path, in order, and filters: --name value")
    .allowUnknownOption()
    .requiredOption(
      "-o, --output <file>",
      "the file; its end is the format: .jsonl, .jsonl.gz, .jsonl.zst, .csv, .parquet, .sqlite",
    )
    .option(
      "--format <format>",
      "jsonl, jsonl.gz, jsonl.zst, csv, parquet or sqlite, whatever the name of the file",
    )
    .option("--resume", "go on with an export that was interrupted; begin if there is none")
    .option("--overwrite", "replace the file, when the new one is whole")
    .option("--fields <names>", "only these fields: id,agent.id")
    .option("--max-items <n>", "stop when the file has so many items")
    .option("--page-size <n>", "how many items each request asks for (default: max)")
    .option("--parallel <n>", "request so many pages at a time; the list must have a range of time")
    .option("--split-by <period>", "one file for each day or month: name-2026-11-01.jsonl")
    .option(
      "--distinct-by <field>",
      "leave out items that repeat one of the last 10,000 of a file by this field: id",
    )
    .option("--csv-safe", "escape cells that a spreadsheet would take for formulas")
    .addHelpText("after", HELP)
    .action(async (name: string, rest: readonly string[]) => {
      const { exportList } = await import("../export/export-list.ts");
      await exportList({ name, rest, known: longOptions(command) }, command.optsWithGlobals<ExportOptions>());
    });
}

const HELP = `
Beside FILE there are FILE.manifest.json, which pageturn verify checks, and, until the list is complete, FILE.checkpoint.json.
With --overwrite, the new rows are in FILE.new until they replace FILE.
With --split-by, FILE.split.json is there until all files have ended: --resume goes on with all of them. A start such as -30d is
the begin of that day or month then.
After Ctrl-C, a crash or an error, the same command with --resume goes on: no item is lost, and none is there twice.

Examples
  pageturn export models -o models.csv
  pageturn export compliance.activities --created-at-gte 2026-10-01 --created-at-lt 2026-11-01 -o october.parquet
  pageturn export compliance.activities --created-at-gte -30d --split-by day -o activities.jsonl.zst --resume
  pageturn export beta.sessions --created-at-gte 2026-01-01 --parallel 8 -o sessions.sqlite --resume`;
