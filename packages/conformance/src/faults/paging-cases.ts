import { type FaultCase, listSize, pageSize, positions } from "./fault-case.ts";

const again = positions(pageSize, 2 * pageSize);
const endless = [...positions(0, 2 * pageSize), ...Array.from({ length: 1000 }, () => again).flat()];

/** Cursors that lead astray, and items that come, go or come twice. */
export const pagingCases: readonly FaultCase[] = [
  {
    title: "the server gives back the cursor it was asked with",
    script: [{ fault: "repeatCursor", times: "always" }],
    failure: "loop",
    served: positions(0, 2 * pageSize),
  },
  ...[1, 2, 3].map(
    (length): FaultCase => ({
      title: `cursors in a circle of ${length}, behind page 1`,
      script: [{ fault: "cycle", length, times: "always" }],
      failure: "loop",
      served: positions(0, (1 + length) * pageSize),
    }),
  ),
  {
    title: "fresh cursors for ever, the same items",
    script: [{ fault: "endless", items: "same", page: 2, times: "always" }],
    failure: "no progress",
    served: endless,
    distinct: true,
  },
  {
    title: "fresh cursors for ever, no items",
    script: [{ fault: "endless", items: "none", page: 3, times: "always" }],
    failure: "no progress",
  },
  { title: "an empty page in the middle", script: [{ fault: "emptyPage", page: 3 }] },
  { title: "an empty first page", script: [{ fault: "emptyPage" }] },
  { title: "three empty pages in a row", script: [{ fault: "emptyPage", page: 3, times: 3 }] },
  {
    title: "the cursor points one item too early",
    script: [{ fault: "offByOne", by: -1, page: 2 }],
    served: [...positions(0, 20), ...positions(19, listSize)],
    distinct: true,
  },
  {
    title: "the cursor points one item too late",
    script: [{ fault: "offByOne", by: 1, page: 2 }],
    served: [...positions(0, 20), ...positions(21, listSize)],
  },
  {
    title: "items inserted between pages, cursors are offsets",
    script: [{ fault: "itemsInserted", count: 2, page: 3 }],
    served: [...positions(0, 20), ...positions(18, listSize)],
    distinct: true,
  },
  {
    title: "items deleted between pages, cursors are offsets",
    script: [{ fault: "itemsDeleted", count: 2, page: 3 }],
    served: [...positions(0, 20), ...positions(22, listSize)],
  },
  {
    title: "a page holds items twice",
    script: [{ fault: "duplicateItems", count: 3, page: 2 }],
    served: [...positions(0, 13), ...positions(10, listSize)],
    distinct: true,
  },
  { title: "the server forgets limit and filters", script: [{ fault: "dropFilters", page: 3 }] },
];
