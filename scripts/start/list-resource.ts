import { type AsyncPaginator, ConfigurationError } from "pageturn";
import { type ListCommand, UsageError } from "./command.ts";
import { dim, fitted, itemLine, print, title } from "./print.ts";
import { asyncResource } from "./resources.ts";
import type { Stage } from "./stage.ts";

/** Lists one resource, page by page, and says whether the list is complete. */
export async function listResource(stage: Stage, command: ListCommand): Promise<void> {
  const { maxItems } = command;
  let page = 0;
  const walk = listOf(stage, command).items({
    maxItems,
    onPage: ({ response, data }) => {
      page += 1;
      const { pathname, search } = new URL(response.url);
      const target = fitted(decodeURIComponent(pathname + search), 30);
      print(`${title(`page ${page}`)}  ${dim(`GET ${target}  ${counted(data.length, "item")}`)}`);
    },
  });
  for await (const item of walk) print(`  ${itemLine(item, 2)}`);
  const { items, pages, complete } = walk.outcome ?? { items: 0, pages: 0, complete: false };
  const end = complete ? "to the end of the list" : `there is more: use --max-items ${maxItems * 10}`;
  print(`${title(`${counted(items, "item")} on ${counted(pages, "page")}`)}, ${end}`);
}

function listOf(stage: Stage, { name, pathParams, query }: ListCommand): AsyncPaginator<unknown> {
  try {
    return asyncResource(stage.async, name).list(...pathParams, query);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new UsageError(
      `${error.message}\nThe ids of the path follow the name; write filters as --name value. npm needs -- before these arguments: ` +
        "npm start -- models --limit 5",
    );
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
