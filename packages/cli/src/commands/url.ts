import type { Command } from "commander";
import type { GlobalOptions } from "../session.ts";
import { addRowOptions } from "./list.ts";

/** The options of `url`. */
export interface UrlOptions extends GlobalOptions {
  readonly strategy: string;
  readonly param: readonly string[];
  readonly items?: string | undefined;
  readonly json?: string | undefined;
  readonly header: readonly string[];
  readonly headerEnv: readonly string[];
  readonly headerFile?: string | undefined;
  readonly detect?: boolean | undefined;
  readonly format?: string | undefined;
  readonly fields?: string | undefined;
  readonly maxItems?: string | undefined;
  readonly csvSafe?: boolean | undefined;
}

const collected = (value: string, before: readonly string[]): readonly string[] => [...before, value];

export function register(program: Command): void {
  const command = program.command("url");
  addRowOptions(
    command
      .summary("print the rows of a list of any other API")
      .description("Prints the rows of a list of any API. How it pages is detected, or named by --strategy.")
      .argument("<url>", "the URL of the first page, with its query")
      .option("--strategy <name>", "how it pages: auto, github, pageToken, nextURL, …", "auto")
      .option("--param <name=value>", "an option of the strategy; repeatable", collected, [])
      .option("--items <path>", "where the items are in a page: data.items, or [] for the whole body")
      .option("--json <text>", "send a POST with this JSON; @FILE reads it from a file")
      .option(
        "--header-env <name=variable>",
        "a header whose value is in the environment; repeatable",
        collected,
        [],
      )
      .option("--header-file <file>", "a file with headers, one a line: Name: value")
      .option("--header <line>", "a header that is no secret, Name: value; repeatable", collected, [])
      .option("--detect", "print how the API pages, and the code for it, instead of rows"),
  )
    .addHelpText("after", HELP)
    .action(async (url: string) => {
      const { runUrl } = await import("../url/run-url.ts");
      await runUrl(url, command.optsWithGlobals<UrlOptions>());
    });
}

const HELP = `
Other users of the machine can read the arguments of a command in the process list: give secrets by --header-env or --header-file.

Examples
  pageturn url 'https://api.github.com/repos/nodejs/node/issues?per_page=100' --max-items 300
  pageturn url https://api.stripe.com/v1/customers --strategy stripe --header-env authorization=STRIPE_AUTH
  pageturn url https://api.example.com/notes --strategy pageToken --param from.body=next --param to=cursor --items notes
  pageturn url https://api.example.com/notes --detect`;
