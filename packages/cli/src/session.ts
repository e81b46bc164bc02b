import { AsyncAnthropic, type AsyncListOptions, type AsyncPaginator, type Logger } from "pageturn";
import { type APIList, clientList } from "pageturn/catalog";
import { commandWords, nameSources } from "./command-words.ts";
import { printRequest, printWithoutKey } from "./dry-run.ts";
import { CommandError, EXIT } from "./failure.ts";
import { type MessageOptions, messages } from "./messages.ts";
import { DEFAULT_PROFILE, type Profile, readProfile } from "./profile.ts";

/** The options of all commands. */
export interface GlobalOptions extends MessageOptions {
  readonly baseUrl?: string | undefined;
  readonly profile?: string | undefined;
  readonly apiVersion?: string | undefined;
  readonly workspace?: string | undefined;
  /** Seconds for each attempt. */
  readonly timeout?: number | undefined;
  readonly maxRetries?: number | undefined;
  /** Print the first request instead of sending it. */
  readonly dryRun?: boolean | undefined;
}

/** Where the credential of a client comes from, and what it is. */
export interface Credential extends Profile {
  /** `"ANTHROPIC_API_KEY"`, or the name of a profile; `null` if there is none. */
  readonly source: string | null;
}

/** The credential: of the profile that `--profile` names, or else of the environment, or else of the default profile. */
export function credential({ profile: name }: GlobalOptions): Credential {
  if (name !== undefined) {
    const profile = readProfile(name);
    if (profile === null)
      throw new CommandError(
        `Cannot use the profile "${name}" because there is none. Make it with: pageturn login --profile ${name}`,
        EXIT.notAllowed,
      );
    return { ...profile, source: `profile ${name}` };
  }
  const variable = ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"].find((each) => process.env[each]?.trim());
  // The client reads the variables itself.
  if (variable !== undefined) return { source: variable };
  const profile = readProfile(DEFAULT_PROFILE);
  return profile === null ? { source: null } : { ...profile, source: `profile ${DEFAULT_PROFILE}` };
}

/** The messages of the client, as those of this program. */
function clientLogger(options: GlobalOptions): Logger {
  const { warn: say, detail } = messages(options);
  const warn = (text: string) => say(commandWords(text));
  // The client has no errors to log that it does not throw as well.
  return { error: warn, warn, info: detail, debug: detail };
}

/** The options that every client gets. */
export function clientOptions(options: GlobalOptions) {
  const { timeout, maxRetries, verbose, dryRun } = options;
  return {
    logger: clientLogger(options),
    logLevel: verbose ? ("info" as const) : ("warn" as const),
    ...(timeout !== undefined && { timeout: Math.ceil(timeout * 1000) }),
    ...(maxRetries !== undefined && { maxRetries }),
    // A reader may take its time for what is printed.
    ...(dryRun && { fetch: printRequest, timeout: 0 }),
  };
}

/** The URL of the API. That of a profile goes before the environment: its key is for this URL. */
export function baseURLOf(options: GlobalOptions, profile: Profile): string {
  return namedBaseURL(options, profile).url;
}

/** The URL of the API, and what names it. */
function namedBaseURL(
  { baseUrl, profile = DEFAULT_PROFILE }: GlobalOptions,
  { baseURL }: Profile,
): { readonly url: string; readonly source: string } {
  if (baseUrl !== undefined) return { url: baseUrl, source: "--base-url" };
  if (baseURL !== undefined) return { url: baseURL, source: `the base URL of the profile "${profile}"` };
  const variable = process.env["ANTHROPIC_BASE_URL"]?.trim();
  return variable
    ? { url: variable, source: "ANTHROPIC_BASE_URL" }
    : { url: "https://api.anthropic.com", source: "--base-url" };
}

/** A client with the credential of the environment or of a profile. A missing one is noticed by the first list. */
export function openClient(options: GlobalOptions): AsyncAnthropic {
  const found = credential(options);
  const { apiKey, authToken, source } = found;
  const baseURL = namedBaseURL(options, found);
  nameSources({ baseURL: baseURL.source, key: source === null ? "the key" : `the key of ${source}` });
  const isProfile = apiKey !== undefined || authToken !== undefined;
  return new AsyncAnthropic({
    ...clientOptions(options),
    ...(isProfile && { apiKey: apiKey ?? null, authToken: authToken ?? null }),
    ...(source === null && options.dryRun && { apiKey: "none", fetch: printWithoutKey }),
    baseURL: baseURL.url,
    ...(options.apiVersion !== undefined && { apiVersion: options.apiVersion }),
    ...(options.workspace !== undefined && { workspaceId: options.workspace }),
  });
}

/** A list of the client with the name of the catalog. Nothing is sent before it is used. */
export function openList(
  client: AsyncAnthropic,
  list: APIList,
  pathArgs: readonly string[],
  params: Readonly<Record<string, unknown>>,
  requestOptions: AsyncListOptions = {},
): AsyncPaginator<unknown> {
  return clientList(client, list).list(...pathArgs, params, requestOptions);
}
