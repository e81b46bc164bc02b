import type { RequestRecord } from "../walk/recorder.ts";

interface WaterfallProps {
  readonly records: readonly RequestRecord[];
  /** The length of the time axis in milliseconds. */
  readonly span: number;
  /** The time now, for requests that are under way. */
  readonly now: number;
  readonly label: string;
}

const MOST_ROWS = 200;

/** The requests of a lane as a table, each with a bar on a common axis of time. */
export function Waterfall({ records, span, now, label }: WaterfallProps) {
  const slices = [...new Set(records.map(({ slice }) => slice))].filter((slice) => slice !== null).sort();
  const hasSlices = slices.length > 1;
  const shown = records.slice(0, MOST_ROWS);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached with the keyboard
    <section class="waterfall" tabIndex={0} aria-label={`${label}: requests`}>
      <table>
        <thead>
          <tr class={hasSlices ? "sliced" : ""}>
            <th scope="col">#</th>
            <th scope="col">Asks for</th>
            {hasSlices && <th scope="col">Slice</th>}
            <th scope="col">Answer</th>
            <th scope="col" class="number">
              ms
            </th>
            <th scope="col" class="time">
              <span class="axis">
                <span>0</span>
                <span>{duration(span)}</span>
              </span>
              <span class="hidden">Time</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((record) => (
            <tr
              key={record.number}
              class={`${isFailed(record) ? "failed" : ""} ${hasSlices ? "sliced" : ""}`}
            >
              <td>{record.number}</td>
              <td class="cursor" title={record.cursor?.value}>
                {asksFor(record)}
              </td>
              {hasSlices && <td>{record.slice === null ? "" : slices.indexOf(record.slice) + 1}</td>}
              <td class="answer">{answer(record)}</td>
              <td class="number">
                {record.endedAt === null ? "…" : Math.round(record.endedAt - record.startedAt)}
              </td>
              <td class="time">
                <Bar
                  record={record}
                  span={span}
                  now={now}
                  tone={record.slice === null ? 0 : slices.indexOf(record.slice)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {records.length === 0 && <p class="hint">No requests yet.</p>}
      {records.length > MOST_ROWS && <p class="hint">and {records.length - MOST_ROWS} more requests</p>}
    </section>
  );
}

interface BarProps {
  readonly record: RequestRecord;
  readonly span: number;
  readonly now: number;
  readonly tone: number;
}

function Bar({ record, span, now, tone }: BarProps) {
  const { startedAt, headersAt, endedAt, usedFrom, usedTo } = record;
  const part = (from: number, to: number) => ({
    left: `${(100 * from) / span}%`,
    width: `max(2px, ${(100 * Math.max(0, to - from)) / span}%)`,
  });
  const end = endedAt ?? now;
  return (
    <span class={`bar tone-${isFailed(record) ? "failed" : tone % 6}`} aria-hidden="true">
      <span class={endedAt === null ? "wait open" : "wait"} style={part(startedAt, headersAt ?? end)} />
      {headersAt !== null && <span class="body" style={part(headersAt, end)} />}
      {usedFrom !== null && <span class="use" style={part(usedFrom, usedTo ?? usedFrom)} />}
    </span>
  );
}

function isFailed({ failure, status }: RequestRecord): boolean {
  return failure !== null || (status ?? 200) >= 400;
}

function asksFor({ cursor, retry, limit }: RequestRecord): string {
  const place = cursor === null ? "start" : `${cursor.name} …${cursor.value.slice(-6)}`;
  return `${place}${limit === null ? "" : ` · ${limit}`}${retry === 0 ? "" : ` · retry ${retry}`}`;
}

function answer({ status, items, failure, endedAt }: RequestRecord): string {
  if (failure !== null) return status === null ? failure : `${status}, ${failure}`;
  if (status === null) return "waiting";
  if (items !== null) return `${items} ${items === 1 ? "item" : "items"}`;
  if (endedAt === null) return `${status}, reading`;
  return status === 200 ? "200, no page" : String(status);
}

function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
