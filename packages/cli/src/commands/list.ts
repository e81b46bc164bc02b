import type { Command } from "commander";
import { longOptions } from "../commander-words.ts";
import type { GlobalOptions } from "../session.ts";

/** The options of `list`. */
export interface ListOptions extends GlobalOptions {
  readonly format?: string | undefined;
  readonly fields?: string | undefined;
  readonly maxItems?: string | undefined;
  readonly pageSize?: string | undefined;
  readonly csvSafe?: boolean | undefined;
  readonly distinctBy?: string | undefined;
}

export function register(program: Command): void {
  const command = program
    .command("list")
    .summary("print the rows of a list")
    .description("Prints the rows of a list: a table on a terminal, JSON Lines in a pipe.")
    .argument("<name>", "the list, such as models or organization.users: see pageturn lists")
    .argument("[arguments...]", "the ids of its path, in order, and filters: --name value")
    .allowUnknownOption();
  addRowOptions(command)
    .option("--page-size <n>", "how many items each request asks for, or max")
    .addHelpText("after", HELP)
    .action(async (name: string, rest: readonly string[]) => {
      const { runList } = await import("../list/run-list.ts");
      await runList({ name, rest, known: longOptions(command) }, command.optsWithGlobals<ListOptions>());
    });
}

/** The options of all commands that print rows. */
export function addRowOptions(command: Command): Command {
  return command
    .option("--format <format>", "table, jsonl, json, csv, tsv or yaml")
    .option("--fields <names>", "only these fields: id,agent.id")
    .option("--max-items <n>", "stop after this many items")
    .option("--distinct-by <field>", "leave out items that repeat one of the last 10,000 by this field: id")
    .option("--csv-safe", "csv and tsv: escape cells that a spreadsheet would take for formulas");
}

const HELP = `
Filters are the parameters of the list; pageturn lists NAME shows them.
  --created-at-gte -7d             created_at[gte]; also --created-at.gte
  --group-by model,workspace_id    several values; also --group-by model --group-by workspace_id
  --include-archived               a boolean
  --order asc                      the order of the API; --order traversal follows a walk backward
Times are 2026-11-01, 2026-11-01T12:00:00Z, today, yesterday, now, -7d, -2w or -12h, all in UTC.

Examples
  pageturn list models --format table --fields id,display_name
  pageturn list skills.versions skill_01 --page-size max
  pageturn list organization.usage_report.messages --starting-at -30d --group-by model | jq .results
  pageturn list compliance.activities --created-at-gte yesterday --format csv --csv-safe > activities.csv`;
