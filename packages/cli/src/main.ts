import { CommanderError } from "commander";
import { guardStreams } from "./output/guard-streams.ts";
import { createProgram } from "./program.ts";

guardStreams();
try {
  await createProgram().parseAsync();
} catch (error) {
  // A CommanderError has been printed, and its exit code is set.
  if (!(error instanceof CommanderError)) {
    const { reportFailure } = await import("./report-failure.ts");
    await reportFailure(error);
  }
}
