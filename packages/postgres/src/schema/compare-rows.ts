import type { Queryable } from "../database/database.ts";
import type { Difference } from "../mirror/mirror-types.ts";
import { MAX_ROWS, rowSource, rowValues, type TableRow, type WriteTarget } from "./write-rows.ts";

/**
 * Which of these rows a table does not have, or has with another value in any column that is made of the item. Rows that are marked as
 * deleted count as missing. The database compares the values as they are stored, so that none has to be sent back.
 */
export async function compareRows(
  database: Queryable,
  target: WriteTarget,
  { rows, parent }: { readonly rows: readonly TableRow[]; readonly parent: string | null },
): Promise<readonly Difference[]> {
  const differences: Difference[] = [];
  for (let start = 0; start < rows.length; start += MAX_ROWS) {
    const values = rowValues(target, rows.slice(start, start + MAX_ROWS));
    const { from, expressions, parameters } = rowSource(values);
    const columns = values.inputs.map(({ column }) => column);
    const key = expressions[columns.indexOf("_key")];
    const differs = columns.map((column, index) => `t.${column} IS DISTINCT FROM ${expressions[index]}`);
    // `OFFSET 0` keeps the query for one row apart: joined, a table without statistics would be read whole for each page.
    const { rows: found } = await database.query<Difference>(
      `SELECT ${key} AS key, CASE WHEN t._key IS NULL THEN 'missing' ELSE 'different' END AS kind
       FROM ${from}
       LEFT JOIN LATERAL (
         SELECT _raw, _parent, ${columns.join(", ")} FROM ${target.name} WHERE _key = ${key} AND _deleted_at IS NULL OFFSET 0
       ) t ON true
       WHERE t._raw IS DISTINCT FROM i._raw OR t._parent IS DISTINCT FROM $${parameters.length + 1}::text OR ${differs.join(" OR ")}`,
      [...parameters, parent],
    );
    differences.push(...found);
  }
  return differences;
}
