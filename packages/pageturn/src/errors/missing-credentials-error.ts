import { PageturnError } from "./pageturn-error.ts";

/** There is no API key and no token to send. Thrown before any request. */
export class MissingCredentialsError extends PageturnError {
  override name = "MissingCredentialsError";
}
