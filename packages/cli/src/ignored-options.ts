import type { Command } from "commander";
import { shownURL } from "./output/redacted.ts";

/** The options of requests. */
const REQUEST = ["baseUrl", "profile", "apiVersion", "workspace", "timeout", "maxRetries", "dryRun"];

/** Why options mean nothing to a command, by their names. */
type Ignored = Readonly<Record<string, string>>;

function ignored(options: readonly string[], why: string): Ignored {
  return Object.fromEntries(options.map((option) => [option, why]));
}

/** The options of requests, without some of them. */
function noRequest(...used: readonly string[]): Ignored {
  const unused = REQUEST.filter((option) => !used.includes(option));
  return ignored(unused, "it sends no request");
}

const MIRROR_REQUESTS: Ignored = {
  dryRun: "it requests whole lists: see a request with pageturn list",
  workspace: "each list of a mirror has its own, which pageturn mirror add --workspace names",
};

/** The options of all commands that mean nothing to one of them, by its name. */
const BY_COMMAND: Readonly<Record<string, Ignored>> = {
  lists: noRequest(),
  verify: noRequest(),
  completion: noRequest(),
  login: noRequest("baseUrl", "profile"),
  url: ignored(["baseUrl", "profile", "apiVersion", "workspace"], "it is for the Anthropic API"),
  "mirror init": noRequest(),
  "mirror add": noRequest("workspace"),
  "mirror status": noRequest(),
  "mirror remove": noRequest(),
  "mirror run": MIRROR_REQUESTS,
  "mirror verify": MIRROR_REQUESTS,
  "mirror worker": MIRROR_REQUESTS,
};

/** Commands whose first argument is a list, which has a workspace or is of an organization. */
const ON_LISTS = ["list", "export", "mirror add"];

/** Whether an option of all commands means nothing to the command with this name. */
export function isIgnored(command: string, option: string): boolean {
  return BY_COMMAND[command]?.[option] !== undefined;
}

/** Refuses an option that the command would ignore, where the user would expect something of it. */
export async function refuseIgnored(command: Command): Promise<void> {
  const name = nameOf(command);
  const given = typedOptions(command);
  const refuse = (what: string, why: string): never => command.error(`error: Cannot use ${what}: ${why}`);
  const unused = Object.keys(given).find((option) => isIgnored(name, option));
  if (unused !== undefined)
    refuse(`${flagOf(unused)} with pageturn ${name}`, BY_COMMAND[name]?.[unused] ?? "");
  if (name === "url" && "limit" in given)
    refuse(
      "--limit",
      "it could mean two things: --max-items is how many items you get in the end, and a parameter of the URL is how many items " +
        "each request asks for. Which of them do you mean?",
    );
  if ("detect" in given) {
    const row = ["format", "fields", "maxItems", "distinctBy", "csvSafe", "strategy", "param", "items"].find(
      (option) => option in given,
    );
    if (row !== undefined) refuse(`${flagOf(row)} together with --detect`, "no row is printed");
  }
  if ("quiet" in given && "verbose" in given)
    refuse("--quiet together with --verbose", "one hides what the other one prints");
  if ("csvSafe" in given && name !== "export" && !/^[ct]sv$/.test(String(given["format"])))
    refuse("--csv-safe without --format csv or tsv", "only these have cells that a spreadsheet reads");
  if ("host" in given && !("ui" in given) && !("metrics" in given))
    refuse("--host without --ui or --metrics", "nothing listens");
  const [list] = command.args;
  if ("workspace" in given && ON_LISTS.includes(name) && list !== undefined) {
    const { isOfOrganization } = await import("pageturn/catalog");
    const { findList } = await import("./catalog/find-list.ts");
    const found = findList(list);
    if (isOfOrganization(found))
      refuse(`--workspace with ${found.id}`, "it is a list of an organization, not of a workspace");
  }
}

/** Refuses an option of a program or of its commands that is typed twice and takes one value. */
export function refuseRepeated(command: Command): void {
  for (const option of command.options) {
    if (!option.required || Array.isArray(option.defaultValue)) continue;
    let first: string | undefined;
    const flag = `--${option.name()}`;
    command.on(`option:${option.name()}`, (value: string) => {
      const shown = shownURL(value);
      if (first !== undefined)
        command.error(`error: Cannot use ${flag} ${shown} after ${flag} ${first}: it takes one value`);
      first = shown;
    });
  }
  for (const each of command.commands) refuseRepeated(each);
}

/** `mirror status` */
function nameOf(command: Command): string {
  const { parent } = command;
  return parent === null || parent.parent === null ? command.name() : `${nameOf(parent)} ${command.name()}`;
}

/** The options that were typed, without defaults. */
function typedOptions(command: Command): Readonly<Record<string, unknown>> {
  const all = Object.entries(command.optsWithGlobals<Readonly<Record<string, unknown>>>());
  return Object.fromEntries(all.filter(([name]) => command.getOptionValueSourceWithGlobals(name) === "cli"));
}

function flagOf(option: string): string {
  return `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
