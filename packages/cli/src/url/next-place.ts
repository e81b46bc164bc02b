import type { BasePage } from "pageturn";
import type { PaginationStrategy } from "pageturn/client";
import type { CursorSource } from "pageturn/pagination";
import { valueAt } from "../catalog/columns.ts";
import type { Messages } from "../messages.ts";

/** Where a page has what leads to the next page, and the option that names it. */
export type NextPlace = (page: BasePage<unknown>) => {
  readonly option: string;
  readonly source: CursorSource;
};

/** The place that the options of a strategy name for the next page; `null` if the strategy has no such option. */
export function nextPlace(
  name: string,
  options: Readonly<Record<string, unknown>>,
  { next, isBackward }: PaginationStrategy,
): NextPlace | null {
  const place = (option: string, source: CursorSource) => () => ({ option, source });
  // The casts below: the strategy has checked its options.
  const path = options["next"] as string | readonly string[] | undefined;
  switch (name) {
    case "pageToken":
    case "pageCursor":
      return typeof next === "function"
        ? null
        : place(`--param from.${Object.keys(next.from).join()}`, next.from);
    case "headerCursor":
      return place("--param header", {
        header: (options["header"] as string | undefined) ?? "x-next-cursor",
      });
    case "nextURL":
      return place("--param next", { body: path ?? "next" });
    case "azure":
      return place("--param next", { body: path ?? "nextLink" });
    case "googleAip158":
      return place("--param names", {
        body: options["names"] === "snake_case" ? "next_page_token" : "nextPageToken",
      });
    case "linkHeader":
      return place("--strategy linkHeader", { header: "link" });
    case "idCursor":
      return ({ request }) => {
        const end = isBackward?.(request) ? "first" : "last";
        const source = (options[end] as CursorSource | undefined) ?? {
          [`${end}Item` as "lastItem"]: "id",
        };
        return { option: `--param ${end}.${Object.keys(source).join()}`, source };
      };
    default:
      return null;
  }
}

/** Warns if the only page of a list lacks the place for the next page: another name may be meant. */
export function warnOfNoPlace(page: BasePage<unknown>, place: NextPlace, { warn }: Messages): void {
  const { option, source } = place(page);
  const { hasMore = [] } = page.strategy;
  const more = typeof hasMore === "function" ? undefined : valueAt(page.toJSON(), [hasMore].flat());
  if (more === false || more === "false" || more === 0) return;
  const isOfItem = "firstItem" in source || "lastItem" in source;
  const json = isOfItem ? page.data.at("firstItem" in source ? 0 : -1) : page.toJSON();
  const [path = []] = Object.values(source);
  const isThere =
    "header" in source
      ? page.response.headers.get(source.header) !== null
      : valueAt(json, [path].flat()) !== undefined;
  if (isThere || (isOfItem && page.data.length === 0)) return;
  const [responses, found] = isOfItem ? ["item", "an item"] : ["response", "the last body"];
  warn(
    `No ${responses} has the ${"header" in source ? "header" : "field"} ${[path].flat().join(".")} of ${option}, so the list ends ` +
      `after its first page. If it has more pages, correct the option: ${found} ${fieldsOf(json)}`,
  );
}

/** The names of the fields of a JSON value, as far as a line can hold them. */
function fieldsOf(json: unknown): string {
  if (Array.isArray(json)) return "is an array";
  const names = Object.keys(Object(json)).map((name) => (name.length > 40 ? `${name.slice(0, 40)}…` : name));
  if (names.length === 0) return "has no fields";
  return `has the fields ${names.slice(0, 15).join(", ")}${names.length > 15 ? ", …" : ""}`;
}
