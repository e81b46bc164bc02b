import { text as allText } from "node:stream/consumers";
import type { LoginOptions } from "../commands/login.ts";
import { CommandError, EXIT, UsageError } from "../failure.ts";
import { messages } from "../messages.ts";
import { shownURL } from "../output/visible.ts";
import { DEFAULT_PROFILE, profileFile, writeProfile } from "../profile.ts";
import { describeKey, isToken } from "./key-kind.ts";

/** Reads a key, and keeps it in a profile. */
export async function runLogin(options: LoginOptions): Promise<void> {
  const { profile: name = DEFAULT_PROFILE, baseUrl, token = false } = options;
  // A name that cannot be used is noticed before the question.
  profileFile(name);
  if (baseUrl !== undefined) checkURL(baseUrl);
  const key = (process.stdin.isTTY ? await askedKey() : await allText(process.stdin)).trim();
  if (key === "") throw new UsageError("Cannot keep an empty key");
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new UsageError(
      "Cannot keep this key because it has spaces, line ends or other characters that no key has",
    );
  const say = messages(options);
  if (!key.startsWith("sk-ant-") && !token)
    say.warn("This does not look like a key of the Anthropic API, which begins with sk-ant-");
  const file = writeProfile(name, {
    ...(token || isToken(key) ? { authToken: key } : { apiKey: key }),
    ...(baseUrl !== undefined && { baseURL: baseUrl }),
  });
  say.info(`Kept ${token ? "a token" : describeKey(key)} in ${file}, which only you can read`);
  const variable = ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"].find((each) => process.env[each]?.trim());
  if (variable !== undefined && name === DEFAULT_PROFILE)
    say.warn(`${variable} is set, and goes before the default profile. Use --profile ${name} to ignore it`);
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
    return await read({ prompt: "API key: ", silent: true, output: process.stderr });
  } catch (error) {
    // The library says so where Ctrl-C or Ctrl-D ended the question.
    if (error instanceof Error && error.message === "canceled")
      throw new CommandError("Ended by Ctrl-C, nothing was kept", EXIT.interrupted, { cause: error });
    throw error;
  } finally {
    process.stderr.write("\n");
  }
}
