import { ConfigurationError } from "../errors/configuration-error.ts";
import type { ClientOptions } from "./client-options.ts";
import { environment } from "./environment.ts";

const DEFAULT_BASE_URL = "https://api.anthropic.com";

/** The checked base URL, without a slash at its end. */
export function baseURL(options: ClientOptions): string {
  const value = options.baseURL ?? environment("ANTHROPIC_BASE_URL") ?? DEFAULT_BASE_URL;
  if (!URL.canParse(value)) throw refused("must be an absolute URL", value);
  const url = new URL(value);
  // Not shown: what stands before the @ is a secret.
  if (url.username !== "" || url.password !== "")
    throw refused("must hold no user name or password", "one that does");
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw refused("must begin with https: or http:", value);
  if (url.search !== "" || url.hash !== "") throw refused("must have no query and no fragment", value);
  return url.origin + url.pathname.replace(/\/+$/, "");
}

function refused(rule: string, value: string): ConfigurationError {
  return new ConfigurationError(
    `Cannot use the baseURL as it ${rule}: current value is ${value}. It is set by the option baseURL or by ANTHROPIC_BASE_URL`,
  );
}
