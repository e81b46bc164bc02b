import type { Command } from "commander";
import type { GlobalOptions } from "../session.ts";

/** The options of `login`. */
export interface LoginOptions extends GlobalOptions {
  readonly token?: boolean | undefined;
}

export function register(program: Command): void {
  const command = program.command("login");
  command
    .summary("keep a key in a profile")
    .description("Asks for a key, without showing it, and keeps it in a file that only you can read.")
    .option("--token", "it is a token, sent as authorization: Bearer")
    .addHelpText("after", HELP)
    .action(async () => {
      const { runLogin } = await import("../account/run-login.ts");
      await runLogin(command.optsWithGlobals<LoginOptions>());
    });
}

const HELP = `
The file is in XDG_CONFIG_HOME, or ~/.config. A key in the environment goes before the default profile; --profile NAME goes before both.

Examples
  pageturn login
  pageturn login --profile admin
  pass show anthropic | pageturn login --profile ci`;
