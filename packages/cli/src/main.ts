import { guardStreams } from "./output/guard-streams.ts";
import { createProgram } from "./program.ts";

guardStreams();
try {
  await createProgram().parseAsync();
} catch (error) {
  const { reportFailure } = await import("./report-failure.ts");
  await reportFailure(error);
}
