import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
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

/** The names of the profiles. */
export function profileNames(): readonly string[] {
  const folder = dirname(profileFile(DEFAULT_PROFILE));
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) =>
    file.endsWith(".json") ? [file.slice(0, -".json".length)] : [],
  );
}

/**
 * The profile with a name; `null` if there is none. Refuses a file that other users can read, and one without a key: requests would
 * have that of the environment, and go to the URL of the profile.
 */
export function readProfile(name: string): Profile | null {
  const content = readContent(name);
  if (content === null) return null;
  const profile = checkedProfile(name, content);
  if (profile.apiKey?.trim() || profile.authToken?.trim()) return profile;
  const fields = Object.keys(content).join(", ") || "no fields";
  throw refused(
    name,
    `${profileFile(name)} has no key: it has ${fields}, and needs apiKey or authToken with a text`,
  );
}

/** The base URL that a profile has, also one without a key; `undefined` if there is none. Throws as `readProfile` does. */
export function baseURLOfProfile(name: string): string | undefined {
  const content = readContent(name);
  return content === null ? undefined : checkedProfile(name, content).baseURL;
}

/** Whether there is a profile with this name, also one that cannot be used. */
export function hasProfile(name: string): boolean {
  return existsSync(profileFile(name));
}

function readContent(name: string): object | null {
  const file = profileFile(name);
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined) return null;
  if (!status.isFile())
    throw new CommandError(
      `Cannot use the profile ${file} because it is ${status.isDirectory() ? "a folder" : "not a file"}. Rename or remove it`,
      EXIT.notAllowed,
    );
  if (process.platform !== "win32" && (status.mode & 0o077) !== 0)
    throw new CommandError(
      `Cannot use the profile ${file} because other users can read or change it. Replace the key in it, and type: chmod 600 ${file}`,
      EXIT.notAllowed,
    );
  const text = readFileSync(file, "utf8");
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    // The message of the parser quotes the file, which has the key.
    throw refused(name, `${file} is not JSON`);
  }
  if (typeof content === "object" && content !== null) return content;
  throw refused(name, `${file} is not a JSON object`);
}

function refused(name: string, why: string): CommandError {
  const option = name === DEFAULT_PROFILE ? "" : ` --profile ${name}`;
  return new CommandError(
    `Cannot use the profile "${name}" because ${why}. Write it again with: pageturn login${option}`,
    EXIT.notAllowed,
  );
}

function checkedProfile(name: string, content: object): Profile {
  const read = (field: string): string | undefined => {
    const value: unknown = Object.hasOwn(content, field) ? Reflect.get(content, field) : undefined;
    if (value !== undefined && typeof value !== "string")
      throw refused(name, `${field} in ${profileFile(name)} is not text`);
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
