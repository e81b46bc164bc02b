import type { ServedEndpoint } from "../../anthropic/catalog/served-endpoint.ts";
import { ApiProblem } from "../answer.ts";
import { parseTime } from "./api-time.ts";
import { present } from "./item-list.ts";
import type { Range } from "./usage-ledger.ts";

const day = 86_400_000;
const widths: Readonly<Record<string, number>> = { "1m": 60_000, "1h": 3_600_000, "1d": day };

/** Rows over a longer range would take too long to compute. */
const MOST_DAYS = 400;

/** The range of a report, and the length of its buckets in milliseconds. */
export interface ReportRange extends Range {
  readonly width: number;
}

/**
 * Reads the range of time of a request for a report. Without an end, reports with buckets have `count` of them; others end
 * at `now`. Throws `ApiProblem` for a range that ends before it starts.
 */
export function readRange(
  { report, queryParams }: ServedEndpoint,
  { query, now, count }: { readonly query: URLSearchParams; readonly now: number; readonly count: number },
): ReportRange {
  const read = (does: string) => {
    const param = queryParams.find(
      ({ effect, wire }) => effect?.does === does && present(query, wire) !== null,
    );
    return param === undefined
      ? null
      : { name: param.wire, time: parseTime(present(query, param.wire) ?? "") };
  };
  const hasBuckets = report === "buckets" || report === "days";
  const widthParam = queryParams.find(({ effect }) => effect?.does === "width");
  const widthName = present(query, widthParam?.wire ?? "") ?? String(widthParam?.default ?? "");
  const width = Object.hasOwn(widths, widthName) ? widths[widthName] : hasBuckets ? day : undefined;
  const date = read("day");
  const starts = read("starts");
  if (date !== null && starts !== null) {
    throw new ApiProblem(400, `${date.name}: Cannot be combined with ${starts.name}`);
  }
  const step = width ?? (starts?.name === "starting_at" ? 1 : day);
  const yesterday = Math.floor(now / day) * day - day;
  const from = Math.floor((date?.time ?? starts?.time ?? yesterday) / step) * step;
  const ends = date === null ? read("ends") : null;
  const to = ends === null ? endOf({ from, step }) : Math.ceil(ends.time / step) * step;
  if (ends !== null && to <= from) {
    throw new ApiProblem(
      400,
      `${ends.name}: Input should be after ${starts?.name ?? "the start of the range"}`,
    );
  }
  if (!hasBuckets && to - from > MOST_DAYS * day) {
    throw new ApiProblem(
      400,
      `${ends?.name ?? starts?.name}: Input should make a range of at most ${MOST_DAYS} days`,
    );
  }
  return { from, to, width: width ?? to - from };

  function endOf({ from, step }: { readonly from: number; readonly step: number }): number {
    if (hasBuckets) return from + count * step;
    return date === null ? Math.max(from + day, Math.floor(now / step) * step) : from + day;
  }
}
