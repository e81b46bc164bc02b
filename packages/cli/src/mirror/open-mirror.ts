import {
  type Database,
  hasMirror,
  isPassingFailure,
  keyWithin,
  type Mirror,
  MirrorError,
  openDatabase,
  openMirror,
  pauseOnRateLimit,
  RateBudget,
  reasonOf,
  schemaName,
} from "@pageturn/postgres";
import type { AsyncAnthropic } from "pageturn";
import { readCount } from "../catalog/list-options.ts";
import { commandWords } from "../command-words.ts";
import { FOLDER, type MirrorCommandOptions } from "../commands/mirror.ts";
import { keepHeapSmall } from "../export/small-heap.ts";
import { CommandError, EXIT, exitCodeOf, UsageError } from "../failure.ts";
import { messages } from "../messages.ts";
import { shownURL } from "../output/redacted.ts";
import { baseURLOf, credential, openClient } from "../session.ts";

/** An open mirror, and what belongs to it. */
export interface OpenedMirror {
  readonly mirror: Mirror;
  readonly database: Database;
}

/** How a mirror is opened. */
interface OpenOptions extends MirrorCommandOptions {
  /** Requests a minute, of all processes with the key of this one. */
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
  checkSchema(options);
  const rate = options.rate === undefined ? undefined : readCount("--rate", options.rate);
  const database = await opened(options);
  let budgeted: BudgetedClient | undefined;
  try {
    if (!options.create && !(await hasMirror(database, options.schema))) throw noMirror(options);
    budgeted = clientWithBudget(database, { options, rate });
    const { client, budget } = budgeted;
    const mirror = await openMirror({ database, schema: options.schema, client });
    // Its tables are made with the others.
    await budget?.hold();
    await body({ mirror, database });
  } catch (error) {
    throw readable(error);
  } finally {
    budgeted?.ignore();
    // The database may have failed: then the rate ends a little later.
    await budgeted?.budget?.close().catch(() => {});
    await budgeted?.client.close();
    await database.close();
  }
}

function checkSchema({ schema }: MirrorCommandOptions): void {
  try {
    schemaName(schema);
  } catch (error) {
    throw readable(error);
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
  const given = database?.trim();
  if (given === "")
    throw new UsageError(
      "Cannot use --database without an address: name postgres://… or the path of a folder",
    );
  return given ?? (process.env["PAGETURN_DATABASE"]?.trim() || FOLDER);
}

async function opened(options: OpenOptions): Promise<Database> {
  const target = targetOf(options);
  try {
    return await openDatabase(target, { create: options.create ?? false });
  } catch (error) {
    if (error instanceof MirrorError && error.kind === "refused") throw noMirror(options);
    const why = reasonOf(error);
    const text = error instanceof MirrorError ? why : `Cannot open the database ${shown(target)}: ${why}`;
    throw new CommandError(text, EXIT.error, { cause: error });
  }
}

/** The address of a database without its password. */
export function shown(target: string): string {
  return target
    .replace(/^([a-z][a-z\d+.-]+:\/+(?:(?!%3a)[^:@/])*)(?::|%3a).*@/is, "$1:…@")
    .replace(/([?&](?:ssl)?password=)[^&]*/gi, "$1…");
}

/** A client, and what its requests keep to. */
interface BudgetedClient {
  readonly client: AsyncAnthropic;
  readonly budget: RateBudget | undefined;
  /** Ends the pauses after answers with 429. */
  readonly ignore: () => void;
}

function clientWithBudget(
  database: Database,
  { options, rate }: { options: MirrorCommandOptions; rate: number | undefined },
): BudgetedClient {
  const found = credential(options);
  const key =
    found.apiKey ?? (found.source === "ANTHROPIC_API_KEY" ? process.env["ANTHROPIC_API_KEY"]?.trim() : "");
  const client = openClient(options);
  if (!key) {
    if (rate === undefined) return { client, budget: undefined, ignore: () => {} };
    throw new UsageError("Cannot use --rate without an API key: requests are counted for each key");
  }
  const { schema } = options;
  const { info } = messages(options);
  const onPause = (until: Date) =>
    info(`Waiting until ${until.toISOString().slice(11, 19)} UTC because the API has asked for it.`);
  const budget = new RateBudget({ database, schema, key, perMinute: rate, onPause });
  return {
    client: client.withOptions({ apiKey: keyWithin(budget, key) }),
    budget,
    ignore: pauseOnRateLimit(budget, baseURLOf(options, found)),
  };
}

/** What the mirror refuses is written for users. Errors of the database have a code that others do not know. */
export function readable(error: unknown): unknown {
  if (error instanceof MirrorError)
    return error.kind === "refused" ? new UsageError(commandWords(error.message)) : error;
  const isKnown = exitCodeOf(error) !== null || !(error instanceof Error);
  const isOfStatement = !isKnown && ("severity" in error || "code" in error);
  if (!isOfStatement && !isPassingFailure(error)) return error;
  return new CommandError(`The database has failed: ${reasonOf(error)}`, EXIT.error, { cause: error });
}

/** The names of lists in the mirror: those that were typed, or all. Throws for one that is not there. */
export async function namesOf(mirror: Mirror, names: readonly string[]): Promise<readonly string[]> {
  const known = (await mirror.lists()).map(({ name }) => name);
  if (known.length === 0)
    throw new UsageError("The mirror has no list yet. Add one: pageturn mirror add LIST");
  const missing = names.find((name) => !known.includes(name));
  if (missing !== undefined) {
    throw new UsageError(`Cannot find "${shownURL(missing)}" in the mirror, which has: ${known.join(", ")}`);
  }
  return names.length === 0 ? known : names;
}
