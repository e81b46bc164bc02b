import { itemTexts } from "../catalog/row-values.ts";
import type { Queryable } from "../database/database.ts";
import type { Difference } from "../mirror/mirror-types.ts";
import { MAX_ROWS, type TableRow } from "./write-rows.ts";

/**
 * Which of these rows a table does not have, or has with another hash or item. Rows that are marked as deleted count as missing. The
 * database compares the items as they are stored, so that no item has to be sent back and hashed again.
 */
export async function compareRows(
  database: Queryable,
  name: string,
  rows: readonly TableRow[],
): Promise<readonly Difference[]> {
  const differences: Difference[] = [];
  for (let start = 0; start < rows.length; start += MAX_ROWS) {
    const batch = rows.slice(start, start + MAX_ROWS);
    const texts = batch.map(itemTexts);
    // `OFFSET 0` keeps the query for one row apart: joined, a table without statistics would be read whole for each page.
    const { rows: found } = await database.query<Difference>(
      `SELECT i._key AS key, CASE WHEN t._key IS NULL THEN 'missing' ELSE 'different' END AS kind
       FROM ROWS FROM (jsonb_array_elements($1::text::jsonb), unnest($2::text[], $3::text[], $4::text[]))
         AS i (_raw, _key, _hash, _exact)
       LEFT JOIN LATERAL (
         SELECT _key, _hash, _raw, _exact FROM ${name} WHERE _key = i._key AND _deleted_at IS NULL OFFSET 0
       ) t ON true
       WHERE t._key IS NULL OR t._hash <> i._hash OR t._raw <> i._raw OR t._exact IS DISTINCT FROM i._exact`,
      [
        `[${texts.map(({ raw }) => raw).join(",")}]`,
        batch.map(({ key }) => key),
        batch.map(({ hash }) => hash),
        texts.map(({ exact }) => exact),
      ],
    );
    differences.push(...found);
  }
  return differences;
}
