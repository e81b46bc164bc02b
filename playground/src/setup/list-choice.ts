import type { APIList, APIListParam } from "pageturn/catalog";

/** A list to choose, as the page needs it: the catalog without the fields of the items. */
export interface ListChoice
  extends Pick<
    APIList,
    "id" | "lists" | "path" | "pathParams" | "page" | "itemsKey" | "queryParams" | "time"
  > {
  readonly betaHeader: readonly string[];
  /** Every item has an id. */
  readonly hasId: boolean;
}

/** Returns what the page needs of a list of the catalog. */
export function listChoice(list: APIList): ListChoice {
  const { id, lists, path, pathParams, page, itemsKey, queryParams, time, betaHeader, itemFields } = list;
  const shapes = "union" in itemFields ? itemFields.union.map(({ fields }) => fields) : [itemFields];
  const hasId = shapes.every((fields) =>
    fields.some(
      ({ name, type, nullable, optional }) => name === "id" && type === "string" && !nullable && !optional,
    ),
  );
  return { id, lists, path, pathParams, page, itemsKey, queryParams, time, betaHeader, hasId };
}

const cursors = ["limit", "page", "after_id", "before_id", "page_token"];

/** The parameters of a list that are filters: neither cursors nor the page size. */
export function filtersOf({ queryParams }: ListChoice): readonly APIListParam[] {
  return queryParams.filter(({ name }) => !cursors.includes(name));
}

/** The members of a client that lead to a list: `["organization", "usageReport", "messages"]`. */
export function membersOf({ id }: ListChoice): readonly string[] {
  return id.split(".").map((part) => part.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()));
}

/** Whether `sliceByTime()` can divide a list of objects: neither a report nor a list without a range of time. */
export function canSlice({ time }: ListChoice): boolean {
  return time !== undefined && time.totals === undefined && time.buckets === undefined;
}
