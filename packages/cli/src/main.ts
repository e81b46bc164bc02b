import { createProgram } from "./program.ts";

try {
  await createProgram().parseAsync();
} catch (error) {
  const { reportFailure } = await import("./report-failure.ts");
  await reportFailure(error);
}
