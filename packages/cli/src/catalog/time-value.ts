/** What `readTime` accepts, for messages. */
export const TIME_FORMS =
  "2026-11-01, 2026-11-01T12:00:00Z, today, yesterday, now, -7d, -2w or -12h (all UTC)";

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };
// RFC 3339, 5.6: a time without an offset has no meaning. Leap seconds are left out, as `Date` and most servers refuse them.
const INSTANT =
  /^(\d{4}-\d{2}-\d{2})[Tt ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Whether a text is a day that exists: `2026-02-28`, and not `2026-02-31`, which `Date` turns into a day of March. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}

/** Whether a text names a day by its distance from today. */
export function isInDays(text: string): boolean {
  return /^(?:-\d+[dw]|today|yesterday)$/.test(text);
}

/** A time as a parameter needs it: `2026-11-01` for a date, RFC 3339 for a time. `null` if the text is not a time. */
export function readTime(
  text: string,
  { type, now = new Date() }: { readonly type: "date" | "date-time"; readonly now?: Date },
): string | null {
  const time = instantOf(text, now);
  if (time === null) return null;
  const written = time.toISOString();
  // A year before 0 or after 9999 has a sign.
  if (!/^\d/.test(written)) return null;
  if (type === "date") return written.slice(0, 10);
  return INSTANT.test(text) ? text.replace(" ", "T") : written.replace(".000Z", "Z");
}

function instantOf(text: string, now: Date): Date | null {
  if (text === "now") return wholeSeconds(now);
  if (text === "today") return dayOf(now, 0);
  if (text === "yesterday") return dayOf(now, -1);
  const [, count, unit = ""] = /^-(\d{1,6})([hdw])$/.exec(text) ?? [];
  const length = UNITS[unit];
  if (count !== undefined && length !== undefined) {
    const time = new Date(now.getTime() - Number(count) * length);
    return Number.isNaN(time.getTime()) ? null : wholeSeconds(time);
  }
  if (isDay(text)) return new Date(`${text}T00:00:00Z`);
  const [, day = ""] = INSTANT.exec(text) ?? [];
  return isDay(day) ? new Date(text.replace(" ", "T")) : null;
}

function wholeSeconds(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}

function dayOf(now: Date, add: number): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + add));
}
