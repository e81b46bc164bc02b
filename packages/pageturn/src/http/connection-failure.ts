import { APIConnectionError } from "../errors/api-connection-error.ts";
import type { FailedRequest } from "../errors/api-error.ts";

const NETWORK = "Check the base URL, the network and the proxy settings.";
const CERTIFICATE =
  "Check the base URL, the machine's clock and, for a private authority, NODE_EXTRA_CA_CERTS.";
const BROKEN_OFF = "The server or a proxy on the way ended it; try again.";

/** What a system code means, and what to do about it. */
const MEANINGS: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  ECONNREFUSED: ["connection refused", NETWORK],
  ENOTFOUND: ["host name not found", NETWORK],
  EAI_AGAIN: ["host name look-up failed", NETWORK],
  EHOSTUNREACH: ["host not reachable", NETWORK],
  ENETUNREACH: ["network not reachable", NETWORK],
  ETIMEDOUT: ["no connection in time", NETWORK],
  UND_ERR_CONNECT_TIMEOUT: ["no connection in time", NETWORK],
  ECONNRESET: ["connection reset", BROKEN_OFF],
  EPIPE: ["connection closed", BROKEN_OFF],
  UND_ERR_SOCKET: ["connection closed before the whole answer was there", BROKEN_OFF],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ["the body has not the length that its header states", BROKEN_OFF],
  CERT_HAS_EXPIRED: ["the server's certificate has expired", CERTIFICATE],
  DEPTH_ZERO_SELF_SIGNED_CERT: ["the server's certificate is self-signed", CERTIFICATE],
  SELF_SIGNED_CERT_IN_CHAIN: ["the server's certificate chain is self-signed", CERTIFICATE],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ["the server's certificate cannot be verified", CERTIFICATE],
  ERR_TLS_CERT_ALTNAME_INVALID: ["the server's certificate is for another host", CERTIFICATE],
};

/** Deeper than any library nests them, and an end for causes that go in a circle. */
const MAX_CAUSES = 8;

/** The innermost system code (`ECONNREFUSED`) in an error and its causes, null where there is none. */
export function causeCode(error: unknown): string | null {
  let code: string | null = null;
  let current = error;
  for (let depth = 0; depth < MAX_CAUSES && current instanceof Error; depth += 1) {
    if ("code" in current && typeof current.code === "string" && current.code !== "") code = current.code;
    // A host with several addresses fails with one error for each of them.
    current = current instanceof AggregateError ? (current.errors[0] ?? current.cause) : current.cause;
  }
  return code;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

/** The error for an attempt that failed below HTTP, with the system's code in its message. */
export function connectionFailure(request: FailedRequest, cause: unknown): APIConnectionError {
  const code = causeCode(cause);
  const meaning = code === null ? undefined : MEANINGS[code];
  const [what, remedy] = meaning ?? [messageOf(cause), NETWORK];
  return new APIConnectionError(`${what}${code === null ? "" : ` (${code})`}. ${remedy}`, { request, cause });
}
