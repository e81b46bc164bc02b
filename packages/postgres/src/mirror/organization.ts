import type { Database } from "../database/database.ts";
import { MirrorError } from "../mirror-error.ts";
import { quoted } from "../schema/identifiers.ts";
import type { StoredList } from "./list-store.ts";

/** The organization that the API answers for; `null` if the answer does not name one. */
export function organizationOf(headers: Headers): string | null {
  return headers.get("anthropic-organization-id");
}

/** Makes an organization that of a list, unless the list has one. Returns that of the list; `null` if the list was removed. */
export async function claimOrganization(
  database: Database,
  schema: string,
  { listId, organizationId }: { listId: number; organizationId: string },
): Promise<string | null> {
  const { rows } = await database.query<{ organization_id: string }>(
    `UPDATE ${quoted(schema)}._lists SET organization_id = coalesce(organization_id, $2::text) WHERE list_id = $1
     RETURNING organization_id`,
    [listId, organizationId],
  );
  return rows[0]?.organization_id ?? null;
}

/** An error if an answer is of another organization than its list. Keys of one organization can be replaced by each other. */
export function organizationError(
  { name, organizationId }: Pick<StoredList, "name" | "organizationId">,
  headers: Headers,
): MirrorError | undefined {
  const found = organizationOf(headers);
  if (organizationId === null || found === null || found === organizationId) return undefined;
  return new MirrorError(
    `Cannot request ${JSON.stringify(name)} because it is of the organization ${organizationId}, and the API answers for ${found}: use a key of ${organizationId}, or remove the list and add it again`,
  );
}
