import type { ClientOptions } from "../client/client-options.ts";

/** The trimmed value of an environment variable; undefined where it is unset, empty, or there is no environment. */
export function environment(name: string): string | undefined {
  const value = globalThis.process?.env?.[name]?.trim();
  return value === "" ? undefined : value;
}

/** What a client proves its right with; null for none. */
export interface Credentials {
  readonly apiKey: string | null;
  readonly authToken: string | null;
}

/** A credential given in the options, even `null`, switches those of the environment off. */
export function credentials(options: ClientOptions): Credentials {
  const given = options.apiKey !== undefined || options.authToken !== undefined;
  return {
    apiKey: (given ? options.apiKey : environment("ANTHROPIC_API_KEY")) ?? null,
    authToken: (given ? options.authToken : environment("ANTHROPIC_AUTH_TOKEN")) ?? null,
  };
}

/** The headers that carry the credentials. */
export function credentialHeaders({ apiKey, authToken }: Credentials): Record<string, string> {
  return {
    ...(apiKey !== null && { "x-api-key": apiKey }),
    ...(authToken !== null && { authorization: `Bearer ${authToken}` }),
  };
}
