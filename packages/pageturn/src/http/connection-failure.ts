import { APIConnectionError, type FailedRequest } from "../errors/api-error.ts";

/** What to do about a system code. */
function remedy(code: string): string {
  if (/CERT|SIGNED|SIGNATURE/.test(code))
    return "Check the clock and, for a private authority, NODE_EXTRA_CA_CERTS";
  if (/RESET|PIPE|SOCKET|MISMATCH/.test(code)) return "The server or a proxy ended it: try again";
  return "Check the base URL, the network and the proxy settings";
}

/** Deeper than any library nests them, and an end for causes that go in a circle. */
const MAX_CAUSES = 8;

/** The innermost error that bears a system code (`ECONNREFUSED`), else the outermost: the others only wrap it. */
function innermost(error: unknown): { readonly error: unknown; readonly code: string | null } {
  let found: ReturnType<typeof innermost> = { error, code: null };
  let current = error;
  for (let depth = 0; depth < MAX_CAUSES && current instanceof Error; depth += 1) {
    if ("code" in current && typeof current.code === "string" && current.code !== "") {
      found = { error: current, code: current.code };
    }
    // A host with several addresses fails with one error for each of them.
    current = current instanceof AggregateError ? (current.errors[0] ?? current.cause) : current.cause;
  }
  return found;
}

/** The innermost system code in an error and its causes, null where there is none. */
export function causeCode(error: unknown): string | null {
  return innermost(error).code;
}

/** The error for an attempt that failed below HTTP, in the system's own words. */
export function connectionFailure(request: FailedRequest, cause: unknown): APIConnectionError {
  const { error, code } = innermost(cause);
  const what = error instanceof Error ? error.message || error.name : String(error);
  const name = code === null || what.includes(code) ? "" : ` (${code})`;
  return new APIConnectionError(`${what}${name}. ${remedy(code ?? "")}`, { request, cause });
}
