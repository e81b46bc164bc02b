import { oneLine } from "./output/visible.ts";

/** What the user of a command gives where a program has options. */
interface Names {
  readonly baseURL: string;
  /** What has the credential. */
  readonly key: string;
  readonly pageSize: string;
  readonly items: string;
  readonly plainBody: string;
  /** The advice where a server answers with something that is no list. */
  readonly notAList: string;
  /** The advice where a server repeats a page, as one does that ignores the parameter of the page. */
  readonly ignoredParameter: string;
  /** The advice after status 404, where the library has none. */
  readonly notFound: string;
}

/** What has named the URL of the API and the credential: an option, a variable or a profile. */
type Sources = Pick<Names, "baseURL" | "key">;

function apiNames({ baseURL, key }: Sources): Names {
  return {
    baseURL,
    key,
    pageSize: "request smaller pages with --page-size",
    items: `Check ${baseURL}`,
    plainBody: "",
    notAList: `Check ${baseURL}`,
    ignoredParameter: "",
    notFound: "",
  };
}

const URL_NAMES: Names = {
  baseURL: "the URL",
  key: "the credential",
  pageSize: "request smaller pages by the parameter of the URL",
  items: "State where the items are with --items: data.items, or [] for the whole body",
  plainBody: ', or use --header "accept-encoding: identity"',
  notAList: "Check the URL and --strategy",
  ignoredParameter:
    ". If the API ignores the parameter of the page, name the one that it reads: --param to=NAME",
  notFound: ". Check the URL. Some APIs answer so without a credential, too: see --header-env",
};

/** Where a request has a JSON body. */
const BODY_NAMES: Names = {
  ...URL_NAMES,
  ignoredParameter: ". If the API reads the cursor from the JSON body, name its key: --param to.json=NAME",
};

let names = apiNames({ baseURL: "--base-url", key: "the key" });

/** Says what has named the URL of the API and the credential: `"ANTHROPIC_BASE_URL"`. The messages after it name that. */
export function nameSources(sources: Sources): void {
  names = apiNames(sources);
}

/** Says that the command lists the URL that was typed, whether its requests have a JSON body, and whether its items are in a GraphQL connection. */
export function nameURL({ hasBody = false, isConnection = false } = {}): void {
  names = {
    ...(hasBody ? BODY_NAMES : URL_NAMES),
    ...(isConnection && { items: "State where the connection is with --param connection: data.notes" }),
  };
}

/** How the message begins, how it ends, and how the command ends it. Between the two may be words of a server, which stay. */
type Ending = readonly [begin: RegExp, end: string, words: string];

const FAILED = /^[A-Z]+ \S+ failed after /;
const NO_LIST = /^[A-Z]+ \S+ returned \d+ with a body that is not a list: /;
const ANSWERED_3XX = answered("[03]\\d*");
const ANSWERED_429 = answered("429");
const ANSWERED_5XX = answered("5\\d\\d");
const INCOMPLETE = /^The list of .* is incomplete: /;
const CONTINUE = /^Cannot continue the list of /;
const SLICE = /^Cannot slice the list of /;
const RESUME = /^Cannot resume /;

/** How a message begins where a status is the answer, or a body with another status stands for it. */
function answered(status: string): RegExp {
  const hidden = "\\d+(?: after \\d+ attempts)?, but with an error that stands for status ";
  return new RegExp(`^[A-Z]+ \\S+ answered (?:${hidden})?${status}\\b`);
}

function endings(named: Names): readonly Ending[] {
  const { baseURL, pageSize, items, plainBody, notAList, ignoredParameter, notFound } = named;
  return [
    [INCOMPLETE, '. Resume from the checkpoint later, or accept it with onIncomplete: "stop"', ""],
    [
      INCOMPLETE,
      ". Resume from the checkpoint later. If the server ends every list there, ask for less with a filter. " +
        'onIncomplete: "stop" accepts it',
      ". If the server ends every list there, ask for less with a filter",
    ],
    [
      INCOMPLETE,
      ". Call next() again, or resume from the checkpoint, to request the page again. If the API leaves the field out of an empty " +
        "page, return [] for it with a function `items` of the strategy or of the list, or accept the page with " +
        'onIncomplete: "stop"',
      "",
    ],
    [CONTINUE, '. onCycle: "stop" ends the walk without an error', ignoredParameter],
    [CONTINUE, ". Raise maxEmptyPages to allow more", ignoredParameter],
    [RESUME, ". Pass a checkpoint unchanged, to the same list with the same parameters", ""],
    [RESUME, ". Resume from an earlier checkpoint", ""],
    [FAILED, ". Raise `timeout` or request smaller pages.", `. Raise --timeout, or ${pageSize}`],
    [
      FAILED,
      ". Request smaller pages (`limit`) or raise `maxResponseBytes`.",
      `. ${pageSize.replace("request", "Request")}`,
    ],
    [
      FAILED,
      ". Check the base URL, the network and the proxy settings",
      `. Check ${baseURL}, the network and the proxy settings`,
    ],
    [FAILED, ", the option tls: { ca } or NODE_EXTRA_CA_CERTS", ", NODE_EXTRA_CA_CERTS"],
    [ANSWERED_5XX, ". Try again later, or raise maxRetries", ". Try again later, or raise --max-retries"],
    [
      ANSWERED_429,
      '. Send fewer requests (pace: "auto") or raise maxRetries',
      ". Try again later, or raise --max-retries",
    ],
    [ANSWERED_429, '. Send fewer requests (pace: "auto")', ". Try again later"],
    [
      answered("401"),
      ". Check the key or token and the base URL",
      `. Check the key or token, and ${baseURL}`,
    ],
    [
      answered("40[13]"),
      ". Check the credentials in `headers`",
      ". Check the credentials in --header-env or --header-file",
    ],
    [
      answered("404"),
      ". Check the path, its ids and the beta header",
      `. Check the ids of the path, and ${baseURL}`,
    ],
    [
      answered("404"),
      ": the likely cause is a baseURL that ends in it. Leave it out of baseURL",
      `: the likely cause is that ${baseURL} ends in it. Leave it out there`,
    ],
    // After the others of this status.
    [answered("404"), "", notFound],
    [ANSWERED_3XX, ": check baseURL and the path", `: check ${baseURL}`],
    [
      ANSWERED_3XX,
      ". Redirects to another origin, and in browsers all, are not followed: set baseURL",
      `. Redirects to another origin are not followed: set ${baseURL} to that origin`,
    ],
    [NO_LIST, "Check the page class, the strategy and the base URL", notAList],
    [NO_LIST, "Check the base URL, the path and the page class", notAList],
    [NO_LIST, ". Check the base URL", `. Check ${baseURL}`],
    [
      NO_LIST,
      "State where the items are with `items`, of the strategy or of the list: a key, a path, or [] for the body itself",
      items,
    ],
    [NO_LIST, ', or send the header "accept-encoding": "identity"', plainBody],
    [
      /^Cannot follow the link of /,
      ", use that origin as the base URL (`base` of the request)",
      ", list the URL that it leads to",
    ],
    [
      /^Cannot request the next page of /,
      "Name those that it sets in `parameters`",
      "Name those that it sets with --param 'parameters=[…]'",
    ],
    [
      /^the list `/,
      ", pass its path as `items` to a ready strategy",
      ", name it with --items and a --strategy",
    ],
    [
      SLICE,
      ": timeOf returns no time for an item. Return a Date, milliseconds or a date as text, or pass timeOf: null where the items have none",
      ": an item has no time. Leave out --parallel",
    ],
    [SLICE, ", or timeOf reads another time", ". Leave out --parallel"],
    [SLICE, ". Pass the order of the list, or walk it as a whole", ". Leave out --parallel"],
  ];
}

/** Messages that have no words of a server: how they begin, and how the command begins them. */
function beginnings({ baseURL, key }: Names): readonly (readonly [begin: RegExp, words: string])[] {
  const isURL = baseURL === URL_NAMES.baseURL;
  return [
    [
      /^(Cannot send a request as there is no API key and no token\. Set ANTHROPIC_API_KEY, or) pass apiKey.*$/s,
      "$1 keep a key in a profile: pageturn login",
    ],
    [/^Cannot use (?:the option baseURL|ANTHROPIC_BASE_URL as the baseURL) as /, `Cannot use ${baseURL} as `],
    [/^Cannot send the header "(?:x-api-key|authorization)" as its value /, `Cannot send ${key} as it `],
    [/^Cannot use the option workspaceId (?=as|for)/, "Cannot use --workspace "],
    [
      /^Cannot use the options apiKey and authToken together with apiVersion (.* header authorization)\. .*$/s,
      "Cannot use a profile with an API key and a token together with --api-version $1. Leave one of them out of the profile",
    ],
    [
      /^(pageturn: ANTHROPIC_AUTH_TOKEN is ignored .*, and) this apiVersion /s,
      "$1 the version of --api-version ",
    ],
    [
      /^Cannot use sliceByTime\(\) as (the list of .* must begin at its start): pass resumeFrom to sliceByTime\(\)$/s,
      "Cannot use --parallel as $1: leave out --page, --after-id and --before-id",
    ],
    [
      /^Cannot use sliceByTime\(\) as from is after to$/,
      "Cannot use --parallel as the range ends before it starts",
    ],
    [/^Cannot use sliceByTime\(\) as /, "Cannot use --parallel as "],
    [/^(Cannot mirror .* because )workspaceId (?=is for)/s, "$1--workspace "],
    [/^(Cannot mirror .* because )(?=(?:since|lookback|overlap|delay|slices) (?:must|is for)\b)/s, "$1--"],
    [/^(Cannot mirror .*)or the list of their parents$/s, "$1or the list of their parents with --parents"],
    ...(isURL ? URL_BEGINNINGS : []),
  ];
}

const URL_BEGINNINGS: readonly (readonly [RegExp, string])[] = [
  [
    /^Cannot list (".*") as it must be a path under the client's baseURL .*$/s,
    "Cannot list the path $1 of the URL as servers read it in several ways",
  ],
  [/^Cannot use the option (?:strategy\.)?items /, "Cannot use --items "],
  [/^Cannot use the option (?:strategy\.)?(\S+) /, "Cannot use --param $1 "],
  [
    /^Cannot use the (?:strategy\.(?=\S))?((?!strategy )[\w.]+) option "([^"]*)" as it does not exist: /,
    "Cannot use --param $1.$2 as it does not exist: ",
  ],
  [
    /^Cannot use the (?:.* )?option "([^"]*)" as it does not exist: /,
    "Cannot use --param $1 as it does not exist: ",
  ],
  [/^Cannot call (\w+)\(\) without the option (\w+): .*$/s, "Cannot use --strategy $1 without --param $2=…"],
  [/^Cannot define pages with this strategy: (?:strategy\.)?/, "Cannot use --strategy with these --param: "],
];

/** Whether an error says that the list cannot be divided: to go on in slices would fail again. */
export function isAboutSlices(error: unknown): boolean {
  return error instanceof Error && SLICE.test(error.message);
}

/** What is wrong with a checkpoint, from the message of its error. */
export function checkpointProblem(message: string): string {
  return commandWords(message).replace(/^Cannot resume from this checkpoint: /, "");
}

/** The words for an error of an export, which cannot skip items: without the advice to do so. */
export function exportWords(message: string): string {
  return commandWords(message.replace(" Start the list again and skip the items that you already have.", ""));
}

/**
 * The message of an error of the library, in words of the command: it names options of a program, which no user of the command has.
 * Words of a server in it stay as they are.
 */
export function commandWords(text: string): string {
  // A server may send line ends, which would look like another message.
  const message = oneLine(text);
  const [, unseen] = /^The walk did not see everything: (\w+)$/.exec(message) ?? [];
  if (unseen !== undefined)
    return `${incompleteness({ complete: false, reason: unseen, incompleteBecause: unseen })}`;
  for (const [begin, end, words] of endings(names)) {
    if (begin.test(message) && message.endsWith(end))
      return message.slice(0, message.length - end.length) + words;
  }
  const found = beginnings(names).find(([begin]) => begin.test(message));
  return found === undefined ? message : message.replace(...found);
}

/** The words for a failure that a mirror has kept: the name of an error, and its message. */
export function failureWords(text: string): string {
  return commandWords(text.replace(/^[A-Z]\w*Error: /, ""));
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
      return "a response has no field for items";
    case "moreAnnounced":
      return "the server says that there is more, and sends no cursor";
    case "totalNotReached":
      return "the server sent fewer items than it declares";
    case "emptyPageStop":
      return "it ended at an empty page that leads on";
    default:
      if (reason === "cycle") return "the server led back to a page that was already requested";
      return reason === "error" ? "an error has ended it early" : "it was left before its end";
  }
}
