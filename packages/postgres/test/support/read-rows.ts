import type { Database } from "../../src/index.ts";

/** A row of a table of a mirror. */
export interface MirrorRow {
  readonly _key: string;
  readonly _raw: unknown;
  readonly _deleted_at: Date | null;
  readonly [name: string]: unknown;
}

/** The rows of a table, by their keys. */
export async function readRows(
  database: Database,
  table: string,
  { deleted = false }: { deleted?: boolean } = {},
): Promise<readonly MirrorRow[]> {
  const { rows } = await database.query<MirrorRow>(
    `SELECT * FROM ${table} WHERE $1 OR _deleted_at IS NULL ORDER BY _key`,
    [deleted],
  );
  return rows;
}

/** The raw items of a table that are not deleted, by id. */
export async function rawById(database: Database, table: string): Promise<ReadonlyMap<unknown, unknown>> {
  const rows = await readRows(database, table);
  return new Map(
    rows.map(({ _raw }) => [
      typeof _raw === "object" && _raw !== null && "id" in _raw ? _raw.id : null,
      _raw,
    ]),
  );
}
