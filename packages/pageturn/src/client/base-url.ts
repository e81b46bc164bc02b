import { ConfigurationError } from "../errors/configuration-error.ts";
import type { ClientOptions } from "./client-options.ts";
import { environment } from "./environment.ts";

const DEFAULT_BASE_URL = "https://api.anthropic.com";

/** The checked base URL, without a slash at its end. */
export function baseURL(options: ClientOptions): string {
  const value = options.baseURL ?? environment("ANTHROPIC_BASE_URL") ?? DEFAULT_BASE_URL;
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url !== null && /^https?:\/\/[^@?#]*$/.test(url.href)) return url.href.replace(/\/+$/, "");
  throw new ConfigurationError(
    // Its value is not shown, as it may hold a secret, or be one in the wrong place.
    "Cannot use the baseURL (or ANTHROPIC_BASE_URL) as it must be an http or https URL without user name, password, " +
      "query or fragment",
  );
}
