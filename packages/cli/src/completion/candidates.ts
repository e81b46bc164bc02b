import type { Command } from "commander";
import type { APIList } from "pageturn/catalog";
import { filtersOf } from "../catalog/filters.ts";
import { apiCatalog, findList } from "../catalog/find-list.ts";
import { optionName, paramOf } from "../catalog/list-arguments.ts";
import { STRATEGIES } from "../commands/url.ts";
import { isIgnored } from "../ignored-options.ts";
import { FORMATS } from "../output/row-writer.ts";
import { profileNames } from "../profile.ts";

/** One completion, and what it is. */
export interface Candidate {
  readonly text: string;
  readonly about: string;
}

/** The commands whose first argument is the name of a list. */
const ON_LISTS = ["list", "lists", "export", "mirror add"];
/** The options whose values are files, which the shell completes. */
const FILES = ["-o", "--output", "--header-file", "--database"];

/** What the last word may become. */
export async function candidates(typed: readonly string[], program: Command): Promise<readonly Candidate[]> {
  const { before, current, begin } = lastWord(typed);
  const words = before.filter((word, index, all) => !isGlobal(program, { word, before: all[index - 1] }));
  const { command, name, args } = commandOf(program, words);
  const all = takesValue(program, before.at(-1))
    ? profilesAfter(before.at(-1))
    : command.commands.length > 0
      ? commandsOf(command, { current, program })
      : await argumentsOf(command, { name, args, current, program });
  return all
    .filter(({ text }) => text.startsWith(current))
    .map(({ text, about }) => ({ text: begin + text, about }));
}

/** The command that the words name, such as `mirror add`, and what follows it. */
function commandOf(
  program: Command,
  words: readonly string[],
): { readonly command: Command; readonly name: string; readonly args: readonly string[] } {
  let command = program;
  const names: string[] = [];
  for (const word of words) {
    const found = command.commands.find((each) => each.name() === word);
    if (found === undefined) break;
    command = found;
    names.push(word);
  }
  return { command, name: names.join(" "), args: words.slice(names.length) };
}

/** The word to complete, and those before it. `--order=a` is the value of an option; bash makes three words of it. */
function lastWord(typed: readonly string[]): {
  readonly before: readonly string[];
  readonly current: string;
  /** What stands before the word in what the shell takes for one. */
  readonly begin: string;
} {
  const whole = withColons(typed);
  const words = whole.filter((word) => word !== "=");
  if (whole.at(-1) === "=") words.push("");
  const last = words.pop() ?? "";
  const [, option, value] = /^(--[^=]+)=(.*)$/s.exec(last) ?? [];
  if (option === undefined || value === undefined) return { before: words, current: last, begin: "" };
  return { before: [...words, option], current: value, begin: `${option}=` };
}

/** The words with those joined that bash has divided at a colon: `http`, `:` and `//host` are one. */
function withColons(typed: readonly string[]): readonly string[] {
  const words: string[] = [];
  for (const [index, word] of typed.entries()) {
    if (index > 0 && (word === ":" || typed[index - 1] === ":")) words.push((words.pop() ?? "") + word);
    else words.push(word);
  }
  return words;
}

/** Whether a word is a global option or the value of one. */
function isGlobal(
  program: Command,
  { word, before }: { readonly word: string; readonly before: string | undefined },
): boolean {
  return takesValue(program, before) || program.options.some(({ long }) => long === word);
}

/** Whether a word is a global option that has a value. */
function takesValue(program: Command, word: string | undefined): boolean {
  return program.options.some(({ long, required }) => required && long === word);
}

/** The values of a global option: only those of `--profile` are known. */
function profilesAfter(option: string | undefined): readonly Candidate[] {
  return option === "--profile" ? profileNames().map((text) => ({ text, about: "" })) : [];
}

function commandsOf(
  command: Command,
  { current, program }: { readonly current: string; readonly program: Command },
): readonly Candidate[] {
  if (current.startsWith("-")) return optionsOf(program);
  return command
    .createHelp()
    .visibleCommands(command)
    .map((each) => ({ text: each.name(), about: each.summary() || each.description() }));
}

interface Words {
  readonly name: string;
  readonly args: readonly string[];
  readonly current: string;
  readonly program: Command;
}

async function argumentsOf(
  command: Command,
  { name, args, current, program }: Words,
): Promise<readonly Candidate[]> {
  const before = args.at(-1) ?? "";
  if (FILES.includes(before) || (name === "verify" && !current.startsWith("-"))) return [];
  if (name === "help") return commandsOf(commandOf(program, args).command, { current, program });
  const values = await valuesAfter(name, before);
  if (values !== null) return values.map((text) => ({ text, about: "" }));
  const used = program.options.filter((option) => !isIgnored(name, option.attributeName()));
  const options = [...optionsOf(command), ...optionsOf({ options: used })];
  if (!ON_LISTS.includes(name)) return options;
  const [list] = args;
  if (list === undefined && !current.startsWith("-"))
    return apiCatalog().endpoints.map(({ id, lists }) => ({ text: id, about: lists }));
  const found = list === undefined ? null : knownList(list);
  if (found === null || name === "lists") return options;
  const allowed = before.startsWith("--") ? paramOf(found, before)?.values : undefined;
  if (allowed !== undefined) return valuesOf(allowed, current);
  const filters = filtersOf(found).map((param) => ({ text: optionName(param), about: param.description }));
  return [...filters, ...options];
}

/** The values of an option that is the same for all lists; `null` for another one. */
async function valuesAfter(name: string, before: string): Promise<readonly string[] | null> {
  if (name === "completion") return ["bash", "zsh", "fish"];
  if (before === "--format")
    return name === "export" ? Object.keys((await import("../export/formats.ts")).FORMATS) : FORMATS;
  if (before === "--split-by") return ["day", "month"];
  if (name === "mirror add" && before === "--mode") return ["feed", "buckets", "snapshot"];
  if (name !== "url" || before !== "--strategy") return null;
  return ["auto", ...STRATEGIES];
}

/** Values with those before them: `model,wor` becomes `model,workspace_id`. */
function valuesOf(values: readonly string[], current: string): readonly Candidate[] {
  const begin = current.slice(0, current.lastIndexOf(",") + 1);
  return values.map((value) => ({ text: begin + value, about: "" }));
}

function knownList(name: string): APIList | null {
  try {
    return findList(name);
  } catch {
    return null;
  }
}

function optionsOf({ options }: Pick<Command, "options">): readonly Candidate[] {
  return options.flatMap(({ long, hidden, description }) =>
    long && !hidden ? [{ text: long, about: description }] : [],
  );
}
