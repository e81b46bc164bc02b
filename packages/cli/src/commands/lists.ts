import type { Command } from "commander";
import type { GlobalOptions } from "../session.ts";

/** The options of `lists`. */
export interface ListsOptions extends GlobalOptions {
  readonly format?: string | undefined;
}

export function register(program: Command): void {
  const command = program.command("lists");
  command
    .summary("show which lists there are")
    .description("Shows the lists of the API: name, path, the key that they need, filters, largest page.")
    .argument(
      "[word]",
      "a part of the name, the path or what is listed; a whole name shows all about the list",
    )
    .option("--format <format>", "table, jsonl, json, csv, tsv or yaml")
    .addHelpText("after", HELP)
    .action(async (word: string | undefined) => {
      const { runLists } = await import("../list/run-lists.ts");
      await runLists(word, command.optsWithGlobals<ListsOptions>());
    });
}

const HELP = `
Examples
  pageturn lists
  pageturn lists usage
  pageturn lists organization.usage_report.messages      its filters, with their values
  pageturn lists --format jsonl | jq -r .name`;
