/** The command that does what somebody wants of `npm start -- ...args`. */
export function commandFor(args: readonly string[]): string {
  if (args.includes("--help") || args.includes("-h")) return "npx pageturn --help";
  // It sends its requests to the API anyway; `--limit` could mean two things there.
  const others = args
    .filter((arg) => arg !== "--live")
    .map((arg) => arg.replace(/^--limit(?==|$)/, "--page-size"));
  const [name = "-"] = others;
  const command = name.startsWith("-") ? ["models", ...others] : others;
  return `npx pageturn list ${command.join(" ")}`;
}
