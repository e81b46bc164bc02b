import { isError } from "./instance-of.ts";
import { ConfigurationError } from "./pageturn-error.ts";

/** The error to throw if a thread for `what` did not start: if the permission model of Node forbids threads, one that names the flag. */
export function threadFailure(what: string, cause: unknown): unknown {
  if (!(isError(cause) && "code" in cause && cause.code === "ERR_ACCESS_DENIED")) return cause;
  return new ConfigurationError(
    `Cannot start ${what} as it needs a thread, which the permission model of Node.js forbids: run node with --allow-worker`,
    { cause },
  );
}
