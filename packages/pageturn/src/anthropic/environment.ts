import { ConfigurationError } from "../errors/pageturn-error.ts";
import { readVariable } from "../http/environment-variable.ts";

/** What the environment says about a client. */
export interface Environment {
  readonly apiKey: string | undefined;
  readonly authToken: string | undefined;
  readonly baseURL: string | undefined;
  /** `ANTHROPIC_CUSTOM_HEADERS` as it stands: its lines are counted. */
  readonly customHeaders: string | undefined;
  /** `ANTHROPIC_LOG`, unchecked. */
  readonly logLevel: string | undefined;
}

/** The trimmed values of the environment; undefined where one is unset, blank, or there is no environment. */
export function readEnvironment(): Environment {
  const read = (name: string): string | undefined => readVariable(name)?.trim() || undefined;
  return {
    apiKey: read("ANTHROPIC_API_KEY"),
    authToken: read("ANTHROPIC_AUTH_TOKEN"),
    baseURL: read("ANTHROPIC_BASE_URL"),
    customHeaders: readVariable("ANTHROPIC_CUSTOM_HEADERS"),
    logLevel: read("ANTHROPIC_LOG"),
  };
}

/** A name, a colon, a value: what HTTP can carry (RFC 9110, 5.1 and 5.5). */
const HEADER_LINE = /^\s*([!#$%&'*+\-.^_`|~\w]+)\s*:([\t\x20-\x7e\x80-\xff]*)$/;

/**
 * The headers in `ANTHROPIC_CUSTOM_HEADERS`: a line for each, `Name: value`. Blank lines are left out.
 *
 * Throws {@link ConfigurationError} for any other line, by its number: the line may hold a credential.
 */
export function customHeaders(lines: string | undefined): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [index, line] of (lines ?? "").split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const [, name, value = ""] = HEADER_LINE.exec(line) ?? [];
    if (name === undefined)
      throw new ConfigurationError(
        `Cannot use line ${index + 1} of ANTHROPIC_CUSTOM_HEADERS as it must be a header: Name: value`,
      );
    headers[name.toLowerCase()] = value.trim();
  }
  return headers;
}

/** The pages that a test makes in Node.js: nobody opens them. */
const PAGE_OF_A_TEST = /\b(?:jsdom|HappyDOM)\//;

/** Whether this is the page of a browser, by the rule of the official SDK. Workers are not noticed. */
export function isBrowser(): boolean {
  const { window, navigator }: { window?: object; navigator?: { readonly userAgent?: unknown } } = globalThis;
  if (navigator === undefined || PAGE_OF_A_TEST.test(String(navigator.userAgent))) return false;
  return window !== undefined && "document" in window && window.document !== undefined;
}
