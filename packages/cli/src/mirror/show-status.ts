import { setTimeout as sleep } from "node:timers/promises";
import { styleText } from "node:util";
import { isPassingFailure, type ListStatus, type Mirror, readStatus, reasonOf } from "@pageturn/postgres";
import { failureWords } from "../command-words.ts";
import type { MirrorCommandOptions } from "../commands/mirror.ts";
import { messages } from "../messages.ts";
import { movesCursor } from "../output/terminal.ts";
import { fitted, textWidth } from "../output/text-width.ts";
import { visible } from "../output/visible.ts";
import { exitCodeOfSignal } from "../stop-request.ts";
import { durationText } from "./add-list.ts";
import { boundedStop } from "./bounded-stop.ts";
import { withMirror } from "./open-mirror.ts";

/** The time between two tables of `--watch`. */
const WATCH_MS = 2000;

/** Prints how the lists stand, once or until Ctrl-C. */
export async function showStatus(
  options: MirrorCommandOptions & {
    readonly watch?: boolean | undefined;
    readonly json?: boolean | undefined;
  },
): Promise<void> {
  await withMirror(options, async ({ mirror }) => {
    if (!options.watch) {
      process.stdout.write(await statusText(mirror, options));
      return;
    }
    const aborts = new AbortController();
    const stop = boundedStop(() => aborts.abort());
    try {
      for (let looks = 0; !aborts.signal.aborted; looks += 1) {
        try {
          const text = await statusText(mirror, options);
          // In a terminal the table stays at its place.
          process.stdout.write(movesCursor(process.stdout) ? `\u001b[H\u001b[2J${text}` : text);
        } catch (error) {
          if (looks === 0 || !isPassingFailure(error)) throw error;
          messages(options).warn(
            `The database has failed: ${reasonOf(error)}. It is asked again in ${WATCH_MS / 1000} seconds`,
          );
        }
        await sleep(WATCH_MS, undefined, { signal: aborts.signal }).catch(() => {});
      }
    } finally {
      stop.dispose();
      if (stop.asked !== null) process.exitCode = exitCodeOfSignal(stop.asked);
    }
  });
}

async function statusText(
  mirror: Mirror,
  { json }: { readonly json?: boolean | undefined },
): Promise<string> {
  const status = await readStatus(mirror);
  if (json) return `${JSON.stringify(status)}\n`;
  const { lists } = status;
  if (lists.length === 0) return "The mirror has no list yet. Add one: pageturn mirror add LIST\n";
  const rows = lists.map(cellsOf);
  const widths = HEADS.map((head, column) =>
    Math.max(textWidth(head), ...rows.map((cells) => textWidth(cells[column] ?? ""))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        fitted(cell, { width: widths[column] ?? 0, align: NUMBERS.has(column) ? "right" : "left" }),
      )
      .join("  ")
      .trimEnd();
  const errors = lists.flatMap(({ name, state, lastError }) =>
    state !== "good" && lastError !== null ? [`${name}: ${visible(failureWords(lastError))}`] : [],
  );
  const fields = lists.flatMap(({ name, newFields }) =>
    newFields.length > 0 ? [visible(`${name}: new fields: ${someOf(newFields)}`)] : [],
  );
  const head = styleText("bold", line(HEADS), { stream: process.stdout });
  return `${[head, ...rows.map(line), ...errors, ...fields].join("\n")}\n`;
}

/** The most new fields that a line names. */
const NAMED = 10;

function someOf(fields: readonly string[]): string {
  const rest = fields.length - NAMED;
  return `${fields.slice(0, NAMED).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

const HEADS = ["LIST", "MODE", "STATE", "ROWS", "LAG", "LAST COMPLETE RUN", "NEXT RUN", "REQUESTS", "ERRORS"];
const NUMBERS: ReadonlySet<number> = new Set([3, 4, 7, 8]);

function cellsOf({
  name,
  mode,
  state,
  rows,
  lag,
  lastComplete,
  nextRunAt,
  pages,
  errors,
}: ListStatus): string[] {
  return [
    visible(name),
    mode,
    state,
    String(rows),
    lag === null ? "–" : durationText(lag),
    lastComplete === null ? "–" : timeText(lastComplete),
    timeText(nextRunAt),
    String(pages),
    String(errors),
  ];
}

function timeText(time: Date): string {
  return time.toISOString().slice(0, 19).replace("T", " ");
}
