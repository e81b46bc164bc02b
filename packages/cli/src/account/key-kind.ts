/** The kinds of credentials, by how they begin. */
const KINDS: readonly (readonly [begin: string, kind: string])[] = [
  ["sk-ant-admin", "an Admin API key"],
  ["sk-ant-api", "an API key"],
  ["sk-ant-oat", "an OAuth token"],
  ["sk-ant-", "a key of another kind"],
];

/** What a credential is, without its secret part: `an Admin API key (sk-ant-admin…)`. */
export function describeKey(key: string): string {
  const found = KINDS.find(([begin]) => key.startsWith(begin));
  return found === undefined ? "a key of an unknown form" : `${found[1]} (${found[0]}…)`;
}

/** Whether it is sent as a token. */
export function isToken(key: string): boolean {
  return key.startsWith("sk-ant-oat");
}

/** Whether it is for the lists of an organization. */
export function isAdminKey(key: string): boolean {
  return key.startsWith("sk-ant-admin");
}
