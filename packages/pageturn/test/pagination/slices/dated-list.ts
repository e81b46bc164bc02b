import * as fc from "fast-check";
import {
  AsyncPage,
  AsyncPageCursor,
  AsyncPaginator,
  type BaseAsyncPage,
  type PageRequest,
  type TimeRange,
} from "pageturn/pagination";
import { response } from "../lists/memory-list.ts";

/** An item with its time in milliseconds. */
export interface Dated {
  readonly id: string;
  readonly created_at: string;
}

/** How a list is asked for a range of time. */
export interface Dating {
  readonly order: "desc" | "asc";
  readonly bounds: TimeRange["bounds"];
  /** Cursors are the ids of items, or tokens. */
  readonly paging: "ids" | "tokens";
}

export const anyDating: fc.Arbitrary<Dating> = fc.record({
  order: fc.constantFrom("desc", "asc"),
  bounds: fc.constantFrom("half-open", "inclusive", "exclusive"),
  paging: fc.constantFrom("ids", "tokens"),
});

/** Many share one time, and some are at a fraction of a millisecond. */
export const anyTimes = fc.array(
  fc.oneof(
    fc.integer({ min: -5, max: 105 }),
    fc.integer({ min: 0, max: 5 }),
    fc.integer({ min: 0, max: 400 }).map((n) => n / 4),
  ),
  { maxLength: 60 },
);

const iso = (time: number) =>
  new Date(Math.floor(time))
    .toISOString()
    .replace("Z", `${String(Math.round((time - Math.floor(time)) * 1000)).padStart(3, "0")}Z`);

/** A list in memory whose items have times. */
export class DatedList {
  readonly requests: PageRequest[] = [];
  readonly #dating: Dating;
  readonly #items: readonly { readonly time: number; readonly item: Dated }[];
  readonly #before: (request: PageRequest, number: number) => unknown;
  /** How many requests are under way, and the most that were. */
  running = 0;
  mostRunning = 0;

  constructor(
    dating: Dating,
    times: readonly number[],
    before: (request: PageRequest, number: number) => unknown = () => undefined,
  ) {
    this.#dating = dating;
    this.#before = before;
    const sorted = times.toSorted((one, other) => (dating.order === "asc" ? one - other : other - one));
    this.#items = sorted.map((time, index) => ({ time, item: { id: `id_${index}`, created_at: iso(time) } }));
  }

  get timeRange(): TimeRange {
    const { order, bounds } = this.#dating;
    const [from, to] = {
      "half-open": ["created_at[gte]", "created_at[lt]"] as const,
      inclusive: ["created_at[gte]", "created_at[lte]"] as const,
      exclusive: ["created_at[gt]", "created_at[lt]"] as const,
    }[bounds];
    return { from, to, bounds, order, field: "created_at" };
  }

  /** The list of a range of milliseconds. */
  list(limit: number, { from, to }: { from?: number; to?: number } = {}): AsyncPaginator<Dated> {
    const { timeRange } = this;
    const Page = this.#dating.paging === "ids" ? AsyncPage<Dated> : AsyncPageCursor<Dated>;
    const query = {
      limit,
      ...(from !== undefined && { [timeRange.from]: new Date(from).toISOString() }),
      ...(to !== undefined && { [timeRange.to]: new Date(to).toISOString() }),
    };
    return new AsyncPaginator<Dated, BaseAsyncPage<Dated>>(Page, {
      request: { path: "/v1/dated", query },
      timeRange,
      fetch: async (request) => {
        this.requests.push(request);
        this.running += 1;
        this.mostRunning = Math.max(this.mostRunning, this.running);
        try {
          await this.#before(request, this.requests.length - 1);
          return { body: this.#body(request), response };
        } finally {
          this.running -= 1;
        }
      },
    });
  }

  #body({ query }: PageRequest) {
    const bound = (name: string) => (query[name] === undefined ? null : Date.parse(String(query[name])));
    const [gt, gte, lt, lte] = ["gt", "gte", "lt", "lte"].map((name) => bound(`created_at[${name}]`));
    const inRange = this.#items.filter(
      ({ time }) =>
        (gt == null || time > gt) &&
        (gte == null || time >= gte) &&
        (lt == null || time < lt) &&
        (lte == null || time <= lte),
    );
    const cursor = query["after_id"] ?? query["page"];
    const start = cursor === undefined ? 0 : inRange.findIndex(({ item }) => item.id === cursor) + 1;
    const end = start + Number(query["limit"] ?? 20);
    const data = inRange.slice(start, end).map(({ item }) => item);
    const has_more = end < inRange.length;
    const last = data.at(-1)?.id ?? null;
    if (this.#dating.paging === "ids")
      return { data, has_more, first_id: data[0]?.id ?? null, last_id: last };
    return { data, has_more, next_page: has_more ? last : null };
  }
}
