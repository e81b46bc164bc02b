import { valueAt } from "../../pagination/request/page-request.ts";
import { headerCursor } from "../header-cursor.ts";
import { pageToken } from "../page-token.ts";
import { isHost, nextInHeader, nextLinkField } from "./by-link.ts";
import { type Field, shown, textOf } from "./find-list.ts";
import { fieldNamed, type ListAnswer, moreField, placeOf, requestValue, shortPath } from "./list-answer.ts";
import { type Confidence, called, lowered, type Proposal } from "./proposal.ts";

/** Where a token is sent, and how sure that is. */
interface Target {
  readonly to: string;
  readonly confidence: Confidence;
}

/** Recognises a token by its name, its place and its value; undefined for any other field. */
type TokenRule = (field: Field, answer: ListAnswer) => Target | readonly Target[] | undefined;

const likely = (to: string): Target => ({ to, confidence: "likely" });
const possible = (to: string): Target => ({ to, confidence: "possible" });

/** Whether text can be an opaque token. Words, dates and links are not. */
function isToken(value: unknown): boolean {
  return (
    typeof value === "string" &&
    /^[^\s<>"\\]{2,8192}$/.test(value) &&
    !/^[a-z]+$/i.test(value) &&
    !/^\d{4}-\d\d-\d\d|^[+-]\d\d:?\d\d$|^[a-z][a-z+.-]*:\/\/|^\//i.test(value)
  );
}

/** What the fields are called, and to which parameter they go. */
const RULES: Readonly<Record<string, TokenRule>> = {
  // Jira sends the token back under its own name. https://developer.atlassian.com/cloud/jira/platform/rest/v3/
  nextPageToken: (_, answer) =>
    likely(fieldNamed(answer, /^isLast$/) === undefined ? "pageToken" : "nextPageToken"),
  // https://developers.zoom.us/docs/api/using-zoom-apis/#pagination
  next_page_token: (_, answer) => likely(isHost(answer, "zoom.us") ? "next_page_token" : "page_token"),
  next_cursor: opaqueCursor,
  nextCursor: opaqueCursor,
  cursor: cursorRule,
  next_page: nextPageRule,
  after: ({ path }) => (path.at(-2) === "next" || isListing(path) ? likely("after") : undefined),
  starting_after: ({ path }) => (path.at(-2) === "next" ? likely("starting_after") : undefined),
  offset: offsetRule,
  next_marker: () => likely("marker"),
  nextMarker: () => likely("marker"),
  NextMarker: () => likely("Marker"),
  NextToken: () => likely("NextToken"),
  nextToken: (_, answer) => (isHost(answer, "amazonaws.com") ? likely("nextToken") : possible("nextToken")),
  NextContinuationToken: (_, answer) =>
    fieldNamed(answer, /^IsTruncated$/) === undefined ? undefined : likely("continuation-token"),
  // https://docs.x.com/x-api/fundamentals/pagination
  next_token: (_, answer) =>
    isHost(answer, "x.com", "twitter.com") ? likely("pagination_token") : undefined,
  // https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
  continue: ({ path }, { body }) =>
    path[0] === "metadata" && /List$/.test(textOf(valueAt(body, "kind"))) ? likely("continue") : undefined,
};

function isListing(path: readonly string[]): boolean {
  return path.length === 2 && path[0] === "data";
}

/** A cursor that is the id of the last item may go to a parameter such as `starting_after`. */
function opaqueCursor({ value }: Field, { items }: ListAnswer): Target | undefined {
  return valueAt(items.at(-1), "id") === value ? undefined : likely("cursor");
}

/** Some APIs send a cursor with every page, and take it at another path: then the request does not have it. */
function cursorRule({ path, value }: Field, answer: ListAnswer): Target | undefined {
  if (path.length > 1 || !isToken(value)) return undefined;
  const isAmongObjects = typeof answer.items[0] === "object";
  const isElsewhere = answer.request.isPost && moreField(answer) !== undefined;
  return isAmongObjects && (!isElsewhere || requestValue(answer, "cursor") !== undefined)
    ? possible("cursor")
    : undefined;
}

/** Most APIs take it as `page`, some as `page_token`: then both are proposed. */
function nextPageRule({ value }: Field, answer: ListAnswer): Target | readonly Target[] | undefined {
  if (typeof value === "number") {
    const page = requestValue(answer, "page") ?? fieldNamed(answer, /^(?:current_?)?page$/i)?.value;
    return Number(page) === value - 1 ? likely("page") : undefined;
  }
  if (!isToken(value)) return undefined;
  const { object } = answer.body;
  if (object === "page" || object === "search_result") return likely("page");
  const isKnown = moreField(answer) !== undefined || /^page_/.test(textOf(value));
  return isKnown ? [possible("page"), possible("page_token")] : undefined;
}

/** Airtable and Asana call a token an offset. */
function offsetRule({ path, value }: Field, answer: ListAnswer): Target | undefined {
  if (!isToken(value) || /^\d+$/.test(textOf(value))) return undefined;
  if (path.at(-2) === "next_page") return likely("offset");
  const isAirtable = answer.itemsPath[0] === "records" && path.length === 1;
  return isAirtable && (isHost(answer, "airtable.com") || /\/rec\w+$/.test(textOf(value)))
    ? likely("offset")
    : undefined;
}

/** The parameter that a link to the next page has the same token in. */
function targetInLink({ value }: Field, answer: ListAnswer): Target | undefined {
  const link = nextLinkField(answer)?.value ?? nextInHeader(answer)?.url ?? "";
  const url = URL.canParse(link, "http://host.invalid") ? new URL(link, "http://host.invalid") : null;
  const to = [...(url?.searchParams ?? [])].find(([, text]) => text === textOf(value))?.[0];
  return to === undefined ? undefined : likely(to);
}

/** Names that mean a word elsewhere: their values have to look like a token. */
const WEAK = /^(?:cursor|next_page|after|offset|continue)$/;

export function byToken(answer: ListAnswer): readonly Proposal[] {
  // The steps of signing in have tokens too.
  if (fieldNamed(answer, /^(?:access_token|refresh_token|token_type|expires_in)$/) !== undefined) return [];
  const proposals = answer.fields.flatMap((field): readonly Proposal[] => {
    const { name, value } = field;
    const isText = typeof value === "string" && value !== "" && !/\s|:\/\//.test(value);
    const isPlausible = WEAK.test(name) ? isText || typeof value === "number" : isText;
    const rule = isPlausible && Object.hasOwn(RULES, name) ? RULES[name] : undefined;
    const usual = [rule?.(field, answer) ?? []].flat();
    const sent = usual.find(({ to }) => requestValue(answer, to) !== undefined);
    const targets = usual.length === 0 ? [] : [sent ?? targetInLink(field, answer) ?? usual].flat();
    return targets.flatMap((target) => proposalFor(field, { target, answer }));
  });
  return proposals.slice(0, 3);
}

function proposalFor(
  { path, value }: Field,
  { target, answer }: { readonly target: Target; readonly answer: ListAnswer },
): readonly Proposal[] {
  const { to } = target;
  // A value that the request has already is an echo of it.
  if (textOf(requestValue(answer, to)) === textOf(value)) return [];
  const isSent = requestValue(answer, to) !== undefined;
  const more = moreField(answer);
  const options = {
    items: shortPath(answer.itemsPath),
    from: { body: shortPath(path) },
    to: placeOf(answer, to),
    hasMore: more && shortPath(more.path),
  };
  const confidence = isSent ? "certain" : answer.isResource ? lowered(target.confidence) : target.confidence;
  const evidence = [
    `${shown(path)} is a token`,
    isSent
      ? `the request has the parameter ${shown([to])}`
      : `tokens of that name are sent as ${shown([to])}`,
  ];
  return [{ ...called(pageToken, { name: "pageToken", options }), confidence, evidence }];
}

/** Headers with a cursor, and the parameters that take it. */
const HEADERS: readonly (readonly [header: string, to: string, confidence: Confidence])[] = [
  // https://docs.gitlab.com/api/rest/#pagination-response-headers
  ["x-next-page", "page", "certain"],
  ["x-ms-continuationtoken", "continuationToken", "certain"],
  ["x-next-cursor", "cursor", "likely"],
];

export function byHeader(answer: ListAnswer): readonly Proposal[] {
  return HEADERS.flatMap(([header, to, confidence]) => {
    const value = answer.headers.get(header) ?? "";
    const isValue = header === "x-next-page" ? /^\d{1,9}$/.test(value) : /^[^\s,]{1,8192}$/.test(value);
    if (!isValue) return [];
    const items = shortPath(answer.itemsPath);
    const strategy = called(headerCursor, { name: "headerCursor", options: { items, header, to } });
    return [
      { ...strategy, confidence, evidence: [`the header ${header} has a cursor, sent as ${shown([to])}`] },
    ];
  });
}
