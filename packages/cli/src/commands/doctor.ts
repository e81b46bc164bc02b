import type { Command } from "commander";
import type { GlobalOptions } from "../session.ts";

export function register(program: Command): void {
  const command = program.command("doctor");
  command
    .summary("check the key and the connection")
    .description("Shows the versions, the key (not its value), the URL and the proxy, and sends one request.")
    .addHelpText("after", "\nExamples\n  pageturn doctor\n  pageturn doctor --profile admin")
    .action(async () => {
      const { runDoctor } = await import("../account/run-doctor.ts");
      await runDoctor(command.optsWithGlobals<GlobalOptions>());
    });
}
