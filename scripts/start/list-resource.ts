import type { ListCommand } from "./command.ts";
import { dim, fitted, itemLine, print, title } from "./print.ts";
import { asyncResource } from "./resources.ts";
import type { Stage } from "./stage.ts";

/** Lists one resource, page by page, and says whether that was all of it. */
export async function listResource(stage: Stage, command: ListCommand): Promise<void> {
  const { name, pathParams, query, maxItems } = command;
  const list = asyncResource(stage.async, name).list(...pathParams, query);
  let page = 0;
  const walk = list.items({
    maxItems,
    onPage: ({ response, data }) => {
      page += 1;
      const { pathname, search } = new URL(response.url);
      const asked = fitted(decodeURIComponent(pathname + search), 30);
      print(`${title(`page ${page}`)}  ${dim(`GET ${asked}  ${data.length} items`)}`);
    },
  });
  for await (const item of walk) print(`  ${itemLine(item, 2)}`);
  const { items, pages, complete } = walk.outcome ?? { items: 0, pages: 0, complete: false };
  const end = complete ? "the whole list" : `there is more: --max-items ${maxItems * 10} shows it`;
  print(`${title(`${items} items on ${pages} pages`)}, ${end}`);
}
