import { isError } from "../errors/instance-of.ts";
import { ConfigurationError, MissingCredentialsError } from "../errors/pageturn-error.ts";
import { withoutBlanks } from "../errors/secrets.ts";
import type { AttemptAsk } from "../http/attempts.ts";
import { refusePromises } from "../pagination/request/check-option.ts";

/** Stands in the headers of a list where a function is asked for the key. It is never sent. */
export const ASKED_KEY = "[apiKey()]";

/** A function that is asked for the key of each attempt, and the header for it. */
export interface KeySource {
  readonly ask: AttemptAsk["ask"];
  readonly header: string;
  /** What stands before the key: `Bearer `. */
  readonly prefix: string;
}

/** The error for a function that throws or rejects. */
export function keyFailure(cause: unknown): MissingCredentialsError {
  const why = isError(cause) ? cause.message : "it threw no error";
  return new MissingCredentialsError(
    `Cannot send a request as the function of the option apiKey failed: ${why}`,
    { cause },
  );
}

/** The key that the function gave. Its value is never shown. */
export function checkedKey(value: unknown): string {
  // HTTP leaves out blanks around the value of a header, so the trimmed key is the one that is sent and masked.
  if (typeof value === "string" && value.trim() !== "") return withoutBlanks(value);
  if (value === undefined || value === null || typeof value === "string")
    throw new MissingCredentialsError(
      "Cannot send a request as the function of the option apiKey returned no key. It has to return non-empty text",
    );
  refusePromises(
    [value],
    "Cannot wait for the promise that the function of the option apiKey returned as the sync client blocks the thread. Return the key itself, or use the async client",
  );
  throw new ConfigurationError(
    `Cannot use what the function of the option apiKey returned as it must be text: it is of type ${typeof value}`,
  );
}
