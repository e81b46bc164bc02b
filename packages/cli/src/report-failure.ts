import { commandWords } from "./command-words.ts";
import { CommandError, exitCodeOf, UsageError } from "./failure.ts";
import { messages } from "./messages.ts";

/** Prints why the command failed, and sets its exit code. A bug in this program is shown with its stack. */
export async function reportFailure(error: unknown): Promise<void> {
  const exitCode = exitCodeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  const isOwn = error instanceof UsageError || error instanceof CommandError;
  const stack = error instanceof Error ? error.stack : undefined;
  messages({}).error(
    exitCode === null
      ? `${stack ?? text}\nThis is a bug in pageturn. Please report it.`
      : isOwn
        ? text
        : commandWords(text),
  );
  process.exitCode = exitCode ?? 1;
}
