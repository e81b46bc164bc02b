import {
  type AsyncAnthropic,
  type AsyncListOptions,
  type AsyncPaginator,
  type Checkpoint,
  sliceByTime,
} from "pageturn";
import { type ListChoice, membersOf } from "../setup/list-choice.ts";
import { argumentsOf, bounds, type ListArguments, type Setup } from "../setup/setup.ts";

/** A list that was chosen: the setup, and its entry in the catalog. */
export interface Chosen {
  readonly setup: Setup;
  readonly list: ListChoice;
}

/** Returns the list of a client that a setup chooses. Nothing is sent before it is used. */
export function openList(
  client: AsyncAnthropic,
  { setup, list }: Chosen,
  options: AsyncListOptions = {},
): AsyncPaginator<unknown> {
  return listOf(client, { list, options, ...argumentsOf(setup, list) });
}

/** Returns the same list with the largest pages that the server sends. */
export function openWhole(
  client: AsyncAnthropic,
  { setup, list }: Chosen,
  options: AsyncListOptions = {},
): AsyncPaginator<unknown> {
  const { path, params } = argumentsOf(setup, list);
  const isDocumented = list.queryParams.some(({ name, max }) => name === "limit" && max !== undefined);
  const limit = isDocumented ? "max" : bounds.pageSize[1];
  return listOf(client, { list, options, path, params: { ...params, limit } });
}

interface ListCall extends Pick<Chosen, "list">, Pick<ListArguments, "path" | "params"> {
  readonly options: AsyncListOptions;
}

function listOf(client: AsyncAnthropic, { list, path, params, options }: ListCall): AsyncPaginator<unknown> {
  let node: unknown = client;
  for (const member of membersOf(list)) node = Reflect.get(Object(node), member);
  // The cast: the catalog names the members of the client, and each of them has this function.
  const resource = node as { list(...args: readonly unknown[]): AsyncPaginator<unknown> };
  return resource.list(...path, params, options);
}

/** How many pages without a new item a walk accepts: few, so that an endless list ends soon. */
export const MAX_EMPTY_PAGES = 20;

/** What becomes of repeats: a walk drops them, or returns what the server sends because of this. */
export type Repeats = "dropped" | "switchedOff" | "slices" | "noId";

/** Returns what a walk does with items that the server repeats. */
export function repeatsOf({ setup, list }: Chosen): Repeats {
  if (argumentsOf(setup, list).sliceTo !== null) return "slices";
  if (!list.hasId) return "noId";
  return setup.distinct ? "dropped" : "switchedOff";
}

/** Starts a walk: one walk, or slices in parallel. */
export function openWalk(
  paginator: AsyncPaginator<unknown>,
  { setup, list }: Chosen,
  resumeFrom?: Checkpoint,
) {
  const { sliceTo } = argumentsOf(setup, list);
  const { slices, prefetch } = setup;
  const resume = resumeFrom === undefined ? {} : { resumeFrom };
  if (sliceTo !== null) {
    // The cast: a kept checkpoint is used with the setup that it was made with.
    const { resumeFrom: at } = resume as { resumeFrom?: SliceCheckpoint };
    const options = { to: sliceTo, slices, concurrency: slices };
    return sliceByTime(paginator, at === undefined ? options : { ...options, resumeFrom: at });
  }
  return paginator.items({
    prefetch,
    maxEmptyPages: MAX_EMPTY_PAGES,
    // The cast: the catalog says that every item of the list has an id.
    ...(repeatsOf({ setup, list }) === "dropped" && {
      distinctBy: (item) => (item as { readonly id: string }).id,
    }),
    ...resume,
  });
}

type SliceCheckpoint = NonNullable<NonNullable<Parameters<typeof sliceByTime>[1]>["resumeFrom"]>;
