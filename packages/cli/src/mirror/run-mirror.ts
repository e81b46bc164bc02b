import { setTimeout as sleep } from "node:timers/promises";
import {
  type AddList,
  type Database,
  keyWithin,
  type ListStatus,
  type Mirror,
  type MirrorMode,
  MirrorWorker,
  mirrorStatus,
  openDatabase,
  openMirror,
  pauseOnRateLimit,
  RateBudget,
  type RunResult,
  serveStatus,
} from "@pageturn/postgres";
import type { AsyncAnthropic } from "pageturn";
import type { APIList, APIListParam } from "pageturn/catalog";
import type { Column } from "../catalog/columns.ts";
import { readParams } from "../catalog/filters.ts";
import { findList } from "../catalog/find-list.ts";
import { splitArguments } from "../catalog/list-arguments.ts";
import { largestPageOf, readCount, readPageSize } from "../catalog/list-options.ts";
import { allowedHint } from "../catalog/nearest.ts";
import { readTime, TIME_FORMS } from "../catalog/time-value.ts";
import { commandWords } from "../command-words.ts";
import type {
  MirrorAddOptions,
  MirrorOptions,
  MirrorRemoveOptions,
  MirrorRunOptions,
  MirrorStatusOptions,
  MirrorVerifyOptions,
  MirrorWorkerOptions,
} from "../commands/mirror.ts";
import { CommandError, EXIT, exitCodeOf, UsageError } from "../failure.ts";
import { type Messages, messages } from "../messages.ts";
import { formatOf, rowWriter } from "../output/row-writer.ts";
import { openOutput } from "../output/stdout.ts";
import { baseURLOf, credential, openClient } from "../session.ts";
import { exitCodeOfSignal, StopRequest } from "../stop-request.ts";

const MODES: readonly MirrorMode[] = ["feed", "buckets", "snapshot"];

interface Opened {
  readonly database: Database;
  readonly mirror: Mirror;
  readonly client: AsyncAnthropic;
}

/** Opens the mirror, and closes everything after `use`. */
async function withMirror<T>(options: MirrorOptions, use: (opened: Opened) => Promise<T>): Promise<T> {
  const target = options.database ?? process.env["PAGETURN_DATABASE"] ?? "pageturn-mirror";
  const database = await openDatabase(target).catch((error: unknown) => {
    // A URL may have a password.
    const name = target.includes("://") ? target.replace(/\/\/[^@/]*@/, "//…@") : target;
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`Cannot open the database ${name}: ${why}`, EXIT.error, { cause: error });
  });
  const client = openClient(options);
  try {
    return await use({
      database,
      client,
      mirror: await openMirror({ database, client, schema: options.schema }),
    });
  } finally {
    await client.close();
    await database.close();
  }
}

/** Creates the tables. */
export async function initMirror(options: MirrorOptions): Promise<void> {
  await withMirror(options, async ({ mirror }) => {
    messages(options).info(
      `The mirror is ready in the schema ${mirror.schema}. Add a list with: pageturn mirror add`,
    );
  });
}

/** Adds a list. */
export async function addToMirror(
  { list: name, rest }: { readonly list: string; readonly rest: readonly string[] },
  options: MirrorAddOptions,
): Promise<void> {
  const list = withoutRange(findList(name));
  const { pathArgs, flags } = splitArguments(list, rest);
  const isChild = options.parents !== undefined;
  if (isChild && pathArgs.length > 0)
    throw new UsageError(`Cannot use the id "${pathArgs[0]}" together with --parents, which has the ids`);
  // The ids of a child list come from its parents.
  const parameters = readParams(list, isChild ? list.pathParams.map(() => "-") : pathArgs, flags);
  if (options.pageSize !== undefined) parameters["limit"] = readPageSize(list, options.pageSize);
  else if (largestPageOf(list) !== undefined) parameters["limit"] = "max";
  const add: AddList = {
    list: list.id,
    ...(options.name !== undefined && { name: options.name }),
    ...(isChild ? { parents: options.parents } : { pathArgs }),
    parameters,
    ...(options.mode !== undefined && { mode: readMode(options.mode) }),
    ...(options.since !== undefined && { since: readSince(options.since) }),
    ...(options.slices !== undefined && { slices: readCount("--slices", options.slices) }),
    ...seconds(options),
    history: options.history ?? false,
  };
  await withMirror(options, async ({ mirror }) => {
    const added = await mirror.add(add).catch((error: unknown) => {
      throw error instanceof Error ? new UsageError(error.message, { cause: error }) : error;
    });
    messages(options).info(
      `Added ${added.name} as ${added.mode}, every ${added.every} s, in the table ${mirror.schema}.${added.table}. ` +
        "Run it with: pageturn mirror run, or keep it current with: pageturn mirror worker",
    );
  });
}

/** A list without the parameters of its range, which the mirror sets for each run. */
function withoutRange(list: APIList): APIList {
  const { time, queryParams } = list;
  const isRange = ({ name, wire }: APIListParam) =>
    [time?.from, time?.to].some((param) => param === name || param === wire);
  return { ...list, queryParams: queryParams.filter((param) => !isRange(param)) };
}

function readMode(text: string): MirrorMode {
  const mode = MODES.find((each) => each === text);
  if (mode !== undefined) return mode;
  throw new UsageError(`Cannot use --mode ${text}: ${allowedHint(text, MODES)}`);
}

function readSince(text: string): Date {
  const time = readTime(text, { type: "date-time" });
  if (time === null) throw new UsageError(`Cannot use --since ${text}: it must be a time: ${TIME_FORMS}`);
  return new Date(time);
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** The options that are lengths of time, in seconds. */
function seconds(
  options: MirrorAddOptions,
): Partial<Record<"every" | "lookback" | "overlap" | "delay", number>> {
  const names = ["every", "lookback", "overlap", "delay"] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = options[name];
      if (text === undefined) return [];
      const [, count, unit = "s"] = /^(\d{1,9})([smhd])?$/.exec(text) ?? [];
      if (count === undefined)
        throw new UsageError(
          `Cannot use --${name} ${text}: it must be a length of time: 300s, 15m, 6h or 1d`,
        );
      return [[name, Number(count) * (UNITS[unit] ?? 1)]];
    }),
  );
}

/** Runs lists once. The exit code is 3 if one was not complete. */
export async function runMirror(names: readonly string[], options: MirrorRunOptions): Promise<void> {
  const concurrency = readCount("--concurrency", options.concurrency ?? "4");
  const say = messages(options);
  await withMirror(options, async ({ mirror }) => {
    const stop = new StopRequest(() =>
      say.info("Ending after the pages at hand. Press Ctrl-C again to end at once."),
    );
    try {
      const wanted = names.length > 0 ? names : (await mirror.dueLists()).map(({ name }) => name);
      if (wanted.length === 0) say.info("No list is due.");
      for (const name of wanted) {
        // A list that fails does not keep the others waiting.
        await mirror.run(name, { signal: stop.signal, concurrency }).then(
          (result) => reportRun(result, say),
          (error: unknown) => failed(name, { error, say }),
        );
        if (stop.asked === null) continue;
        process.exitCode = exitCodeOfSignal(stop.asked);
        return;
      }
    } finally {
      stop.dispose();
    }
  });
}

/** Says why a list failed, and sets the exit code: that of the first one stays. */
function failed(name: string, { error, say }: { readonly error: unknown; readonly say: Messages }): void {
  const code = exitCodeOf(error);
  if (code === null || !(error instanceof Error)) throw error;
  say.error(`${name}: ${commandWords(error.message)}`);
  process.exitCode ??= code;
}

function reportRun(result: RunResult, { info, error }: Messages): void {
  const { name, outcome, rows, added, changed, deleted, pages, lastError } = result;
  const counts = `${rows} rows in ${pages} pages: ${added} new, ${changed} changed, ${deleted} deleted`;
  if (outcome === "complete") info(`${name}: ${counts}`);
  else if (outcome === "open") info(`${name}: stopped. The next run goes on from here: ${counts}`);
  else {
    error(`${name}: the list was incomplete. Nothing was marked as deleted. ${lastError ?? ""}`.trim());
    process.exitCode = EXIT.incomplete;
  }
}

const STATUS: readonly Column[] = [
  { name: "name", path: ["name"], type: "text" },
  { name: "mode", path: ["mode"], type: "text" },
  { name: "state", path: ["state"], type: "text" },
  { name: "rows", path: ["rows"], type: "number" },
  { name: "lag_seconds", path: ["lag_seconds"], type: "number" },
  { name: "last_complete", path: ["last_complete"], type: "time" },
  { name: "next_run", path: ["next_run"], type: "time" },
  { name: "pages", path: ["pages"], type: "number" },
  { name: "errors", path: ["errors"], type: "number" },
  { name: "last_error", path: ["last_error"], type: "text" },
];

function statusRow({
  name,
  mode,
  state,
  rows,
  lag,
  lastComplete,
  nextRunAt,
  pages,
  errors,
  lastError,
}: ListStatus) {
  return {
    name,
    mode,
    state,
    rows,
    lag_seconds: lag === null ? null : Math.round(lag),
    last_complete: lastComplete?.toISOString() ?? null,
    next_run: nextRunAt.toISOString(),
    pages,
    errors,
    last_error: lastError,
  };
}

/** Shows how the lists stand, once or every two seconds. */
export async function showMirror(options: MirrorStatusOptions): Promise<void> {
  const output = openOutput();
  const format = formatOf(options.format, output);
  await withMirror(options, async ({ mirror }) => {
    const stop = new StopRequest(() => {});
    try {
      do {
        const rows = mirrorStatus(await mirror.lists()).map(statusRow);
        const writer = await rowWriter(format, { columns: STATUS, fields: null, output });
        // A terminal shows the table in the same place.
        if (options.watch && output.isTerminal) await output.write(["\u001b[H\u001b[2J"]);
        await output.write(writer.rows(rows));
        await output.write(writer.end());
        if (rows.length === 0)
          messages(options).info("The mirror has no list. Add one with: pageturn mirror add");
        if (options.watch) await sleep(2000, undefined, { signal: stop.signal }).catch(() => {});
      } while (options.watch && stop.asked === null);
    } finally {
      stop.dispose();
    }
  });
}

/** Walks lists again and compares. The exit code is 3 for any difference. */
export async function verifyMirror(names: readonly string[], options: MirrorVerifyOptions): Promise<void> {
  const sample = options.sample === undefined ? undefined : readCount("--sample", options.sample);
  const say = messages(options);
  const { info, error } = say;
  await withMirror(options, async ({ mirror }) => {
    const wanted = names.length > 0 ? names : (await mirror.lists()).map(({ name }) => name);
    for (const name of wanted) {
      const result = await mirror
        .verify(name, sample === undefined ? {} : { sample })
        .catch((error: unknown) => failed(name, { error, say }));
      if (result === undefined) continue;
      const { compared, missing, extra, different, differences, complete } = result;
      for (const { key, kind } of differences) error(`${name}: ${key} is ${kind}`);
      const count = missing + extra + different;
      if (!complete)
        error(`${name}: the list was incomplete: what it has after ${compared} rows is not known`);
      if (count > 0)
        error(`${name}: ${missing} missing, ${extra} extra and ${different} different of ${compared} rows`);
      if (count > 0 || !complete) process.exitCode = EXIT.incomplete;
      else info(`${name}: ${compared} rows, all as the API has them`);
    }
  });
}

/** Removes a list. */
export async function removeFromMirror(name: string, options: MirrorRemoveOptions): Promise<void> {
  await withMirror(options, async ({ mirror }) => {
    const { table } = await mirror.list(name);
    await mirror.remove(name, { drop: options.drop ?? false });
    const kept = options.drop ? "" : `. Its rows stay in the table ${mirror.schema}.${table}`;
    messages(options).info(`Removed ${name} from the mirror${kept}`);
  });
}

/** Works until a signal. The first one ends after the pages at hand. */
export async function workOnMirror(options: MirrorWorkerOptions): Promise<void> {
  const say = messages(options);
  const concurrency = readCount("--concurrency", options.concurrency ?? "4");
  const perMinute = options.rate === undefined ? undefined : readCount("--rate", options.rate);
  const ports = [options.ui, options.metrics].flatMap((text) => (text === undefined ? [] : [readPort(text)]));
  await withMirror(options, async ({ database, mirror: opened, client }) => {
    const { mirror, end } =
      perMinute === undefined
        ? { mirror: opened, end: () => {} }
        : await withinRate({ database, client }, { options, perMinute });
    const stop = new StopRequest(() =>
      say.info("Ending after the pages at hand. Press Ctrl-C again to end at once."),
    );
    const worker = new MirrorWorker({
      mirror,
      database,
      schema: mirror.schema,
      concurrency,
      onRun: (result) => reportRun(result, say),
      onError: ({ message }) => say.warn(message),
    });
    const host = options.host === undefined ? {} : { host: options.host };
    const servers = await Promise.all(
      [...new Set(ports)].map((port) => serveStatus(mirror, { port, ...host })),
    );
    for (const { url } of servers) say.info(`Status at ${url}`);
    try {
      await worker.start();
      say.info("Working. Stop with Ctrl-C.");
      while (stop.asked === null) await sleep(60_000, undefined, { signal: stop.signal }).catch(() => {});
      process.exitCode = exitCodeOfSignal(stop.asked);
    } finally {
      await worker.stop();
      await Promise.all(servers.map((server) => server.close()));
      end();
      stop.dispose();
    }
  });
}

/** The mirror with a client that keeps to the rate of its key. */
async function withinRate(
  { database, client }: { readonly database: Database; readonly client: AsyncAnthropic },
  { options, perMinute }: { readonly options: MirrorWorkerOptions; readonly perMinute: number },
) {
  const found = credential(options);
  const key = found.apiKey ?? (found.source === null ? undefined : process.env[found.source]?.trim());
  if (key === undefined)
    throw new UsageError("Cannot use --rate without an API key: a token has no budget of its own");
  const { schema } = options;
  const budget = new RateBudget({ database, schema, key, perMinute });
  const end = pauseOnRateLimit(budget, baseURLOf(options, found));
  const limited = client.withOptions({ apiKey: keyWithin(budget, key) });
  return { end, mirror: await openMirror({ database, schema, client: limited }) };
}

function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new UsageError(`Cannot use the port ${text}: it must be a number of at most 65535`);
}
