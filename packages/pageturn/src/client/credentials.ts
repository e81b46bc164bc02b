import { ConfigurationError } from "../errors/configuration-error.ts";
import type { ClientOptions } from "./client-options.ts";
import { environment } from "./environment.ts";

/** What a client proves its right with; null for none. */
export interface Credentials {
  readonly apiKey: string | null;
  readonly authToken: string | null;
}

/** A credential given in the options, even `null`, switches those of the environment off. */
export function credentials(options: ClientOptions): Credentials {
  const given = options.apiKey !== undefined || options.authToken !== undefined;
  return {
    apiKey: checked("apiKey", given ? options.apiKey : environment("ANTHROPIC_API_KEY")),
    authToken: checked("authToken", given ? options.authToken : environment("ANTHROPIC_AUTH_TOKEN")),
  };
}

/** The headers that carry the credentials. */
export function credentialHeaders({ apiKey, authToken }: Credentials): Record<string, string> {
  return {
    ...(apiKey !== null && { "x-api-key": apiKey }),
    ...(authToken !== null && { authorization: `Bearer ${authToken}` }),
  };
}

/** The value itself is never shown: it is a secret even where it is of no use. */
function checked(name: "apiKey" | "authToken", value: string | null | undefined): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== "string" || !/^[\x21-\x7e]+$/.test(value)) {
    throw new ConfigurationError(
      `Cannot use the ${name} as it must be text of visible ASCII characters without spaces or line ends. ` +
        "Check how it is read: a line end at its end is the usual cause",
    );
  }
  return value;
}
