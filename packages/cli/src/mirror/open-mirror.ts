import {
  type Database,
  hasMirror,
  keyWithin,
  type Mirror,
  MirrorError,
  openDatabase,
  openMirror,
  pauseOnRateLimit,
  RateBudget,
} from "@pageturn/postgres";
import type { AsyncAnthropic } from "pageturn";
import { readCount } from "../catalog/list-options.ts";
import { FOLDER, type MirrorCommandOptions } from "../commands/mirror.ts";
import { keepHeapSmall } from "../export/small-heap.ts";
import { CommandError, EXIT, exitCodeOf, UsageError } from "../failure.ts";
import { baseURLOf, credential, openClient } from "../session.ts";

/** An open mirror, and what belongs to it. */
export interface OpenedMirror {
  readonly mirror: Mirror;
  readonly database: Database;
}

/** Without `--rate`, only the pauses that the API asks for are shared: so many requests a minute are not reached. */
const NO_LIMIT = 1_000_000;

/** How a mirror is opened. */
interface OpenOptions extends MirrorCommandOptions {
  /** Requests a minute. All workers with the key of this one share them. */
  readonly rate?: string | undefined;
  /** Whether a mirror that is missing is made. A command that reads makes none. */
  readonly create?: boolean | undefined;
}

/** Opens the mirror, and closes it after `body`. Throws `UsageError` if there is none, without `create`. */
export async function withMirror(
  options: OpenOptions,
  body: (opened: OpenedMirror) => Promise<void>,
): Promise<void> {
  keepHeapSmall();
  const rate = options.rate === undefined ? undefined : readCount("--rate", options.rate);
  const database = await opened(options);
  let close = () => {};
  let client: AsyncAnthropic | undefined;
  try {
    if (!options.create && !(await hasMirror(database, options.schema))) throw noMirror(options);
    // The tables of the budget are made with the others, before the first request.
    const budgeted = clientWithBudget(database, { options, rate });
    client = budgeted.client;
    close = budgeted.close;
    const mirror = await openMirror({ database, schema: options.schema, client });
    await body({ mirror, database });
  } catch (error) {
    throw readable(error);
  } finally {
    close();
    await client?.close();
    await database.close();
  }
}

function noMirror(options: MirrorCommandOptions): UsageError {
  const command = targetOf(options) === FOLDER ? "" : " with the same --database";
  return new UsageError(
    `There is no mirror in ${shown(targetOf(options))} with the schema ${options.schema}. Make one${command}: pageturn mirror add LIST`,
  );
}

/** The database: of `--database`, or else of the environment. */
export function targetOf({ database }: MirrorCommandOptions): string {
  return database ?? (process.env["PAGETURN_DATABASE"]?.trim() || FOLDER);
}

async function opened(options: OpenOptions): Promise<Database> {
  const target = targetOf(options);
  try {
    return await openDatabase(target, { create: options.create ?? false });
  } catch (error) {
    if (error instanceof MirrorError && error.kind === "refused") throw noMirror(options);
    // A refused connection has one error for each address, and no text of its own.
    const first = error instanceof AggregateError ? error.errors[0] : error;
    const why = first instanceof Error ? first.message : String(first);
    const text = error instanceof MirrorError ? why : `Cannot open the database ${shown(target)}: ${why}`;
    throw new CommandError(text, EXIT.error, { cause: error });
  }
}

/** The address of a database without its password. */
export function shown(target: string): string {
  return target
    .replace(/^(postgres(?:ql)?:\/\/[^:@/]*):.*@/s, "$1:…@")
    .replace(/([?&](?:ssl)?password=)[^&]*/gi, "$1…");
}

function clientWithBudget(
  database: Database,
  { options, rate }: { options: MirrorCommandOptions; rate: number | undefined },
): { readonly client: AsyncAnthropic; readonly close: () => void } {
  const found = credential(options);
  const key =
    found.apiKey ?? (found.source === "ANTHROPIC_API_KEY" ? process.env["ANTHROPIC_API_KEY"]?.trim() : "");
  const client = openClient(options);
  if (!key) {
    if (rate === undefined) return { client, close: () => {} };
    throw new UsageError("Cannot use --rate without an API key: requests are counted for each key");
  }
  const { schema } = options;
  const budget = new RateBudget({ database, schema, key, perMinute: rate ?? NO_LIMIT });
  return {
    client: client.withOptions({ apiKey: keyWithin(budget, key) }),
    close: pauseOnRateLimit(budget, baseURLOf(options, found)),
  };
}

/** What the mirror refuses is written for users. Errors of the database have a code that others do not know. */
function readable(error: unknown): unknown {
  if (error instanceof MirrorError && error.kind === "refused") return new UsageError(error.message);
  if (!(error instanceof Error) || exitCodeOf(error) !== null) return error;
  if (!("severity" in error || "code" in error)) return error;
  return new CommandError(`The database has failed: ${error.message}`, EXIT.error, { cause: error });
}

/** The names of lists in the mirror: those that were typed, or all. Throws for one that is not there. */
export async function namesOf(mirror: Mirror, names: readonly string[]): Promise<readonly string[]> {
  const known = (await mirror.lists()).map(({ name }) => name);
  if (known.length === 0)
    throw new UsageError("The mirror has no list yet. Add one: pageturn mirror add LIST");
  const missing = names.find((name) => !known.includes(name));
  if (missing !== undefined) {
    throw new UsageError(`Cannot find "${missing}" in the mirror, which has: ${known.join(", ")}`);
  }
  return names.length === 0 ? known : names;
}
