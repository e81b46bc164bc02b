import { isError } from "./instance-of.ts";
import { ConfigurationError } from "./pageturn-error.ts";

/** The code of Node for a permission that the program was not given. */
export const NO_PERMISSION = "ERR_ACCESS_DENIED";

/** The error to throw if a thread did not start: if the permission model of Node forbids threads, one that names the remedy. */
export function threadFailure(
  cause: unknown,
  { what, otherwise = "" }: { what: string; otherwise?: string },
): unknown {
  if (!(isError(cause) && "code" in cause && cause.code === NO_PERMISSION)) return cause;
  return new ConfigurationError(
    `Cannot start ${what} as the permission model of Node.js forbids threads: run node with --allow-worker${otherwise}`,
    { cause },
  );
}
