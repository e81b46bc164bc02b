/**
 * The id of the same list in pageturn's catalog. What stands in the SDK under `organization` stands there under
 * `beta.organization` a second time, without another shape; the catalog has it once.
 */
export function ownId(sdkId: string): string {
  return mirrored.test(sdkId) ? sdkId.replace(/^beta\./, "") : sdkId;
}

/** The branches of `beta.organization` that mirror `organization`. */
const mirrored = new RegExp(
  `^beta\\.organization\\.(${[
    "api_keys",
    "external_keys",
    "federation\\..*",
    "invites",
    "service_accounts(\\..*)?",
    "users",
    "workspaces(\\..*)?",
    "rate_limits",
    "analytics\\.(summaries|users|apps\\..*|connectors|plugins|skills|artifacts)",
    "spend_limits\\..*",
    "rbac_(groups|roles)(\\..*)?",
  ].join("|")})$`,
);

/** The lists that the official SDK does not have: usage, cost, compliance, and an older path of the tunnels. */
export function isOnlyOurs(id: string): boolean {
  return /^(compliance|organization\.(cost_report|usage_report|tunnels))(\.|$)/.test(id);
}
