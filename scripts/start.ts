// `npm start`: runs examples of the library, or lists one resource. See scripts/start/usage.ts.
// There is no handler for Ctrl-C: the system ends the process at once, even in a call that blocks its thread, and
// the shell reports 130. A handler would have to wait for the call.
import { ConfigurationError, MissingCredentialsError, PageturnError } from "pageturn";
import { type Command, readCommand, UsageError } from "./start/command.ts";
import { showDemo } from "./start/demo.ts";
import { listResource } from "./start/list-resource.ts";
import { print, printError } from "./start/print.ts";
import { openStage } from "./start/stage.ts";
import { usage } from "./start/usage.ts";

async function run(command: Command): Promise<void> {
  if (command.kind === "help") {
    print(usage());
    return;
  }
  await using stage = await openStage({ live: command.live });
  await (command.kind === "demo" ? showDemo(stage) : listResource(stage, command));
}

/** 2: the arguments are wrong; 1: the API or the connection failed; null: a bug in this program. */
function exitCodeOf(error: unknown): number | null {
  const isArgument =
    error instanceof UsageError ||
    error instanceof ConfigurationError ||
    error instanceof MissingCredentialsError;
  if (isArgument) return 2;
  return error instanceof PageturnError ? 1 : null;
}

try {
  await run(readCommand(process.argv.slice(2)));
} catch (error) {
  const exitCode = exitCodeOf(error);
  // A bug in this program is shown with its stack.
  if (exitCode === null || !(error instanceof Error)) throw error;
  printError(error.message);
  process.exitCode = exitCode;
}
