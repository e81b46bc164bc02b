const DECIMAL = /^\d+(?:\.\d*)?$|^\.\d+$/;
/** `Date.parse` takes nearly anything for a date ("5" too), so the form is looked at first (RFC 9110, 5.6.7). */
const FIXED_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const OLD_DATE = /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/;
const ASCTIME_DATE = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

function decimal(text: string): number | null {
  return DECIMAL.test(text) ? Number(text) : null;
}

function httpDate(text: string): number | null {
  if (FIXED_DATE.test(text) || OLD_DATE.test(text)) return Date.parse(text);
  return ASCTIME_DATE.test(text) ? Date.parse(`${text} GMT`) : null;
}

function positive(ms: number | null): number | null {
  return ms !== null && ms > 0 ? ms : null;
}

/**
 * The milliseconds that a server asks to wait before the next attempt, null where it asks for nothing usable.
 *
 * Read in this order: `retry-after-ms`, `retry-after` in seconds, `retry-after` as an HTTP date. Zero, a
 * negative number, a date that is past and anything else falls through to the next, finally to null.
 *
 * @example
 * ```ts
 * retryAfter({ "retry-after": "1.5" }, { now: Date.now() }); // 1500
 * ```
 */
export function retryAfter(
  headers: Readonly<Record<string, string>>,
  options: { readonly now: number },
): number | null {
  const milliseconds = positive(decimal((headers["retry-after-ms"] ?? "").trim()));
  if (milliseconds !== null) return milliseconds;
  const text = (headers["retry-after"] ?? "").trim();
  const seconds = decimal(text);
  if (seconds !== null) return positive(seconds * 1000);
  const date = httpDate(text);
  return date === null ? null : positive(date - options.now);
}
