import type { APIList } from "pageturn/catalog";
import type { Column } from "../catalog/columns.ts";
import { filtersOf } from "../catalog/filters.ts";
import { apiCatalog, matches } from "../catalog/find-list.ts";
import { optionName } from "../catalog/list-arguments.ts";
import { largestPageOf } from "../catalog/list-options.ts";
import type { ListsOptions } from "../commands/lists.ts";
import { CommandError } from "../failure.ts";
import { messages } from "../messages.ts";
import { formatOf, rowWriter } from "../output/row-writer.ts";
import { openOutput } from "../output/stdout.ts";
import { listDetails } from "./list-details.ts";

const COLUMNS: readonly Column[] = [
  { name: "name", path: ["name"], type: "text" },
  { name: "path", path: ["path"], type: "text" },
  { name: "key", path: ["key"], type: "text" },
  { name: "largest_page", path: ["largest_page"], type: "number" },
  { name: "filters", path: ["filters"], type: "json" },
  { name: "lists", path: ["lists"], type: "text" },
];

/** Prints the lists that have to do with the word, or all about the one with this name. */
export async function runLists(word: string | undefined, options: ListsOptions): Promise<void> {
  const output = openOutput();
  const format = formatOf(options.format, output);
  const { endpoints } = apiCatalog();
  const exact = endpoints.find(({ id }) => id === word);
  if (exact !== undefined && format === "table") {
    await output.write(listDetails(exact, output.width));
    return;
  }
  const found =
    exact !== undefined ? [exact] : endpoints.filter((list) => word === undefined || matches(list, word));
  if (found.length === 0)
    throw new CommandError(`There is no list that has to do with "${word}". See all with: pageturn lists`);
  const isTable = format === "table";
  const fields = isTable ? COLUMNS.filter(({ name }) => name !== "lists") : COLUMNS;
  let leftOut: readonly string[] = [];
  const writer = await rowWriter(format, {
    columns: COLUMNS,
    fields,
    output,
    isFirstWhole: true,
    onLeftOut: (names) => {
      leftOut = names;
    },
  });
  await output.write(writer.rows(found.map((list) => rowOf(list, isTable))));
  await output.write(writer.end());
  if (leftOut.length > 0)
    messages(options).info(
      `There is no room for ${leftOut.join(", ")}. See all of a list with: pageturn lists NAME, or of all lists with: pageturn lists --format csv`,
    );
}

function rowOf(list: APIList, isTable: boolean) {
  const filters = filtersOf(list).map(optionName);
  return {
    name: list.id,
    path: list.path,
    key: isTable ? shortKey(list.auth) : list.auth,
    largest_page: largestPageOf(list) ?? null,
    filters: isTable ? filters.map((name) => name.slice(2)).join(" ") : filters,
    lists: list.lists,
  };
}

const KEYS: readonly (readonly [RegExp, string])[] = [
  [/^an API key/, "API"],
  [/^an Admin API key/, "Admin"],
  [/^an OAuth token/, "OAuth"],
  [/^a Compliance Access Key/, "Compliance"],
  [/Analytics API key/, "Analytics"],
];

/** The kind of key in a word, as far as there is one. */
function shortKey(auth: string): string {
  return KEYS.find(([pattern]) => pattern.test(auth))?.[1] ?? auth.replace(/^(?:an?|the) /, "");
}
