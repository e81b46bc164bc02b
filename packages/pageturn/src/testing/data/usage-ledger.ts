import { throwIfClosing } from "./closing.ts";
import { hashText, mixHash } from "./position-code.ts";

/** One part of the usage: everything with these values of the dimensions. */
export interface Stream {
  readonly number: number;
  /** The values by the names of the dimensions: `model`, `workspace_id`. `null` is a value too. */
  readonly dimensions: ReadonlyMap<string, string | null>;
}

/** A range of time in milliseconds since 1970, without its end. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Whose usage is counted. Default: that of all. */
export interface Part {
  /** The number of an object with usage of its own, from 1. */
  readonly owner?: number | undefined;
  /** The number of one of several who share the usage, from 0. */
  readonly share?: { readonly number: number; readonly of: number } | undefined;
}

const day = 86_400_000;

/** How many streams the usage consists of. */
const STREAMS = 12;

/** The largest count of a day in one stream, by metric. Others have 40. */
const dailyCounts: Readonly<Record<string, number>> = {
  uncached_input_tokens: 2_000_000,
  cache_read_input_tokens: 5_000_000,
  ephemeral_1h_input_tokens: 200_000,
  ephemeral_5m_input_tokens: 600_000,
  output_tokens: 500_000,
  requests: 900,
  web_search_requests: 60,
};

/**
 * What an organization used and paid, as a function of time. All numbers add up: those of the hours to those of their day,
 * those of the groups to those of all groups, and the costs are the prices of the counts.
 */
export class UsageLedger {
  readonly streams: readonly Stream[];
  readonly #key: number;
  readonly #now: number;
  readonly #late: readonly Range[];

  /** `values` are those of the dimensions: each stream has one of each. */
  constructor(
    key: number,
    options: {
      readonly values: ReadonlyMap<string, readonly (string | null)[]>;
      /** Nothing is used from here on. */
      readonly now: number;
      /** Ranges whose usage grew by a tenth. */
      readonly late: readonly Range[];
    },
  ) {
    this.#key = key;
    this.#now = options.now;
    this.#late = options.late;
    this.streams = Array.from({ length: STREAMS }, (_, number) => ({
      number,
      dimensions: new Map(
        [...options.values].map(([name, values]) => {
          // The first streams take each value once, so that all of them occur.
          const at = number < values.length ? number : mixHash(hashText(name, key), number);
          return [name, values[at % values.length] ?? null];
        }),
      ),
    }));
  }

  /** Returns how often something happened in a stream: a whole number. */
  count({ number }: Stream, metric: string, { from, to }: Range, { owner, share }: Part = {}): number {
    throwIfClosing();
    const largest = dailyCounts[metric] ?? 40;
    const key = mixHash(mixHash(hashText(metric, this.#key), number), owner ?? 0);
    // Earlier ones have a larger share. The shares of all add up to the whole.
    const before = share === undefined ? 0 : Math.sqrt(share.number / share.of);
    const upTo = share === undefined ? 1 : Math.sqrt((share.number + 1) / share.of);
    let count = 0;
    const ranges = [{ from, to, grows: 1 }];
    for (const late of this.#late) {
      ranges.push({ from: Math.max(from, late.from), to: Math.min(to, late.to), grows: 0.1 });
    }
    for (const range of ranges) {
      const end = Math.min(range.to, this.#now);
      for (let at = range.from; at < end; ) {
        const start = Math.floor(at / day) * day;
        const next = Math.min(start + day, end);
        const whole = Math.floor(ofDay(key, start / day, largest) * range.grows);
        const total = Math.floor(whole * upTo) - Math.floor(whole * before);
        count += next - at === day ? total : until(total, next - start) - until(total, at - start);
        at = next;
      }
    }
    return count;
  }
}

/** Whether a metric is one that all reports count. */
export function isMetric(name: string): boolean {
  return Object.hasOwn(dailyCounts, name);
}

/** How often something happens on a day, at the weekend a quarter as often. */
function ofDay(key: number, number: number, largest: number): number {
  const isWeekend = (number + 3) % 7 >= 5;
  return (largest / 4 + (mixHash(key, number) % Math.ceil((largest * 3) / 4))) * (isWeekend ? 0.25 : 1);
}

/** How much of a day's total has happened after some milliseconds: most of it around noon. */
function until(total: number, passed: number): number {
  const share = passed / day;
  return Math.floor(total * (share - Math.sin(2 * Math.PI * share) / 10));
}

/** The prices in millionths of a cent: for one token by its type, by model, and for one web search. */
const prices: Readonly<Record<string, number>> = {
  uncached_input_tokens: 300,
  cache_read_input_tokens: 30,
  "cache_creation.ephemeral_1h_input_tokens": 600,
  "cache_creation.ephemeral_5m_input_tokens": 375,
  output_tokens: 1_500,
};

/** One kind of thing that is paid for. */
export interface CostLine {
  readonly costType: "tokens" | "web_search";
  /** `null` for what is not counted in tokens. */
  readonly tokenType: string | null;
  /** The metric of the usage that it is the price of. */
  readonly metric: string;
  /** Millionths of a cent for each. */
  readonly price: number;
}

/** All kinds of things that are paid for. */
export const costLines: readonly CostLine[] = [
  ...Object.entries(prices).map(
    ([tokenType, price]): CostLine => ({
      costType: "tokens",
      tokenType,
      metric: tokenType.replace(/^.*\./, ""),
      price,
    }),
  ),
  { costType: "web_search", tokenType: null, metric: "web_search_requests", price: 1_000_000 },
];

/** Writes millionths of a cent as cents: decimal text, as in the API. */
export function centsText(millionths: number): string {
  const text = String(Math.floor(millionths) % 1_000_000).padStart(6, "0");
  return `${Math.floor(millionths / 1_000_000)}.${text}`;
}
