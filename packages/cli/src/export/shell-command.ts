/** The command with these arguments, to be pasted into a shell. */
export function shellCommand(args: readonly string[]): string {
  return args.map(shellQuoted).join(" ");
}

/** The command of this process, to go on with an export. */
export function resumeCommand(args: readonly string[]): string {
  const kept = args.filter((arg) => arg !== "--overwrite" && arg !== "--resume");
  // What follows "--" is no option.
  const end = kept.includes("--") ? kept.indexOf("--") : kept.length;
  return shellCommand(["pageturn", ...kept.slice(0, end), "--resume", ...kept.slice(end)]);
}

function shellQuoted(text: string): string {
  return /^[\w@%+:,./-][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
