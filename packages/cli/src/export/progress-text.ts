/** What the progress of an export is, for its line of text. */
export interface ProgressCounts {
  readonly rows: number;
  readonly pages: number;
  readonly retries: number;
  readonly waits: number;
  readonly waitMs: number;
  /** Rows for each second of this run. */
  readonly rate: number;
  /** Milliseconds until the end; `undefined` if it is not known. */
  readonly leftMs: number | undefined;
}

/** `12,000 items, 12 pages, 3,400 items/s, 1 retry, 1 rate-limit wait (2 s), 3 min left` */
export function progressText({ rows, pages, retries, waits, waitMs, rate, leftMs }: ProgressCounts): string {
  const parts = [counted(rows, "item"), counted(pages, "page"), `${grouped(rate)} items/s`];
  if (retries > 0) parts.push(counted(retries, "retry", "retries"));
  if (waits > 0) parts.push(`${counted(waits, "rate-limit wait")} (${duration(waitMs)})`);
  if (leftMs !== undefined) parts.push(`${duration(leftMs)} left`);
  return parts.join(", ");
}

/** `1 item`, `2,000 items` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${grouped(minutes / 60)} h`;
}

/** `12,000`. `Intl` would take 12 ms of each command to load. */
export function grouped(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(?:\d{3})+$)/g, ",");
}
