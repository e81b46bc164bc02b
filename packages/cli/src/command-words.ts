/**
 * What the errors of the library advise, in words of the command: they name options of a program, which no user of the command
 * has. The order matters: whole sentences come before the names that are left.
 */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\. Resume from the checkpoint later, or accept it with onIncomplete: "stop"/, ""],
  [/\. onCycle: "stop" ends the walk without an error/, ""],
  [/\. Raise maxEmptyPages to allow more/, ""],
  [/or pass apiKey or authToken; to send none on purpose, .*/, "or keep a key in a profile: pageturn login"],
  [/Raise `timeout` or request smaller pages/, "Raise --timeout, or request smaller pages with --page-size"],
  [/Request smaller pages \(`limit`\) or raise `maxResponseBytes`/, "Request smaller pages with --page-size"],
  [/Send fewer requests \(pace: "auto"\) or raise maxRetries/, "Try again later, or raise --max-retries"],
  [
    /State where the items are with `items`, of the strategy or of the list: .*/,
    "State where the items are with --items, which is for pageturn url",
  ],
  [/Check the page class, the strategy and the base URL/, "Check --base-url, or for pageturn url --strategy"],
  [/Check the base URL/, "Check --base-url"],
  [/the option tls: \{ ca \} or NODE_EXTRA_CA_CERTS/, "NODE_EXTRA_CA_CERTS"],
  [/Check the credentials in `headers`/, "Check the credentials in --header-env or --header-file"],
  [/or send the header "accept-encoding": "identity"/, "or reach the server without it"],
  [
    /Leave one of them out; in withOptions\(\), set it to null/,
    "Unset ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN",
  ],
  [/the options? apiKey and authToken/, "an API key and a token"],
  [/\bthe option workspaceId\b/, "--workspace"],
  [/\b(?:the option )?apiVersion\b/g, "--api-version"],
  [/\b(?:the option )?workspaceId\b/g, "--workspace"],
  [/\bmaxRetries\b/g, "--max-retries"],
  [/\b(?:the client's |the option )?baseURL\b/g, "--base-url"],
  [/\bthe option timeout\b/, "--timeout"],
];

/** The message of an error of the library, in words of the command. */
export function commandWords(message: string): string {
  return WORDS.reduce((text, [pattern, words]) => text.replace(pattern, words), message);
}

/** Why a list that ended is not known to be whole; `null` if it is, or if not all of it was wanted. */
export function incompleteness({
  complete,
  reason,
  incompleteBecause,
}: {
  readonly complete: boolean;
  readonly reason: string;
  readonly incompleteBecause: string | null;
}): string | null {
  if (complete || reason === "maxItems") return null;
  switch (incompleteBecause) {
    case "cursorAfterEnd":
      return "the server says that there is no more, and sends a cursor that says the opposite";
    case "noItems":
      return "an answer of the server has no field for items";
    case "moreAnnounced":
      return "the server says that there is more, and sends no cursor";
    case "totalNotReached":
      return "the server sent fewer items than it declares";
    case "emptyPageStop":
      return "it ended at an empty page that leads on";
    default:
      return reason === "cycle"
        ? "the server led back to a page that was already requested"
        : "it was left before its end";
  }
}
