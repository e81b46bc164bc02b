import type { HeaderCall } from "../client/client-config.ts";
import type { RequestHeaders } from "../client/client-options.ts";
import { ConfigurationError } from "../errors/pageturn-error.ts";

/** What only requests of the Anthropic API have. */
export interface WorkspaceOption {
  /**
   * The workspace that the list is of, for a credential that may use several: the header `anthropic-workspace-id`. Default:
   * that of the client; `null` for none. Lists of an organization have none.
   */
  readonly workspaceId?: string | null | undefined;
}

export const WORKSPACE_HEADER = "anthropic-workspace-id";

/** The paths of the Admin API and the Compliance API: their lists are of an organization. */
const ORGANIZATION = /^\/?v1\/(?:organizations|compliance)(?=[/?#]|$)/;

/** Whether the list with a path is of an organization, and not of a workspace. */
export function isPathOfOrganization(path: string): boolean {
  return ORGANIZATION.test(path);
}

/** A checked `workspaceId`; undefined where there is none. */
export function checkedWorkspace(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string" && value.trim() !== "") return value;
  throw new ConfigurationError(
    `Cannot use the option workspaceId as it must be the id of a workspace as text, or null for none: it is of type ${typeof value}`,
  );
}

/**
 * The headers with the workspace of the list. A list of an organization gets none from the client, which may be used for
 * both; one that was named for it is refused. Where the caller sets the header itself, it is sent as it is.
 */
export function workspaceHeaders(
  headers: RequestHeaders,
  { path, options, set }: HeaderCall,
): RequestHeaders {
  const own = Reflect.get(options, "workspaceId");
  if (own === undefined && set[WORKSPACE_HEADER] !== undefined) return headers;
  const { [WORKSPACE_HEADER]: inherited, ...others } = headers;
  const workspace = own === undefined ? inherited : checkedWorkspace(own);
  if (!isPathOfOrganization(path))
    return workspace === undefined ? others : { ...others, [WORKSPACE_HEADER]: workspace };
  if (own === undefined || own === null) return others;
  throw new ConfigurationError(
    `Cannot use the option workspaceId for ${path} as it is a list of an organization, not of a workspace. Leave it out`,
  );
}
