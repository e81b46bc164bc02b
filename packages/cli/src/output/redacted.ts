/** Names of options that a user may expect for a key. No command has one: other users can read it in the process list. */
const KEY_OPTION = /^--(?:(?:x-?)?api-?key|key|(?:auth-?|access-?)?token)$/i;

/** How the commands for the Anthropic API get a key. */
export const KEY_ADVICE = "A key comes from ANTHROPIC_API_KEY, or from a profile: pageturn login";

/** Whether an option, as it was typed, was to give a key. */
export function isKeyOption(typed: string): boolean {
  return KEY_OPTION.test(optionOnly(typed).replaceAll("_", "-"));
}

/** An unknown option without what may be its value: `--api-key` for `--api-key=…`, and `-k…` for a value right after the letter. */
export function optionOnly(typed: string): string {
  if (/^-[^-]./s.test(typed)) return `${typed.slice(0, 2)}…`;
  return withoutSecrets(typed.replace(/=.*$/s, ""));
}

/** What is in front of the host of a URL, unless its password is `…` already. */
const LOGIN = /(?<=:\/\/)(?![^\s/?#:@]*:…@)[^\s/?#]*@/g;

/** The text without keys of the Anthropic API, and without the names and passwords of URLs. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(/sk-ant-[\w-]{9,}/g, "sk-ant-…").replaceAll(LOGIN, "[redacted]@");
}

/** A typed URL without its login and its query, also where it is no URL because of a sign in the password. Other text stays. */
export function shownURL(text: string): string {
  return text.replace(/\/\/.*@/s, "//[redacted]@").replace(/(\/\/[^?]*\?).*/s, "$1…");
}

/** A URL without name, password and query; a text that is no URL is not shown. */
export function originAndPath(text: string): string {
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  // `origin` is null for a scheme that is not that of a web page, such as socks5.
  return url === null
    ? "[not a URL]"
    : `${url.protocol}//${url.host}${url.pathname === "/" ? "" : url.pathname}`;
}
