import type { ListStatus } from "./mirror-status.ts";

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly of: (list: ListStatus) => number | null;
}

const METRICS: readonly Metric[] = [
  { name: "rows", help: "Rows that are not marked as deleted.", of: ({ rows }) => rows },
  {
    name: "lag_seconds",
    help: "Seconds since the time up to which everything was seen.",
    of: ({ lag }) => lag,
  },
  {
    name: "last_complete_timestamp_seconds",
    help: "When the last complete run ended.",
    of: ({ lastComplete }) => (lastComplete === null ? null : lastComplete.getTime() / 1000),
  },
  {
    name: "next_run_timestamp_seconds",
    help: "When the next run is due.",
    of: ({ nextRunAt }) => nextRunAt.getTime() / 1000,
  },
  {
    name: "running",
    help: "1 while a run is open.",
    of: ({ runs }) => Number(runs.at(-1)?.outcome === "open"),
  },
  {
    name: "failing",
    help: "1 if the last run was not complete, or is open and its last attempt has failed.",
    of: ({ state }) => Number(state === "failing"),
  },
  {
    name: "late",
    help: "1 if it is due for more than its interval, does not fail, and no worker has it.",
    of: ({ state }) => Number(state === "late"),
  },
  { name: "recent_pages", help: "Pages of the last ten runs.", of: ({ pages }) => pages },
  { name: "recent_errors", help: "Errors of the last ten runs.", of: ({ errors }) => errors },
];

/** The text that Prometheus reads: gauges with a label for the list. https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function prometheusText(lists: readonly ListStatus[]): string {
  const lines = METRICS.flatMap(({ name, help, of }) => [
    `# HELP pageturn_mirror_${name} ${help}`,
    `# TYPE pageturn_mirror_${name} gauge`,
    ...lists.flatMap((list) => {
      const value = of(list);
      return value === null ? [] : [`pageturn_mirror_${name}{list="${escaped(list.name)}"} ${value}`];
    }),
  ]);
  return `${lines.join("\n")}\n`;
}

function escaped(label: string): string {
  return label.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
