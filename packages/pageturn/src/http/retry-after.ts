const DECIMAL = /^\d+(?:\.\d*)?$|^\.\d+$/;
/** How each form of an HTTP date begins (RFC 9110, 5.6.7). `Date.parse` takes nearly anything for one, "5" too. */
const DATE = /^[A-Z][a-z]{2,8},? /;

function decimal(text: string): number | null {
  return DECIMAL.test(text) ? Number(text) : null;
}

function httpDate(text: string): number {
  return DATE.test(text) ? Date.parse(text.endsWith("GMT") ? text : `${text} GMT`) : Number.NaN;
}

function positive(ms: number | null): number | null {
  return (ms ?? 0) > 0 ? ms : null;
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
  return positive(httpDate(text) - serverTime(headers, options.now));
}

/** What time it was for the server when it answered; `now` where it did not say. Our clock and its own may differ. */
export function serverTime(headers: Readonly<Record<string, string>>, now: number): number {
  return Date.parse(headers["date"] ?? "") || now;
}
