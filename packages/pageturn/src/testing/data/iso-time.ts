const day = 86_400_000;
const pairs = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, "0"));

let lastDay = Number.NaN;
let lastDate = "";

/**
 * A time in milliseconds since 1970 as ISO 8601, to the second. A page of a thousand items writes thousands of
 * times, most of them on one day, and `Date` would take most of the time it takes to write the page.
 */
export function isoTime(milliseconds: number): string {
  const days = Math.floor(milliseconds / day);
  if (days !== lastDay) {
    lastDay = days;
    lastDate = new Date(days * day).toISOString().slice(0, -"00:00:00.000Z".length);
  }
  const seconds = Math.floor((milliseconds - days * day) / 1000);
  const minutes = Math.floor(seconds / 60);
  return `${lastDate}${pairs[Math.floor(minutes / 60)]}:${pairs[minutes % 60]}:${pairs[seconds % 60]}Z`;
}
