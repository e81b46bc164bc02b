import type { Database, Queryable } from "../database/database.ts";
import { MirrorError } from "../mirror-error.ts";
import { fittingName, quoted } from "./identifiers.ts";

/** One step from a version of the schema to the next one. */
export interface Migration {
  readonly version: number;
  /** SQL statements; `{schema}` is replaced by the quoted name of the schema. */
  readonly statements: readonly string[];
}

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
];

/**
 * Creates the schema or brings it to the newest version, in one transaction. Two processes that call it at once wait for each other.
 * Throws if a newer version of this package has changed the schema.
 */
export async function migrate(
  database: Database,
  { schema, migrations = MIGRATIONS }: { schema: string; migrations?: readonly Migration[] },
): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`pageturn ${schema}`]);
    await createSchema(transaction, schema);
    const applied = await appliedVersion(transaction, schema);
    const newest = migrations.at(-1)?.version ?? 0;
    if (applied > newest) {
      throw new MirrorError(
        `Cannot use the schema ${schema} because it has version ${applied} and this release knows ${newest}: install a newer release`,
        { kind: "database" },
      );
    }
    for (const { version, statements } of migrations) {
      if (version <= applied) continue;
      for (const statement of statements) {
        await transaction.query(statement.replaceAll("{schema}", () => quoted(schema)));
      }
      await transaction.query(`INSERT INTO ${quoted(schema)}._migrations (version) VALUES ($1)`, [version]);
    }
  });
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
  const { rows } = await database.query<{ found: boolean }>("SELECT to_regclass($1) IS NOT NULL AS found", [
    `${quoted(schema)}._lists`,
  ]);
  return rows[0]?.found === true;
}

async function createSchema(transaction: Queryable, schema: string): Promise<void> {
  // `IF NOT EXISTS` would need the right to create schemas, even for one that is there.
  if (!(await hasSchema(transaction, schema))) await transaction.query(`CREATE SCHEMA ${quoted(schema)}`);
}

async function appliedVersion(transaction: Queryable, schema: string): Promise<number> {
  await transaction.query(
    `CREATE TABLE IF NOT EXISTS ${quoted(schema)}._migrations (
      version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now()
    )`,
  );
  const { rows } = await transaction.query<{ version: number | null }>(
    `SELECT max(version) AS version FROM ${quoted(schema)}._migrations`,
  );
  return rows[0]?.version ?? 0;
}
