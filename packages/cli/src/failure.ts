import {
  APIStatusError,
  AuthenticationError,
  ConfigurationError,
  IncompleteListError,
  isRetryable,
  MissingCredentialsError,
  PageturnError,
  PaginationError,
  PermissionDeniedError,
} from "pageturn";

/** What the exit code of the command says. The README documents them. */
export const EXIT = {
  whole: 0,
  error: 1,
  usage: 2,
  incomplete: 3,
  notAllowed: 4,
  unavailable: 5,
  interrupted: 130,
  closedPipe: 141,
  terminated: 143,
} as const;

/** Why a command cannot send a request. */
export const NO_KEY = "There is no key: set ANTHROPIC_API_KEY, or type pageturn login";

/** An argument that cannot be used. The message speaks of what was typed and says what is allowed. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** A failure whose message is written for users and has an exit code of its own. */
export class CommandError extends Error {
  override name = "CommandError";
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.error, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** Whether the server has a rate limit or is in trouble, also if it forbids a retry. */
function isServerTrouble(error: unknown): boolean {
  return error instanceof APIStatusError && (error.status === 429 || error.status >= 500);
}

/** The exit code for an error; `null` for a bug in this program, which is shown with its stack. */
export function exitCodeOf(error: unknown): number | null {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof CommandError) return error.exitCode;
  if (error instanceof MissingCredentialsError) return EXIT.notAllowed;
  if (error instanceof IncompleteListError || error instanceof PaginationError) return EXIT.incomplete;
  if (error instanceof AuthenticationError || error instanceof PermissionDeniedError) return EXIT.notAllowed;
  if (isRetryable(error) || isServerTrouble(error)) return EXIT.unavailable;
  if (error instanceof ConfigurationError) return EXIT.usage;
  if (error instanceof PageturnError) return EXIT.error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^E[A-Z]+$/.test(code) ? EXIT.error : null;
}
