import {
  APIConnectionError,
  type APIError,
  APIResponseTooLargeError,
  APITimeoutError,
  APIUserAbortError,
  type FailedRequest,
  requestName,
} from "../errors/api-error.ts";
import { isError } from "../errors/instance-of.ts";
import { NO_PERMISSION } from "../errors/no-permission.ts";
import { PageturnError } from "../errors/pageturn-error.ts";
import { MAX_CAUSES } from "../errors/secrets.ts";
import { kindOf } from "../pagination/request/check-option.ts";

/** The error for an attempt that ran out of time. */
export function timeoutFailure(request: FailedRequest, timeout: number): APITimeoutError {
  return new APITimeoutError(
    `no complete answer within ${timeout} ms. Raise \`timeout\` or request smaller pages.`,
    { request },
  );
}

/** The error for a body that is larger than allowed. */
export function tooLargeFailure(request: FailedRequest, maxResponseBytes: number): APIResponseTooLargeError {
  return new APIResponseTooLargeError(
    `the body is larger than ${maxResponseBytes} bytes after decompression. Request smaller pages (\`limit\`) or raise \`maxResponseBytes\`.`,
    { request },
  );
}

/** The error for a request that its caller aborted. */
export function abortFailure(request: FailedRequest, signal: AbortSignal | undefined): APIUserAbortError {
  return new APIUserAbortError("the caller's signal fired", { request, cause: signal?.reason });
}

/** What to do about a system code. */
function remedy(code: string): string {
  if (/CERT|SIGNED|SIGNATURE/.test(code))
    return "Check the clock and, for a private authority, the option tls: { ca } or NODE_EXTRA_CA_CERTS";
  if (/RESET|PIPE|SOCKET|MISMATCH/.test(code)) return "The server or a proxy ended it: try again";
  return "Check the base URL, the network and the proxy settings";
}

/** The innermost error with a system code (`ECONNREFUSED`), else the outermost: the others only wrap it. */
function innermost(error: unknown): { readonly error: unknown; readonly code: string | null } {
  let found: ReturnType<typeof innermost> = { error, code: null };
  let current = error;
  for (let depth = 0; depth < MAX_CAUSES && isError(current); depth += 1) {
    if ("code" in current && typeof current.code === "string" && current.code !== "") {
      found = { error: current, code: current.code };
    }
    // A host with several addresses fails with one error for each of them.
    current =
      "errors" in current && Array.isArray(current.errors)
        ? (current.errors[0] ?? current.cause)
        : current.cause;
  }
  return found;
}

/** The innermost system code in an error and its causes, null where there is none. */
export function causeCode(error: unknown): string | null {
  return innermost(error).code;
}

/** The names of the errors that JavaScript itself throws at a fault in a program, and Deno at a permission that it was not given. */
const PROGRAM_ERROR = /^(?:(?:Type|Range|Reference|Syntax|Eval|URI)Error|NotCapable)$/;
/** The codes of Node and undici for arguments that cannot be used. */
const PROGRAM_CODE = /^(?:UND_)?ERR_(?:INVALID_|MISSING_|NOT_SUPPORTED|OUT_OF_RANGE)/;
/** How the message of a `TypeError` begins with which a `fetch` reports the network: Node, browsers, Deno, polyfills. */
const NETWORK_MESSAGE =
  /^(?:fetch failed|failed to fetch|networkerror|load failed|terminated|a? ?network (?:error|request|connection)|error (?:sending request|reading a body|in (?:body|input) stream)|the (?:network|internet) connection|could not connect|cancelled)/i;

/**
 * Whether an error is a fault in a program (in ours, in a library, in the caller's `fetch`) and not a failure of the
 * network. Another attempt would end in the same fault, and the network is not to blame.
 */
export function isProgramError(error: unknown): error is Error {
  if (!isError(error)) return false;
  const code = causeCode(error);
  if (code !== null) return PROGRAM_CODE.test(code);
  return PROGRAM_ERROR.test(error.name) && !NETWORK_MESSAGE.test(error.message.trim());
}

/** zlib's codes for data that are not in the encoding; data that are merely cut off are a broken connection. */
const DECODING_CODE = /^(?:Z_(?!BUF_ERROR)|ERR__ERROR_|ERR_BROTLI|ZSTD_)/;

/** JavaScript's own classes: a copy of an error is of the same one. */
const NATIVE_CLASSES: Readonly<Record<string, ErrorConstructor>> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

/** What is kept of an error, as plain data. */
export interface PlainError {
  /** The name of its class. */
  readonly kind: string;
  readonly message: string;
  /** The innermost system code, such as `ECONNREFUSED`. */
  readonly code: string | null;
  readonly stack?: string | null;
  /** Its cause; text where that is not an error. */
  readonly cause?: PlainError | string | null;
  /** What the system says about it, such as `syscall` and `address`. */
  readonly system?: Readonly<Record<string, string | number>>;
}

const SYSTEM_FIELDS = ["errno", "syscall", "hostname", "address", "port"];

/**
 * What is kept of an error. Its other members are left out: parsers and HTTP libraries put the request there, with its
 * credentials.
 */
export function plainError(error: Error, depth = 0): PlainError {
  const { name: kind, message, stack = null } = error;
  const system = SYSTEM_FIELDS.flatMap((name) => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === "string" || typeof value === "number" ? [[name, value] as const] : [];
  });
  const cause = plainCause(error.cause, depth + 1);
  return { kind, message, code: causeCode(error), stack, cause, system: Object.fromEntries(system) };
}

/** What is kept of a cause; text where it is not an error, null for none. */
function plainCause(cause: unknown, depth = 0): PlainError | string | null {
  if (cause === undefined || cause === null || depth > MAX_CAUSES) return null;
  if (isError(cause)) return plainError(cause, depth);
  return typeof cause === "object" ? kindOf(cause) : String(cause);
}

/** A kept cause as the `cause` of an error; no member at all where there is none. */
export function causeOption(cause: PlainError | string | null | undefined): ErrorOptions {
  if (cause === undefined || cause === null) return {};
  return { cause: typeof cause === "string" ? cause : errorFrom(cause) };
}

/** An error of the class called `kind`, or with that name. */
export function errorFrom({ kind, message, code, stack, cause, system }: PlainError): Error {
  const error = new (NATIVE_CLASSES[kind] ?? Error)(message, causeOption(cause));
  if (error.name !== kind) Object.defineProperty(error, "name", { value: kind, configurable: true });
  Object.assign(error, code !== null && { code }, system);
  error.stack = stack ?? `${kind}: ${message}`;
  return error;
}

/** Why a body could not be decoded, where it is not in the encoding that its header names; null for another failure. */
export function decodingFault(error: unknown): string | null {
  const { error: inner, code } = innermost(error);
  return code !== null && DECODING_CODE.test(code) && isError(inner) ? inner.message : null;
}

/** What an attempt rejects with that failed with `cause`: a connection error in the system's words, or `cause` itself. */
export function attemptFailure(request: FailedRequest, cause: unknown): Error {
  const { error, code } = innermost(cause);
  // The error of Node names the permission; one of `fetch` around it does not.
  if (code === NO_PERMISSION && isError(error)) return error;
  if (cause instanceof PageturnError || isProgramError(cause)) return cause;
  // The runtime's sentence may have a full stop of its own.
  const what = (isError(error) ? error.message || error.name : String(error)).replace(/\.+$/, "");
  const name = code === null || what.includes(code) ? "" : ` (${code})`;
  return new APIConnectionError(`${what}${name}. ${remedy(code ?? "")}`, {
    request,
    ...causeOption(plainCause(cause)),
  });
}

/** The transport says what happened; only the loop knows the request and the number of attempts. */
export function withAttempts(error: APIError, attempts: number): APIError {
  const count = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
  const message = `${requestName(error.request)} failed after ${count}: ${error.message}`;
  // The cast: a transport rejects with classes that are made as this one is.
  const Failure = error.constructor as typeof APIError;
  return new Failure(message, { request: error.request, cause: error.cause });
}
