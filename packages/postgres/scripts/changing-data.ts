import { setTimeout as sleep } from "node:timers/promises";
import type { AsyncAnthropic } from "pageturn";
import type { MockServer } from "pageturn/testing";
import { listOf, openList } from "../src/catalog/list-source.ts";

/** The lists whose items change, and the field of them that is updated; `null` if items are only added, removed and restored. */
const CHANGING: Readonly<Record<string, string | null>> = {
  models: "display_name",
  skills: "display_title",
  "organization.users": "name",
  "organization.workspaces": "name",
  "messages.batches": null,
};
const REPORT = "/v1/organizations/usage_report/messages";
const DAY = 86_400_000;
const CHANGE_MS = 300;
/** Added items stay: more of them would need more pages. */
const MAX_ADDED = 10;
const MAX_REMOVED = 5;

/** Changes of the lists of a mock server, which go on until they are stopped. */
export interface ChangingData {
  /** The ids of the items of a list that were there from the beginning, and that no change has touched. */
  untouched(list: string): readonly string[];
  /** How many items a list had when it was largest; 0 for a list that does not change. */
  largest(list: string): number;
  readonly count: number;
  stop(): Promise<void>;
}

/** Changes the lists of a server at random: items are added, removed, restored and updated, and days of a report get more usage. */
export async function changeData(
  api: MockServer,
  options: {
    readonly client: AsyncAnthropic;
    readonly random: (below: number) => number;
    /** The days of the report that change: from here, so many. */
    readonly days: { readonly from: number; readonly count: number };
  },
): Promise<ChangingData> {
  const { client, random, days } = options;
  const lists = await Promise.all(Object.keys(CHANGING).map((id) => changingList(client, id)));
  const stop = new AbortController();
  let count = 0;
  const changing = (async () => {
    while (!stop.signal.aborted) {
      const list = lists[random(lists.length + 1)];
      if (list === undefined) {
        const from = days.from + random(days.count) * DAY;
        const late = { from: new Date(from).toISOString(), to: new Date(from + DAY).toISOString() };
        await api.mutate(REPORT, { late });
      } else {
        await changeList(api, list, random);
        const { ids, added, removed } = list;
        list.largest = Math.max(list.largest, ids.length + added - removed.length);
      }
      count += 1;
      await sleep(CHANGE_MS, undefined, { signal: stop.signal }).catch(() => {});
    }
  })();
  return {
    untouched: (id) => {
      const list = lists.find((each) => each.id === id);
      return list === undefined ? [] : list.ids.filter((each) => !list.touched.has(each));
    },
    largest: (id) => lists.find((each) => each.id === id)?.largest ?? 0,
    get count() {
      return count;
    },
    async stop() {
      stop.abort();
      await changing;
    },
  };
}

interface ChangingList {
  readonly id: string;
  readonly path: string;
  readonly ids: readonly string[];
  readonly touched: Set<string>;
  readonly removed: string[];
  added: number;
  largest: number;
}

async function changingList(client: AsyncAnthropic, id: string): Promise<ChangingList> {
  const list = listOf(id);
  const items = await openList(client, list, { pathArgs: [], parameters: {} }).toArray();
  const ids = items.map((item) => String(Reflect.get(Object(item), "id")));
  return { id, path: list.path, ids, touched: new Set(), removed: [], added: 0, largest: ids.length };
}

async function changeList(
  api: MockServer,
  list: ChangingList,
  random: (below: number) => number,
): Promise<void> {
  const id = list.ids[random(list.ids.length)] ?? "";
  const field = CHANGING[list.id] ?? null;
  switch (random(4)) {
    case 0:
      if (list.added >= MAX_ADDED) return;
      list.added += 1;
      return api.mutate(list.path, { add: 1 });
    case 1:
      if (list.removed.length >= MAX_REMOVED || list.removed.includes(id)) return;
      list.removed.push(id);
      list.touched.add(id);
      return api.mutate(list.path, { remove: [id] });
    case 2: {
      const restored = list.removed.shift();
      return restored === undefined ? undefined : api.mutate(list.path, { restore: [restored] });
    }
    default:
      if (field === null || list.removed.includes(id)) return;
      list.touched.add(id);
      return api.mutate(list.path, { update: { [id]: { [field]: `changed ${random(1_000_000)}` } } });
  }
}
