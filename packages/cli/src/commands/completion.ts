import type { Command } from "commander";

export function register(program: Command): void {
  program
    .command("completion")
    .summary("print the completions for a shell")
    .description("Prints a script that completes commands, names of lists, filters and their values.")
    .argument("<shell>", "bash, zsh or fish")
    .addHelpText("after", HELP)
    .action(async (shell: string) => {
      const { completionScript } = await import("../completion/scripts.ts");
      process.stdout.write(completionScript(shell));
    });
  // What the scripts call: the words so far, the last one unfinished.
  program
    .command("__complete", { hidden: true })
    .argument("[words...]")
    .action(async (words: readonly string[]) => {
      const { candidates } = await import("../completion/candidates.ts");
      for (const { text, about } of await candidates(words, program))
        process.stdout.write(`${text}\t${about}\n`);
    });
}

const HELP = `
Examples
  eval "$(pageturn completion bash)"                                 in ~/.bashrc
  eval "$(pageturn completion zsh)"                                  in ~/.zshrc, after compinit
  pageturn completion fish > ~/.config/fish/completions/pageturn.fish`;
