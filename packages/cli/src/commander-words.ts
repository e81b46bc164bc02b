import type { Command } from "commander";
import { nearest } from "./catalog/nearest.ts";
import { isKeyOption, KEY_ADVICE, optionOnly, shownURL, withoutSecrets } from "./output/redacted.ts";

/** A name that Commander takes for a misspelt one. */
const SUGGESTED = String.raw`(?:\n\(Did you mean [^']*\))?`;
const UNKNOWN_OPTION = new RegExp(`^unknown option '(.*?)'(${SUGGESTED})$`, "s");
const UNKNOWN_COMMAND = new RegExp(`^unknown command '(.*?)'(${SUGGESTED})$`, "s");
const TOO_MANY = /^(too many arguments.*?\. Expected \d+ arguments?)( but got \d+): /s;

/**
 * The line for an error of a command: that of Commander with where the rule is. Commander quotes what was typed, which may be a key
 * or the address of a database. The line has the names of options, and the number of arguments.
 */
export function commanderWords(text: string, command: Command): string {
  const said = text
    .trim()
    .replace(/^error: /, "")
    .replace(/\.$/, "");
  if (said.startsWith("Cannot ")) return `error: ${withoutSecrets(said)}\n`;
  return `error: ${problem(said, command)}. See: ${fullName(command)} --help\n`;
}

function problem(said: string, command: Command): string {
  const [, option] = UNKNOWN_OPTION.exec(said) ?? [];
  if (option !== undefined) return `${unknownOption(option, command)}${keyAdvice(command, option)}`;
  const [, expected, got] = TOO_MANY.exec(said) ?? [];
  if (expected !== undefined) return `${expected}${argumentNames(command)}${got}${keyAdvice(command)}`;
  const [, name, similarName = ""] = UNKNOWN_COMMAND.exec(said) ?? [];
  if (name !== undefined)
    return `unknown command '${withoutSecrets(shownURL(name))}'${onOneLine(similarName)}`;
  return onOneLine(withoutSecrets(said));
}

/** Commander compares the option together with its value, and so finds none that is similar to `--databse=…`. */
function unknownOption(typed: string, command: Command): string {
  const option = optionOnly(typed);
  const known = longOptions(command);
  if (known.includes(option)) return `option '${option}' takes no value`;
  const similar = option.startsWith("--") && !isKeyOption(option) ? nearest(option, known) : undefined;
  return `unknown option '${option}'${similar === undefined ? "" : ` (Did you mean ${similar}?)`}`;
}

/** The options that a command takes: its own, and those of all commands. */
export function longOptions({ options, parent }: Command): readonly string[] {
  const own = options.flatMap(({ long, hidden }) => (long && !hidden ? [long] : []));
  return parent === null ? own : [...own, ...longOptions(parent)];
}

/** ` (url)` */
function argumentNames({ registeredArguments }: Command): string {
  const names = registeredArguments.map((argument) => argument.name());
  return names.length === 0 ? "" : ` (${names.join(", ")})`;
}

/** How a key is given, where what was typed may have been one; else nothing. */
function keyAdvice(command: Command, option = ""): string {
  if (command.name() === "login")
    return ". Type the key when it is asked for, or pipe it into pageturn login";
  if (!isKeyOption(option)) return "";
  return command.name() === "url"
    ? ". A key is a header: give it by --header-env or --header-file"
    : `. ${KEY_ADVICE}`;
}

/** `pageturn mirror add` */
function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

function onOneLine(text: string): string {
  return text.replace("\n", " ");
}
