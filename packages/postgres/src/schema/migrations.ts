import type { Database, Queryable } from "../database/database.ts";
import { mayNotWrite } from "../database/passing-failure.ts";
import { MirrorError } from "../mirror-error.ts";
import { fittingName, quoted, schemaName } from "./identifiers.ts";

/** One step from a version of the schema to the next one. */
export interface Migration {
  readonly version: number;
  /** SQL statements; `{schema}` is replaced by the quoted name of the schema. */
  readonly statements: readonly string[];
}

/** Before this version, decimals with an exponent were left out of their columns. */
export const NUMBERS_FILLED = 4;

/**
 * All migrations, oldest first. One that was released is never changed: later versions add migrations after it, and there is no
 * way back.
 *
 * JSON that is only read by this package is `text`, because `jsonb` refuses some characters.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    statements: [
      `CREATE TABLE {schema}._lists (
        list_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL UNIQUE,
        list text NOT NULL,
        mode text NOT NULL,
        path_args text NOT NULL,
        parameters text NOT NULL,
        every_seconds double precision NOT NULL,
        since timestamptz,
        lookback_seconds double precision NOT NULL,
        overlap_seconds double precision NOT NULL,
        delay_seconds double precision NOT NULL,
        slices integer NOT NULL,
        history boolean NOT NULL,
        parent_id bigint REFERENCES {schema}._lists,
        table_name text NOT NULL UNIQUE,
        position timestamptz,
        next_run_at timestamptz NOT NULL,
        row_count bigint NOT NULL DEFAULT 0,
        added_at timestamptz NOT NULL
      )`,
      `CREATE TABLE {schema}._runs (
        run_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        list_id bigint NOT NULL REFERENCES {schema}._lists ON DELETE CASCADE,
        outcome text NOT NULL DEFAULT 'open',
        range_from timestamptz,
        range_to timestamptz,
        new_position timestamptz NOT NULL,
        started_at timestamptz NOT NULL,
        ended_at timestamptz,
        part_count integer NOT NULL,
        parts_complete integer NOT NULL DEFAULT 0,
        not_found integer NOT NULL DEFAULT 0,
        pages bigint NOT NULL DEFAULT 0,
        rows bigint NOT NULL DEFAULT 0,
        added bigint NOT NULL DEFAULT 0,
        changed bigint NOT NULL DEFAULT 0,
        deleted bigint NOT NULL DEFAULT 0,
        errors integer NOT NULL DEFAULT 0,
        last_error text,
        first_key text,
        last_key text,
        last_request_id text,
        sha256 text,
        request text NOT NULL
      )`,
      // Two runs of a list at a time could not both say what was not seen.
      `CREATE UNIQUE INDEX _runs_open ON {schema}._runs (list_id) WHERE outcome = 'open'`,
      `CREATE INDEX _runs_list ON {schema}._runs (list_id, run_id DESC)`,
      `CREATE TABLE {schema}._parts (
        part_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        run_id bigint NOT NULL REFERENCES {schema}._runs ON DELETE CASCADE,
        ordinal integer NOT NULL,
        path_args text NOT NULL,
        parameters text NOT NULL,
        bucket text,
        state text NOT NULL DEFAULT 'waiting',
        not_found boolean NOT NULL DEFAULT false,
        checkpoint text,
        lease bigint NOT NULL DEFAULT 0,
        worker text,
        lease_until timestamptz,
        heartbeat_at timestamptz,
        pages bigint NOT NULL DEFAULT 0,
        rows bigint NOT NULL DEFAULT 0,
        added bigint NOT NULL DEFAULT 0,
        changed bigint NOT NULL DEFAULT 0,
        revived bigint NOT NULL DEFAULT 0,
        restarts integer NOT NULL DEFAULT 0,
        errors integer NOT NULL DEFAULT 0,
        last_error text,
        first_key text,
        last_key text,
        last_request_id text,
        digest text NOT NULL DEFAULT ''
      )`,
      `CREATE INDEX _parts_run ON {schema}._parts (run_id, ordinal)`,
      `CREATE TABLE {schema}._parent_positions (
        list_id bigint NOT NULL REFERENCES {schema}._lists ON DELETE CASCADE,
        path_args text NOT NULL,
        position timestamptz NOT NULL,
        PRIMARY KEY (list_id, path_args)
      )`,
      `CREATE TABLE {schema}._new_fields (
        list_id bigint NOT NULL REFERENCES {schema}._lists ON DELETE CASCADE,
        field text NOT NULL,
        first_seen_at timestamptz NOT NULL,
        run_id bigint NOT NULL,
        PRIMARY KEY (list_id, field)
      )`,
      `CREATE TABLE {schema}._budgets (
        budget_id text PRIMARY KEY,
        tokens double precision NOT NULL,
        refilled_at timestamptz NOT NULL,
        paused_until timestamptz
      )`,
    ],
  },
  {
    version: 2,
    // After each part of thousands, a worker asks whether it was the last one.
    statements: [`CREATE INDEX _parts_waiting ON {schema}._parts (run_id, ordinal) WHERE state = 'waiting'`],
  },
  { version: 3, statements: ["ALTER TABLE {schema}._lists ADD COLUMN workspace_id text"] },
  // The tables of lists are filled with decimals that have an exponent: see `openMirror`.
  { version: NUMBERS_FILLED, statements: [] },
  {
    version: 5,
    statements: [
      `CREATE TABLE {schema}._rates (
        holder text PRIMARY KEY,
        budget_id text NOT NULL,
        per_second double precision NOT NULL,
        burst double precision NOT NULL,
        until timestamptz NOT NULL
      )`,
    ],
  },
  {
    version: 6,
    statements: [
      "ALTER TABLE {schema}._budgets ADD COLUMN paused_seconds double precision NOT NULL DEFAULT 0",
    ],
  },
  {
    version: 7,
    statements: [
      "ALTER TABLE {schema}._lists ADD COLUMN organization_id text",
      // Whether the last attempt has failed. Later pages leave the error of a part.
      "ALTER TABLE {schema}._parts ADD COLUMN failing boolean NOT NULL DEFAULT false",
    ],
  },
  {
    version: 8,
    // The status asks for the last complete run of each list.
    statements: [
      "CREATE INDEX _runs_complete ON {schema}._runs (list_id, run_id DESC) WHERE outcome = 'complete'",
    ],
  },
];

/**
 * Creates the schema or brings it to the newest version, in one transaction. Two processes that call it at once wait for each other.
 * A schema that has the newest version is only read, so that a role without other rights can do it, or a replica.
 * Throws if a newer version of this package has changed the schema.
 */
export async function migrate(
  database: Database,
  {
    schema,
    migrations = MIGRATIONS,
    onApplied = async () => {},
  }: {
    schema: string;
    migrations?: readonly Migration[];
    /** What a version needs besides its statements, in the same transaction. */
    onApplied?: (version: number, transaction: Queryable) => Promise<void>;
  },
): Promise<void> {
  const newest = migrations.at(-1)?.version ?? 0;
  const before = (await hasMirror(database, schema)) ? await newestVersion(database, schema) : 0;
  checkVersion(before, { schema, newest });
  if (before === newest) return;
  const apply = async (transaction: Queryable) => {
    await lockSchema(transaction, schema);
    await createSchema(transaction, schema);
    await createVersions(transaction, schema);
    const applied = await newestVersion(transaction, schema);
    checkVersion(applied, { schema, newest });
    for (const { version, statements } of migrations) {
      if (version <= applied) continue;
      for (const statement of statements) {
        await transaction.query(statement.replaceAll("{schema}", () => quoted(schema)));
      }
      await onApplied(version, transaction);
      await transaction.query(`INSERT INTO ${quoted(schema)}._migrations (version) VALUES ($1)`, [version]);
    }
  };
  try {
    await database.transaction(apply);
  } catch (error) {
    if (before === 0 || !mayNotWrite(error)) throw error;
    throw new MirrorError(
      `Cannot use the schema ${schema} because it has version ${before}, this release needs ${newest}, and the database does not let this role change it: open the mirror once as its owner`,
      { kind: "database" },
    );
  }
}

function checkVersion(version: number, { schema, newest }: { schema: string; newest: number }): void {
  if (version <= newest) return;
  throw new MirrorError(
    `Cannot use the schema ${schema} because it has version ${version} and this release knows ${newest}: install a newer release`,
    { kind: "database" },
  );
}

async function newestVersion(database: Queryable, schema: string): Promise<number> {
  const { rows } = await database.query<{ version: number | null }>(
    `SELECT max(version) AS version FROM ${quoted(schema)}._migrations`,
  );
  return rows[0]?.version ?? 0;
}

/** Makes others that change the tables of a schema wait until the end of the transaction. Runs do not wait. */
export async function lockSchema(transaction: Queryable, schema: string): Promise<void> {
  await transaction.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`pageturn ${schema}`]);
}

/** Whether a database has a schema with this name. */
export async function hasSchema(database: Queryable, schema: string): Promise<boolean> {
  const { rows } = await database.query("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1", [
    fittingName(schema),
  ]);
  return rows.length > 0;
}

/** Whether a schema of a database has a mirror. Creates nothing. */
export async function hasMirror(database: Queryable, schema: string): Promise<boolean> {
  return await hasTable(database, schemaName(schema), "_lists");
}

async function hasTable(database: Queryable, schema: string, table: string): Promise<boolean> {
  const { rows } = await database.query<{ found: boolean }>("SELECT to_regclass($1) IS NOT NULL AS found", [
    `${quoted(schema)}.${table}`,
  ]);
  return rows[0]?.found === true;
}

async function createSchema(transaction: Queryable, schema: string): Promise<void> {
  // `IF NOT EXISTS` would need the right to create schemas, even for one that is there.
  if (await hasSchema(transaction, schema)) return;
  await checkCanCreate(transaction, schema);
  await transaction.query(`CREATE SCHEMA ${quoted(schema)}`);
}

/** Throws if the role cannot create a schema that is missing. */
export async function checkCanCreate(database: Queryable, schema: string): Promise<void> {
  const { rows } = await database.query<{ role: string; may: boolean }>(
    "SELECT current_user::text AS role, has_database_privilege(current_database(), 'CREATE') AS may",
  );
  const [{ role, may } = { role: "", may: true }] = rows;
  if (may) return;
  throw new MirrorError(
    `Cannot create the schema ${schema} because the role ${role} may not: let an administrator run CREATE SCHEMA ${quoted(schema)} AUTHORIZATION ${quoted(role)}`,
    { kind: "database" },
  );
}

async function createVersions(transaction: Queryable, schema: string): Promise<void> {
  if (await hasMirror(transaction, schema)) return;
  if (await hasTable(transaction, schema, "_migrations"))
    throw new MirrorError(
      `Cannot make a mirror in the schema ${schema} because it has a table _migrations of another program: use another schema`,
    );
  await transaction.query(
    `CREATE TABLE ${quoted(schema)}._migrations (
      version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now()
    )`,
  );
}
