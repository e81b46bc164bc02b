// `npm start`: runs examples of the library against a mock server.
// There is no handler for Ctrl-C: the system ends the process at once, even in a call that blocks its thread, and
// the shell reports 130. A handler would have to wait for the call.

import { commandFor } from "./start/command-for.ts";
import { showDemo } from "./start/demo.ts";
import { printError } from "./start/print.ts";
import { openStage } from "./start/stage.ts";

const args = process.argv.slice(2);
if (args.length === 0) {
  await using stage = await openStage();
  await showDemo(stage);
} else {
  printError(`npm start takes no arguments. To list something, use: ${commandFor(args)}`);
  process.exitCode = 2;
}
