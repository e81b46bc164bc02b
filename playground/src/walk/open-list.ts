import {
  type AsyncAnthropic,
  type AsyncListOptions,
  type AsyncPaginator,
  type Checkpoint,
  sliceByTime,
} from "pageturn";
import { type ListChoice, membersOf } from "../setup/list-choice.ts";
import { argumentsOf, type Setup } from "../setup/setup.ts";

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
  const { path, params } = argumentsOf(setup, list);
  let node: unknown = client;
  for (const member of membersOf(list)) node = Reflect.get(Object(node), member);
  // The cast: the catalog names the members of the client, and each of them has this function.
  const resource = node as { list(...args: readonly unknown[]): AsyncPaginator<unknown> };
  return resource.list(...path, params, options);
}

/** How many pages without a new item a walk accepts: few, so that an endless list ends soon. */
export const MAX_EMPTY_PAGES = 20;

/** Starts a walk: one walk, or slices in parallel. */
export function openWalk(
  paginator: AsyncPaginator<unknown>,
  { setup, list }: Chosen,
  resumeFrom?: Checkpoint,
) {
  const { sliceTo } = argumentsOf(setup, list);
  const { slices, prefetch, distinct } = setup;
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
    ...(distinct && list.hasId && { distinctBy: (item) => (item as { readonly id: string }).id }),
    ...resume,
  });
}

type SliceCheckpoint = NonNullable<NonNullable<Parameters<typeof sliceByTime>[1]>["resumeFrom"]>;
