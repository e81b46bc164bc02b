import type { Command } from "commander";
import type { GlobalOptions } from "../session.ts";

export function register(program: Command): void {
  const command = program
    .command("verify")
    .summary("check a file that was exported")
    .description(
      "Checks files against their manifests: the rows, their number, the first and the last id, the size.",
    )
    .argument("<file...>", "files that pageturn export has written")
    .addHelpText("after", HELP)
    .action(async (files: readonly string[]) => {
      const { verifyFiles } = await import("../export/verify-files.ts");
      await verifyFiles(files, command.optsWithGlobals<GlobalOptions>());
    });
}

const HELP = `
Exit codes: 0 the file is as it was written, 3 it differs, 2 it has no manifest.

Examples
  pageturn verify models.csv
  pageturn verify activities-2026-*.jsonl.zst`;
