import { type Command, Option } from "commander";
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
  readonly distinctBy?: string | undefined;
}

/** The names of the ready strategies. Their module is not loaded for the help. */
export const STRATEGIES: readonly string[] = [
  "azure",
  "github",
  "googleAip158",
  "headerCursor",
  "idCursor",
  "linkHeader",
  "mcp",
  "nextURL",
  "notion",
  "offsetLimit",
  "openai",
  "pageCursor",
  "pageNumber",
  "pageToken",
  "relayConnection",
  "shopifyGraphql",
  "slack",
  "stripe",
];

const collected = (value: string, before: readonly string[]): readonly string[] => [...before, value];

export function register(program: Command): void {
  const command = program.command("url");
  addRowOptions(
    command
      .summary("print the rows of a list of any other API")
      .description("Prints the rows of a list of any API. How it pages is detected, or named by --strategy.")
      .argument("<url>", "the URL of the first page, with its query")
      .option("--strategy <name>", "how it pages: auto, or one of the names below", "auto")
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
      // Refused in ignored-options.ts.
      .addOption(new Option("--limit [n]").hideHelp())
      .option("--detect", "print how the API pages, and the code for it, instead of rows"),
  )
    .addHelpText("after", HELP)
    .action(async (url: string) => {
      const { runUrl } = await import("../url/run-url.ts");
      await runUrl(url, command.optsWithGlobals<UrlOptions>());
    });
}

/** Names with commas, on lines that a terminal of 80 columns holds. */
function lines(names: readonly string[]): string {
  return names
    .join(", ")
    .replaceAll(/(.{1,75})(?:, |$)/g, "  $1,\n")
    .replace(/,\n$/, "");
}

const HELP = `
Strategies
${lines(STRATEGIES)}
The guide other-apis.md of the library has their options.

A place, such as from.body, next, hasMore, total.body or connection, is a path with dots, as --items is. JSON names a key that has
a dot itself: --param 'from.body=["a.b"]'. A dot behind an @ is a part of the key: --param next=@odata.nextLink

A field of --fields and --distinct-by is a path with dots: a.b. An item that has the key a.b itself has it there.

With --json, a parameter that is only a name is in the query: --param to=cursor. --param to.json=cursor puts it into the body.

Other users of the machine can read the arguments of a command in the process list: give secrets by --header-env or --header-file.

With --strategy pageNumber, a URL without a page is page 1. If the API counts from 0: --param first=0

Examples
  pageturn url 'https://api.github.com/repos/nodejs/node/issues?per_page=100' --max-items 300
  pageturn url https://api.stripe.com/v1/customers --strategy stripe --header-env authorization=STRIPE_AUTH
  pageturn url https://api.example.com/notes --strategy pageToken --param from.body=next --param to=cursor --items notes
  pageturn url https://api.example.com/search --json '{"q":"x"}' --strategy pageToken --param from.body=next --param to.json=cursor
  pageturn url https://api.example.com/notes --detect`;
