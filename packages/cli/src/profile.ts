import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { CommandError, EXIT, UsageError } from "./failure.ts";

/** What `pageturn login` keeps. */
export interface Profile {
  readonly apiKey?: string | undefined;
  readonly authToken?: string | undefined;
  readonly baseURL?: string | undefined;
}

export const DEFAULT_PROFILE = "default";

/** The file of a profile: below `XDG_CONFIG_HOME`, or `~/.config`. */
export function profileFile(name: string): string {
  if (!/^[\w-][\w.-]{0,63}$/.test(name))
    throw new UsageError(
      `Cannot use the profile "${name}" because its name must be letters, digits, "-", "_" and "."`,
    );
  const { XDG_CONFIG_HOME: folder } = process.env;
  // A relative path is to be ignored (XDG Base Directory Specification, "Environment variables").
  const config = folder?.startsWith("/") || process.platform === "win32" ? folder : undefined;
  return join(config || join(homedir(), ".config"), "pageturn", "profiles", `${name}.json`);
}

/** The profile with a name; `null` if there is none. Refuses a file that other users can read. */
export function readProfile(name: string): Profile | null {
  const file = profileFile(name);
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined) return null;
  if (process.platform !== "win32" && (status.mode & 0o077) !== 0)
    throw new CommandError(
      `Cannot use the profile ${file} because other users can read or change it. Replace the key in it, and type: chmod 600 ${file}`,
      EXIT.notAllowed,
    );
  return checkedProfile(file, readFileSync(file, "utf8"));
}

function checkedProfile(file: string, text: string): Profile {
  const refused = (why: string) =>
    new CommandError(
      `Cannot use the profile ${file} because ${why}. Write it again with: pageturn login`,
      EXIT.notAllowed,
    );
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    // The message of the parser quotes the file, which has the key.
    throw refused("it is not JSON");
  }
  if (typeof content !== "object" || content === null) throw refused("it is not a JSON object");
  const read = (name: string): string | undefined => {
    const value: unknown = Object.hasOwn(content, name) ? Reflect.get(content, name) : undefined;
    if (value !== undefined && typeof value !== "string") throw refused(`${name} in it is not text`);
    return value;
  };
  return { apiKey: read("apiKey"), authToken: read("authToken"), baseURL: read("baseURL") };
}

/** Writes a profile that only its owner can read, and returns its file. */
export function writeProfile(name: string, profile: Profile): string {
  const file = profileFile(name);
  // A new file gets its mode before its content; an old one with another mode would keep that.
  const draft = `${file}.${process.pid}`;
  try {
    makeFolder(dirname(file));
    writeFileSync(draft, `${JSON.stringify(profile, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    renameSync(draft, file);
  } catch (error) {
    if (existsSync(draft)) rmSync(draft);
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      `Cannot keep the key in ${file}: ${why}. Set XDG_CONFIG_HOME to a folder that can be written`,
      EXIT.error,
      { cause: error },
    );
  }
  return file;
}

/** Makes a folder and those above it. `mkdir` of Node with `recursive` does not end in `/proc`. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  mkdirSync(folder, { mode: 0o700 });
}
