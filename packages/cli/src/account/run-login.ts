import { once } from "node:events";
import { text as allText } from "node:stream/consumers";
import type { LoginOptions } from "../commands/login.ts";
import { CommandError, EXIT, UsageError } from "../failure.ts";
import { messages } from "../messages.ts";
import { shownURL } from "../output/redacted.ts";
import { baseURLOfProfile, DEFAULT_PROFILE, hasProfile, profileFile, writeProfile } from "../profile.ts";
import { describeKey, isToken } from "./key-kind.ts";

/** Reads a key, and keeps it in a profile. */
export async function runLogin(options: LoginOptions): Promise<void> {
  const { profile: name = DEFAULT_PROFILE, token = false } = options;
  // What cannot be used is noticed before the question.
  const isNew = !hasProfile(name);
  if (options.baseUrl !== undefined) checkURL(options.baseUrl);
  const baseURL = options.baseUrl ?? keptBaseURL(name);
  const key = (process.stdin.isTTY ? await askedKey() : await allText(process.stdin)).trim();
  if (key === "") throw new UsageError("Cannot keep a key because none was given");
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new UsageError(
      "Cannot keep this key because it has spaces, line ends or other characters that no key has",
    );
  const say = messages(options);
  if (!key.startsWith("sk-ant-") && !token)
    say.warn("This does not look like a key of the Anthropic API, which begins with sk-ant-");
  const file = writeProfile(name, {
    ...(token || isToken(key) ? { authToken: key } : { apiKey: key }),
    ...(baseURL !== undefined && { baseURL }),
  });
  say.info(
    `Kept ${token ? "a token" : describeKey(key)} in ${file}, which only you can read` +
      (isNew ? "" : ". The key that it had is replaced"),
  );
  if (baseURL !== undefined && options.baseUrl === undefined)
    say.info(`The profile keeps its base URL: ${shownURL(baseURL)}. --base-url names another one`);
  const variable = ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"].find((each) => process.env[each]?.trim());
  if (variable !== undefined && name === DEFAULT_PROFILE)
    say.warn(`${variable} is set, and goes before the default profile. Use --profile ${name} to ignore it`);
}

/** The base URL that the profile has: a key for it is for no other. Throws `UsageError` if it cannot be known. */
function keptBaseURL(name: string): string | undefined {
  try {
    return baseURLOfProfile(name);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new UsageError(
      `Cannot replace ${profileFile(name)} without --base-url: the file is damaged, or other users can change it. ` +
        "Name the URL that the key is for, such as https://api.anthropic.com",
      { cause: error },
    );
  }
}

function checkURL(text: string): void {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "") return;
  throw new UsageError(
    `Cannot keep --base-url "${shownURL(text)}" as it must be a URL without name and password: https://api.anthropic.com`,
  );
}

async function askedKey(): Promise<string> {
  const { read } = await import("read");
  try {
    return await Promise.race([
      read({ prompt: "API key: ", silent: true, output: process.stderr }),
      // After Ctrl-D the package never answers, and nothing else goes on.
      once(process, "beforeExit").then(() => ""),
    ]);
  } catch (error) {
    // The package says so where Ctrl-C ended the question.
    if (error instanceof Error && error.message === "canceled")
      throw new CommandError("Ended by Ctrl-C, nothing was kept", EXIT.interrupted, { cause: error });
    throw error;
  } finally {
    process.stderr.write("\n");
  }
}
