import { baseURLOf, credential } from "../../packages/cli/src/session.ts";
import type { ApiAccess } from "./api-proxy.ts";

/**
 * Returns the API and the key, as the command `pageturn` finds them: of the profile with this name, of the environment, or of the
 * default profile. `null` without a key.
 */
export function readAccess(profile?: string): ApiAccess | null {
  const found = credential({ profile });
  const { source } = found;
  if (source === null) return null;
  const isProfile = found.apiKey !== undefined || found.authToken !== undefined;
  const { ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN } = process.env;
  const key = isProfile ? found.apiKey : ANTHROPIC_API_KEY?.trim() || undefined;
  const token = isProfile ? found.authToken : ANTHROPIC_AUTH_TOKEN?.trim() || undefined;
  const fromKey: Record<string, string> = key === undefined ? {} : { "x-api-key": key };
  return {
    baseURL: baseURLOf({}, found),
    credential: key === undefined && token !== undefined ? { authorization: `Bearer ${token}` } : fromKey,
    source,
  };
}
