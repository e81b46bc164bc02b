import { PageturnError } from "./pageturn-error.ts";

/** An option, argument or environment variable has a value that cannot be used. Thrown before any request. */
export class ConfigurationError extends PageturnError {
  override name = "ConfigurationError";
}
