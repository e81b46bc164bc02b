import type { FailedRequest } from "../errors/api-error.ts";
import { APIResponseTooLargeError } from "../errors/api-response-too-large-error.ts";
import { APITimeoutError } from "../errors/api-timeout-error.ts";
import { APIUserAbortError } from "../errors/api-user-abort-error.ts";

/** The error for an attempt that ran out of time. */
export function timeoutFailure(request: FailedRequest, timeout: number): APITimeoutError {
  return new APITimeoutError(
    `no complete answer within ${timeout} ms. Raise \`timeout\` or ask for smaller pages.`,
    { request },
  );
}

/** The error for a body that is larger than allowed. */
export function tooLargeFailure(request: FailedRequest, maxResponseBytes: number): APIResponseTooLargeError {
  return new APIResponseTooLargeError(
    `the body is larger than ${maxResponseBytes} bytes after decompression. Ask for smaller pages (\`limit\`) or raise \`maxResponseBytes\`.`,
    { request },
  );
}

/** The error for a request that its caller gave up. */
export function abortFailure(request: FailedRequest, signal: AbortSignal | undefined): APIUserAbortError {
  return new APIUserAbortError("the caller's signal fired", { request, cause: signal?.reason });
}
