import { AsyncAnthropic } from "pageturn";

/** An item of the fake API. */
export interface FakeItem {
  readonly id: string;
  readonly created_at: string;
  readonly [name: string]: unknown;
}

/** What a bucket of usage has for one model. */
export type FakeUsage = Map<string, Map<string, number>>;

interface Entry {
  item: FakeItem;
  readonly time: number;
  readonly order: number;
  isDeleted: boolean;
}

const DAY = 86_400_000;

/**
 * Three lists in this process, given to a client as its `fetch`: `models` and `compliance.activities` (newest first, by ids), and
 * `organization.usage_report.messages` (one-day buckets, by tokens). A cursor stays good when its item is deleted.
 */
export class FakeAPI {
  readonly models = new FakeList();
  readonly activities = new FakeList();
  /** By the start of the day, then by model. */
  readonly usage: FakeUsage = new Map();
  pageSize = 3;
  requests = 0;
  /** Requests are answered with status 500 once so many more were answered. */
  failAfter = Number.POSITIVE_INFINITY;
  /** Is awaited before each answer. */
  onRequest: (url: URL) => Promise<void> | void = () => {};
  /** Replaces an answer. */
  answer: (url: URL) => Response | undefined = () => undefined;

  client(): AsyncAnthropic {
    return new AsyncAnthropic({
      apiKey: "sk-test",
      baseURL: "http://api.test",
      maxRetries: 0,
      fetch: (input, init) => this.#fetch(input instanceof Request ? input.url : String(input), init?.signal),
    });
  }

  async #fetch(text: string, signal?: AbortSignal | null): Promise<Response> {
    const url = new URL(text);
    this.requests += 1;
    await this.onRequest(url);
    signal?.throwIfAborted();
    const replaced = this.answer(url);
    if (replaced !== undefined) return replaced;
    this.failAfter -= 1;
    if (this.failAfter < 0)
      return Response.json({ error: { type: "api_error", message: "down" } }, { status: 500 });
    const { pathname } = url;
    if (pathname === "/v1/models") return Response.json(this.models.page(url, this.pageSize));
    if (pathname === "/v1/compliance/activities")
      return Response.json(this.activities.page(url, this.pageSize));
    if (pathname === "/v1/organizations/usage_report/messages") return Response.json(this.#report(url));
    return Response.json({ error: { type: "not_found_error", message: "no list" } }, { status: 404 });
  }

  #report({ searchParams }: URL) {
    const from = Date.parse(searchParams.get("starting_at") ?? "");
    const to = Date.parse(searchParams.get("ending_at") ?? "");
    const begin = Math.floor(Number(searchParams.get("page") ?? from) / DAY) * DAY;
    const data: unknown[] = [];
    let start = begin;
    for (; start < to && data.length < this.pageSize; start += DAY) {
      const models = this.usage.get(dayText(start)) ?? new Map<string, number>();
      data.push({
        starting_at: dayText(start),
        ending_at: dayText(start + DAY),
        results: [...models].map(([model, output_tokens]) => ({ model, output_tokens, api_key_id: null })),
      });
    }
    const has_more = start < to;
    return { data, has_more, next_page: has_more ? String(start) : null };
  }
}

/** The start of the day of a time, as the API writes it. */
export function dayText(time: number): string {
  return new Date(Math.floor(time / DAY) * DAY).toISOString().replace(".000Z", "Z");
}

/** A list that changes. */
class FakeList {
  readonly #entries = new Map<string, Entry>();
  #order = 0;

  set(item: FakeItem): void {
    const before = this.#entries.get(item.id);
    if (before !== undefined) {
      before.item = item;
      before.isDeleted = false;
      return;
    }
    this.#order += 1;
    this.#entries.set(item.id, {
      item,
      time: timeOf(item),
      order: this.#order,
      isDeleted: false,
    });
  }

  delete(id: string): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.isDeleted = true;
  }

  get items(): readonly FakeItem[] {
    return [...this.#entries.values()].filter(({ isDeleted }) => !isDeleted).map(({ item }) => item);
  }

  page({ searchParams }: URL, pageSize: number) {
    const size = Math.min(Number(searchParams.get("limit") ?? pageSize), pageSize);
    const after = this.#entries.get(searchParams.get("after_id") ?? "");
    const from = Date.parse(searchParams.get("created_at.gte") ?? "") || Number.NEGATIVE_INFINITY;
    const to = Date.parse(searchParams.get("created_at.lt") ?? "") || Number.POSITIVE_INFINITY;
    const rest = [...this.#entries.values()]
      .sort(compare)
      .filter((entry) => !entry.isDeleted && entry.time >= from && entry.time < to)
      .filter((entry) => after === undefined || compare(entry, after) > 0)
      .map(({ item }) => item);
    const data = rest.slice(0, size);
    return {
      data,
      has_more: rest.length > size,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
    };
  }
}

/** Laws make items with any JSON as their time: such an item is one of 1970. */
function timeOf({ created_at }: { readonly created_at: unknown }): number {
  return (typeof created_at === "string" && Date.parse(created_at)) || 0;
}

/** Newest first. Items of the same time are in any fixed order that is not that of their ids. */
function compare(a: Entry, b: Entry): number {
  return b.time - a.time || ((a.order * 7919) % 1009) - ((b.order * 7919) % 1009) || a.order - b.order;
}
