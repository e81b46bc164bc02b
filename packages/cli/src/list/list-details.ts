import { styleText } from "node:util";
import type { APIList, APIListParam } from "pageturn/catalog";
import { filtersOf } from "../catalog/filters.ts";
import { optionName } from "../catalog/list-arguments.ts";
import { largestPageOf } from "../catalog/list-options.ts";
import { fitted } from "../output/text-width.ts";

/** All about one list, for a terminal. */
export function* listDetails(list: APIList, width: number): Iterable<string> {
  const bold = (text: string) => styleText("bold", text, { stream: process.stdout });
  const usage = [list.id, ...list.pathParams.map((name) => name.toUpperCase())].join(" ");
  yield `${bold(`pageturn list ${usage}`)}\n\n`;
  yield* field("lists", list.lists, width);
  yield* field("path", `GET ${list.path}`, width);
  yield* field("key", list.auth, width);
  yield* field("page", `at most ${largestPageOf(list) ?? "an unknown number of"} items`, width);
  if (list.notes !== undefined) yield* field("notes", list.notes, width);
  const filters = filtersOf(list);
  if (filters.length === 0) return;
  yield `\n${bold("Filters")}\n`;
  const longest = Math.max(...filters.map((param) => optionName(param).length)) + 2;
  for (const param of filters) {
    const lines = wrapped(describe(param), Math.max(30, width - longest - 2));
    for (const [index, text] of lines.entries())
      yield `  ${fitted(index === 0 ? optionName(param) : "", { width: longest })}${text}\n`;
  }
}

function* field(name: string, text: string, width: number): Iterable<string> {
  for (const [index, line] of wrapped(text, Math.max(30, width - 8)).entries())
    yield `${(index === 0 ? name : "").padEnd(8)}${line}\n`;
}

function describe({ description, values, type, required, default: usual }: APIListParam): string {
  const kind = type === "string[]" ? "one or more" : (type ?? "text");
  const facts = [
    required === true ? "required" : "",
    values === undefined ? kind : `${type === "string[]" ? "one or more of" : "one of"} ${values.join(", ")}`,
    usual === undefined ? "" : `default ${String(usual)}`,
  ].filter((fact) => fact !== "");
  return `${description} (${facts.join("; ")})`;
}

function wrapped(text: string, width: number): readonly string[] {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}
