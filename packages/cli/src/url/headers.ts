import { readFileSync } from "node:fs";
import type { UrlOptions } from "../commands/url.ts";
import { UsageError } from "../failure.ts";
import type { Messages } from "../messages.ts";

/** A name, a colon, a value: what HTTP can carry (RFC 9110, 5.1 and 5.5). */
const HEADER = /^\s*([!#$%&'*+\-.^_`|~\w]+)\s*:([\t\x20-\x7e\x80-\xff]*)$/;

type Sources = Pick<UrlOptions, "header" | "headerEnv" | "headerFile">;

/** The headers from a file, the environment and the command line; a later source replaces an earlier one, and none names a header twice. Values are never shown. */
export function readHeaders(
  { header, headerEnv, headerFile }: Sources,
  { warn }: Pick<Messages, "warn">,
): Readonly<Record<string, string>> {
  if (header.length > 0)
    warn(
      "Other users of this machine can read --header in the process list. If it is a secret, use --header-env or --header-file",
    );
  return {
    ...(headerFile !== undefined && fileHeaders(headerFile)),
    ...byName(headerEnv.map(variableHeader), "--header-env"),
    ...byName(
      header.map((line) => headerOf(line, "--header")),
      "--header",
    ),
  };
}

function fileHeaders(file: string): Readonly<Record<string, string>> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new UsageError(`Cannot read the headers in ${file}: ${why}`, { cause: error });
  }
  const lines = text.split(/\r?\n/).entries();
  const used = [...lines].filter(([, line]) => line.trim() !== "" && !line.startsWith("#"));
  return byName(
    used.map(([index, line]) => headerOf(line, `line ${index + 1} of ${file}`)),
    file,
  );
}

/** The headers of one source. */
function byName(
  headers: readonly (readonly [string, string])[],
  source: string,
): Readonly<Record<string, string>> {
  const names = headers.map(([name]) => name);
  const again = names.find((name, index) => names.indexOf(name) < index);
  if (again !== undefined)
    throw new UsageError(
      `Cannot use ${source} with the header ${again} twice: it takes one value. Leave one of them out`,
    );
  return Object.fromEntries(headers);
}

function variableHeader(text: string): readonly [string, string] {
  const [, name, variable] = /^([^=]+)=(\w+)$/.exec(text) ?? [];
  if (name === undefined || variable === undefined)
    throw new UsageError(
      "Cannot use --header-env: it must be NAME=VARIABLE, such as authorization=STRIPE_AUTH",
    );
  const value = process.env[variable]?.trim();
  if (!value) {
    // Another text may be the value itself: a token of GitHub has letters and digits alone.
    const shown = /^[A-Z][A-Z0-9_]*$/.test(variable) ? ` ${variable}` : ", whose name follows the =,";
    throw new UsageError(`Cannot use --header-env ${name} because the variable${shown} is not set`);
  }
  return headerOf(`${name}: ${value}`, `the variable ${variable}`);
}

function headerOf(line: string, source: string): readonly [string, string] {
  const [, name, value = ""] = HEADER.exec(line) ?? [];
  if (name === undefined) throw new UsageError(`Cannot use ${source} as it must be a header: Name: value`);
  return [name.toLowerCase(), value.trim()];
}
