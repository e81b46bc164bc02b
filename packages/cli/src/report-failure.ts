import { commandWords } from "./command-words.ts";
import { exitCodeOf } from "./failure.ts";
import { messages } from "./messages.ts";

/** Prints why the command failed, and sets its exit code. A bug in this program is shown with its stack. */
export async function reportFailure(error: unknown): Promise<void> {
  const exitCode = exitCodeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  messages({}).error(
    exitCode === null ? `${stack ?? text}\nThis is a bug in pageturn. Please report it.` : commandWords(text),
  );
  process.exitCode = exitCode ?? 1;
}
