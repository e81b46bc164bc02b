import { isError } from "../../errors/instance-of.ts";
import { ConfigurationError } from "../../errors/pageturn-error.ts";
import { continuation } from "../../pagination/page/continuation.ts";
import { pageBody } from "../../pagination/page/page-body.ts";
import { checkStrategy } from "../../pagination/request/check-strategy.ts";
import {
  canonical,
  nextRequest,
  type PageRequest,
  requestKey,
  type WrittenRequest,
  writeRequest,
} from "../../pagination/request/page-request.ts";
import { byName } from "../../pagination/request/query.ts";
import { type PaginationStrategy, positionKey, stepFrom } from "../../pagination/request/strategy.ts";
import { nextInHeader, nextLinkField } from "./by-link.ts";
import { type DecodedResponse, headersOf, type ListAnswer } from "./list-answer.ts";
import { lowered, type Proposal } from "./proposal.ts";
import { decodedResponse } from "./read-response.ts";

/** A proposal whose strategy reads page 1. */
export interface CheckedProposal extends Proposal {
  /** The request for page 2, and a text that it shares with requests for the same page; null on the last page. */
  readonly next: { readonly request: PageRequest; readonly key: string } | null;
}

/** A page under a strategy: its items, and the request that it leads to. */
interface ReadPage {
  readonly items: readonly unknown[];
  readonly hasMore: boolean | null;
  readonly next: PageRequest | null;
}

/** Reads a page as a walk would. Throws as a walk would. */
function readPage(
  strategy: PaginationStrategy,
  request: PageRequest,
  { body, ...answered }: DecodedResponse,
): ReadPage {
  const response = {
    status: answered.status,
    headers: headersOf({ body, ...answered }),
    requestId: null,
    url: (request.base ?? "") + request.path,
    durationMs: 0,
  };
  const page = pageBody({ body, response }, { strategy, location: strategy.items ?? "data", request });
  const info = continuation({
    checkedBody: page,
    request,
    response,
    strategy,
    sentItems: page.items,
    nextPageInfo: () => stepFrom(strategy, "next", page),
  });
  return { items: page.items, hasMore: page.hasMore, next: info && nextRequest(request, info) };
}

/** The request of page 1. Where it is not known, one that every way of paging can change. */
function requestOf(answer: ListAnswer): PageRequest {
  const { url, json, isPost, isKnown } = answer.request;
  const body = isPost && json !== undefined ? { json } : isKnown ? {} : { json: {} };
  if (url !== null) return { base: url.origin, path: url.pathname, query: byName(url.searchParams), ...body };
  const link = nextLinkField(answer)?.value ?? nextInHeader(answer)?.url ?? "";
  const base = /^https?:/i.test(link) && URL.canParse(link) ? { base: new URL(link).origin } : {};
  return { ...base, path: "/", query: {}, ...body };
}

/** The proposal with the request that it leads to, or why it cannot be right: its own strategy does not read this page. */
export function checkedProposal(proposal: Proposal, answer: ListAnswer): CheckedProposal | string {
  const { strategy, mayEnd = false } = proposal;
  const request = requestOf(answer);
  try {
    checkStrategy(strategy);
    const { next, hasMore } = readPage(strategy, request, answer);
    if (next === null)
      return mayEnd && hasMore !== true
        ? { ...proposal, next: null }
        : "it finds no next page in this response";
    if (positionKey(strategy, next) === positionKey(strategy, request)) return "it leads to the same page";
    // Paths are left out: APIs write one path in several ways.
    return { ...proposal, next: { request: next, key: requestKey({ ...next, base: undefined, path: "" }) } };
  } catch (error) {
    if (request.json === undefined && error instanceof TypeError)
      return "it sends its cursor in a JSON body, and this request has none";
    return `it cannot read this response: ${messageOf(error)}`;
  }
}

function messageOf(error: unknown): string {
  return isError(error) ? `${error.name}: ${error.message.slice(0, 300)}` : "unknown error";
}

interface VerifyOptions {
  readonly send: (request: WrittenRequest) => Promise<Response | DecodedResponse>;
  readonly answer: ListAnswer;
}

interface Verified {
  readonly proposals: readonly CheckedProposal[];
  readonly rejected: readonly { readonly name: string; readonly reason: string }[];
}

/** Fetches page 2 of each proposal, the same request once, and keeps those whose page 2 can be one. */
export async function verifiedProposals(
  all: readonly CheckedProposal[],
  { send, answer }: VerifyOptions,
): Promise<Verified> {
  const proposals: CheckedProposal[] = [];
  const rejected: { name: string; reason: string }[] = [];
  const answers = new Map<string, Promise<DecodedResponse | string>>();
  for (const proposal of all) {
    if (proposal.next === null || answer.request.url === null) {
      const why = proposal.next === null ? "this is the last page" : "the URL of the request is not known";
      proposals.push({ ...proposal, evidence: [...proposal.evidence, `page 2 was not fetched: ${why}`] });
      continue;
    }
    const written = writeRequest(proposal.next.request);
    const key = JSON.stringify(written);
    const second = answers.get(key) ?? fetched(written, { send, origin: answer.request.url.origin });
    answers.set(key, second);
    const result = secondPage(proposal, answer, await second);
    if (typeof result !== "number") rejected.push({ name: proposal.name, reason: result });
    // A wrong position may lead beyond the end of the list.
    else if (result === 0)
      proposals.push({
        ...proposal,
        evidence: [...proposal.evidence, "page 2 was fetched: it is empty, which confirms nothing"],
      });
    else
      proposals.push({
        ...proposal,
        confidence: lowered(proposal.confidence, -1),
        evidence: [...proposal.evidence, `page 2 was fetched: it has ${result} other items`],
      });
  }
  return { proposals, rejected };
}

async function fetched(
  request: WrittenRequest,
  { send, origin }: { readonly send: VerifyOptions["send"]; readonly origin: string },
): Promise<DecodedResponse | string> {
  if (new URL(request.url).origin !== origin) return "page 2 is on another origin";
  try {
    return await decodedResponse(await send(request), "the result of verify");
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    return `the request for page 2 failed: ${isError(error) ? error.name : "unknown error"}`;
  }
}

/** The number of items of page 2, or why it is not the page after page 1. */
function secondPage(
  { strategy, next }: CheckedProposal,
  answer: ListAnswer,
  second: DecodedResponse | string,
): number | string {
  if (typeof second === "string") return second;
  if (next === null) return "there is no page 2";
  if (!(second.status >= 200 && second.status < 300)) return `page 2 has the status ${second.status}`;
  try {
    const page = readPage(strategy, next.request, second);
    const [item] = page.items;
    if (
      answer.items.length > 0 &&
      item !== undefined &&
      canonical(item) === canonical(readPage(strategy, requestOf(answer), answer).items[0])
    )
      return "page 2 begins like page 1: the server does not read the cursor";
    if (page.next === null)
      return page.hasMore === true
        ? "page 2 says that there is more, but has no next page"
        : page.items.length;
    const isSame = positionKey(strategy, page.next) === positionKey(strategy, next.request);
    return isSame ? "page 2 does not lead on" : page.items.length;
  } catch (error) {
    return `page 2 cannot be read: ${messageOf(error)}`;
  }
}
