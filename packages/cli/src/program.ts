import { Command, Option } from "commander";
import { isDay } from "./catalog/time-value.ts";
import { commanderWords } from "./commander-words.ts";
import { register as completion } from "./commands/completion.ts";
import { register as doctor } from "./commands/doctor.ts";
import { register as exportList } from "./commands/export.ts";
import { register as help } from "./commands/help.ts";
import { register as list } from "./commands/list.ts";
import { register as lists } from "./commands/lists.ts";
import { register as login } from "./commands/login.ts";
import { register as mirror } from "./commands/mirror.ts";
import { register as url } from "./commands/url.ts";
import { register as verify } from "./commands/verify.ts";
import { refuseIgnored, refuseRepeated } from "./ignored-options.ts";
import { ownVersion } from "./versions.ts";

/** The exit code for arguments that cannot be used, as in failure.ts, which is not loaded for `--help`. */
const USAGE = 2;

/** Everything that `pageturn` can do. The commands load what they need when they run. */
export function createProgram(): Command {
  const program = new Command("pageturn");
  const refuse: Refuse = (option, text, rule) =>
    program.error(`error: Cannot use ${option} ${text}: it must be ${rule}`);
  program
    .description("Lists and exports everything that the Anthropic API lists, and any other paged API.")
    .version(ownVersion(), "--version", "print the version")
    .helpOption("-h, --help", "print the help of a command")
    .helpCommand(false)
    .option("--base-url <url>", "the URL of the API (ANTHROPIC_BASE_URL)")
    .option("--profile <name>", "use the key of this profile: see pageturn login")
    .addOption(
      new Option("--api-version <date>", "the anthropic-version header").argParser((text: string) =>
        day(text, refuse),
      ),
    )
    .addOption(
      new Option("--workspace <id>", "the workspace, for keys that belong to none").argParser(
        (text: string) => text.trim() || refuse("--workspace", `"${text}"`, "the id of a workspace"),
      ),
    )
    .addOption(
      new Option("--timeout <seconds>", "the longest time for one request").argParser((text: string) =>
        seconds(text, refuse),
      ),
    )
    .addOption(
      new Option("--max-retries <n>", "how often a failed request is repeated").argParser((text: string) =>
        wholeNumber(text, refuse),
      ),
    )
    .option("--dry-run", "print the first request, without the key, and send nothing")
    .option("--quiet", "print no messages but errors")
    .option("--verbose", "print a line for each request, on stderr")
    .exitOverride((error) => {
      process.exitCode = error.exitCode === 0 ? 0 : USAGE;
      throw error;
    })
    .addHelpText("after", HELP);
  program.hook("preAction", (_, command) => refuseIgnored(command));
  for (const register of [lists, list, exportList, verify, mirror, url, login, doctor, completion, help])
    register(program);
  refuseRepeated(program);
  inOwnWords(program);
  return program;
}

/** Writes the errors of a command and of those below it in the words of this program. */
function inOwnWords(command: Command): void {
  command.configureOutput({ outputError: (text, write) => write(commanderWords(text, command)) });
  for (const each of command.commands) inOwnWords(each);
}

const HELP = `
Examples
  pageturn lists usage                                   find the name of a list
  pageturn list models                                   a table, or JSON Lines in a pipe
  pageturn list compliance.activities --created-at-gte -7d | jq .type
  pageturn list organization.users --format csv > users.csv
  pageturn export compliance.activities --created-at-gte -7d -o activities.jsonl

The key comes from ANTHROPIC_API_KEY, or from a profile: pageturn login.

Exit codes
  0 the whole list   1 error   2 wrong arguments   3 the list is incomplete   4 no key, or not allowed
  5 rate limit or server trouble   130 Ctrl-C   141 the reader ended   143 SIGTERM`;

/** Refuses a value of a global option. */
type Refuse = (option: string, text: string, rule: string) => never;

function seconds(text: string, refuse: Refuse): number {
  const value = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && value <= 2_000_000) return value;
  return refuse("--timeout", text, "a number of seconds, 0 for no limit");
}

function wholeNumber(text: string, refuse: Refuse): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  return refuse("--max-retries", text, "a whole number of at most 999");
}

/** A day that exists: the API takes no other text for a version. */
function day(text: string, refuse: Refuse): string {
  if (isDay(text)) return text;
  return refuse("--api-version", text, "a date: 2023-06-01");
}
