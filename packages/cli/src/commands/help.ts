import type { Command } from "commander";
import { allowedHint } from "../catalog/nearest.ts";

export function register(program: Command): void {
  program
    .command("help")
    .summary("print the help of a command")
    .description("Prints the help of a command, or the list of all commands.")
    .argument("[command...]", "the command, such as export or mirror add")
    .addHelpText("after", "\nExamples\n  pageturn help export\n  pageturn help mirror add")
    .action((names: readonly string[]) => commandOf(program, names).help());
}

/** The command with these names, one below the other. */
function commandOf(program: Command, names: readonly string[]): Command {
  let command = program;
  for (const name of names) {
    const known = command.createHelp().visibleCommands(command);
    const found = known.find((each) => each.name() === name);
    if (found === undefined) {
      const hint = allowedHint(
        name,
        known.map((each) => each.name()),
      );
      return program.error(`error: Cannot print the help of "${names.join(" ")}": ${hint}`);
    }
    command = found;
  }
  return command;
}
