import type { APIList, APIListParam } from "pageturn/catalog";
import { UsageError } from "../failure.ts";
import { type Flag, optionName, plainName } from "./list-arguments.ts";
import { largest } from "./param-value.ts";

/** The largest page of a list, whatever its other parameters; `undefined` if the API does not say it. */
export function largestPageOf({ queryParams }: APIList): number | undefined {
  return largest(queryParams.find(({ name }) => name === "limit")?.max);
}

/** The filter that was typed and excludes a page size; `undefined` if none does. */
export function excludesPageSize(
  { queryParams }: APIList,
  typed: Readonly<Record<string, unknown>>,
): APIListParam | undefined {
  return queryParams.find(({ name, excludes }) => typed[name] !== undefined && excludes?.includes("limit"));
}

/** The value of `--page-size`: a number that the list allows with the filters that were typed, or `max`. */
export function readPageSize(
  list: APIList,
  text: string,
  typed: Readonly<Record<string, unknown>>,
): number | "max" {
  const excluding = excludesPageSize(list, typed);
  if (excluding !== undefined)
    throw new UsageError(`Cannot use --page-size together with ${optionName(excluding)}`);
  const limit = list.queryParams.find(({ name }) => name === "limit");
  if (limit === undefined) throw new UsageError(`Cannot use --page-size because ${list.id} has no page size`);
  const most = largestPageOf(list);
  if (text === "max") {
    if (most !== undefined) return text;
    throw new UsageError(
      `Cannot use --page-size max because the API does not say which pages of ${list.id} are the largest`,
    );
  }
  const size = readCount("--page-size", text);
  if (most === undefined || size <= most) return size;
  throw new UsageError(
    `Cannot use --page-size ${text} because the pages of ${list.id} have at most ${most} items`,
  );
}

/** A whole number of at least 1. */
export function readCount(name: string, text: string): number {
  if (/^\d{1,15}$/.test(text) && Number(text) > 0) return Number(text);
  throw new UsageError(`Cannot use ${name} ${text}: it must be a whole number of at least 1`);
}

/** How a walk orders the items of its pages, which is no parameter of the API. */
export type WalkOrder = "api" | "traversal";

/** `--order api` and `--order traversal` are for the walk; other values are those of the list's own parameter. */
export function splitOrder(flags: readonly Flag[]): {
  readonly order: WalkOrder | undefined;
  readonly flags: readonly Flag[];
} {
  const [order, again] = flags.filter((flag): flag is Flag & { value: WalkOrder } => isWalkOrder(flag));
  if (order !== undefined && again !== undefined)
    throw new UsageError(
      `Cannot use --order ${again.value} after --order ${order.value}: it takes one value`,
    );
  return { order: order?.value, flags: flags.filter((flag) => !isWalkOrder(flag)) };
}

/** Throws `UsageError` for `--order traversal` if the walk is forward: its pages have the order of the walk anyway. */
export function refuseForward(list: APIList, typed: Readonly<Record<string, unknown>>): void {
  if (typed["before_id"] !== undefined) return;
  const hasWayBack = list.queryParams.some(({ name }) => name === "before_id");
  throw new UsageError(
    "Cannot use --order traversal without --before-id because the items have the order of the walk without it: " +
      (hasWayBack ? "name the item to walk back from with --before-id, or leave it out" : "leave it out"),
  );
}

function isWalkOrder({ typed, value }: Flag): boolean {
  return plainName(typed) === "order" && (value === "api" || value === "traversal");
}
