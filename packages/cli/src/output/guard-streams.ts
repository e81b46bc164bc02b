/** The exit codes of a closed pipe and of an error, as in failure.ts, which is not loaded for `--help`. */
const [CLOSED_PIPE, ERROR] = [141, 1];

/**
 * Decides what happens when nobody reads what the program prints. If the reader of stdout has ended (`| head -1`), so does the
 * program: silently. Without a reader of stderr it goes on, as an export must not fail for its messages.
 */
export function guardStreams(): void {
  const { stdout, stderr } = process;
  stderr.on("error", () => {});
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(CLOSED_PIPE);
    stderr.write(`error: Cannot write the output: ${error.message}\n`);
    process.exit(ERROR);
  });
}
