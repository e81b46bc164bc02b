import { ConfigurationError } from "../../errors/pageturn-error.ts";
import { callback, checkedObject, refuseUnknown } from "../../pagination/request/check-option.ts";
import type { WrittenRequest } from "../../pagination/request/page-request.ts";
import type { PaginationStrategy } from "../../pagination/request/strategy.ts";
import { byAPI, byRelay } from "./by-api.ts";
import { byLinkHeader, byNextURL, type Findings } from "./by-link.ts";
import { byOffset, byPageNumber } from "./by-number.ts";
import { byHeader, byToken } from "./by-token.ts";
import { shown } from "./find-list.ts";
import { type DecodedResponse, type DetectRequest, type ListAnswer, listAnswer } from "./list-answer.ts";
import { type Confidence, lowered, rank } from "./proposal.ts";
import { decodedResponse } from "./read-response.ts";
import { type CheckedProposal, checkedProposal, verifiedProposals } from "./verify.ts";

export type { DecodedResponse, DetectRequest } from "./list-answer.ts";
export type { Confidence } from "./proposal.ts";

/** Options of {@link detectStrategy}: the request that the response answers, and a check of the second page. */
export interface DetectOptions extends DetectRequest {
  /**
   * Sends a request for page 2, with the caller's credentials. With it, only candidates remain whose page 2 is a list that
   * differs from page 1, and that leads on or ends. Requests to another origin than `url` are never made. Needs `url`.
   */
  readonly verify?: ((request: WrittenRequest) => Promise<Response | DecodedResponse>) | undefined;
}

/** A strategy that the response speaks for. */
export interface StrategyCandidate {
  /** The function or constant that `code` uses: `"pageToken"`, `"github"`. */
  readonly name: string;
  readonly strategy: PaginationStrategy;
  /** `"possible"` needs a check by hand or `verify`. */
  readonly confidence: Confidence;
  /** What in the response and the request speaks for it. Names only, no values. */
  readonly evidence: readonly string[];
  /** The code that makes the strategy. */
  readonly code: string;
  /** The entry point that exports `name`. */
  readonly module: "pageturn/strategies" | "pageturn/pagination";
}

/** What {@link detectStrategy} found. */
export interface Detection {
  /** The surest first; empty where the response does not say how its list is paged; then `rejected` says why. */
  readonly candidates: readonly StrategyCandidate[];
  /** What looks like paging and is not proposed, with the reason. `name` is null for the response as a whole. */
  readonly rejected: readonly { readonly name: string | null; readonly reason: string }[];
}

/**
 * Proposes strategies for the list that a response is the first page of, or any page of. Names and values in the body, the
 * headers and the request count, and the host where an API has a ready strategy. It resolves to no candidate rather than to
 * one that could be wrong, and says why in `rejected`. Nothing is requested or chosen, unless `verify` is set.
 *
 * Rejects with `ConfigurationError` for a body that is not in a response, and for a relative URL.
 *
 * @example
 * ```ts
 * const { candidates } = await detectStrategy(
 *   { status: 200, headers: {}, body: { files: [{ id: "a" }], nextPageToken: "t0k3n" } },
 *   { url: "https://api.example.com/files?pageSize=1" },
 * );
 * console.log(candidates[0]?.code);
 * // const strategy = pageToken({ items: "files", from: { body: "nextPageToken" }, to: "pageToken" });
 * ```
 */
export async function detectStrategy(
  response: Response | DecodedResponse,
  options: DetectOptions = {},
): Promise<Detection> {
  const { verify, ...request } = checkedOptions(options);
  const decoded = await decodedResponse(response, "its first argument");
  if (typeof decoded === "string") return nothing(decoded);
  const ownURL = response instanceof Response && response.url !== "" ? response.url : undefined;
  const answer = listAnswer(decoded, { ...request, url: request.url ?? ownURL });
  if (typeof answer === "string") return nothing(answer);

  const found = findings(answer);
  const rejected: Detection["rejected"][number][] = [...found.refused];
  const checked: CheckedProposal[] = [];
  for (const proposal of found.proposals) {
    const page = checkedProposal(proposal, answer);
    if (typeof page === "string") rejected.push({ name: proposal.name, reason: page });
    // The surest form of a strategy comes first: `github` before `linkHeader`.
    else if (!checked.some(({ family, next }) => family === page.family && next?.key === page.next?.key))
      checked.push(page);
  }
  if (checked.length === 0 && rejected.length === 0) return nothing(noWay(answer));
  const ranked = bySurest(withoutContradictions(checked));
  if (verify === undefined) return { candidates: ranked.map(candidate), rejected };
  const kept = await verifiedProposals(ranked, { send: verify, answer });
  return { candidates: bySurest(kept.proposals).map(candidate), rejected: [...rejected, ...kept.rejected] };
}

const OPTIONS = ["method", "url", "body", "verify"];

function checkedOptions(own: unknown): DetectOptions {
  // The headers of a request are not read: a recorded request may have them.
  const { headers: _, ...options } = checkedObject("the detectStrategy options", own);
  refuseUnknown("detectStrategy", options, OPTIONS);
  const { url, method, verify }: DetectOptions = options;
  callback("verify", verify);
  if (method !== undefined && typeof method !== "string")
    throw new ConfigurationError("Cannot use the option method as it must be text");
  if (url === undefined || (URL.canParse(String(url)) && /^https?:$/.test(new URL(url).protocol)))
    return { ...options };
  // Its value is not shown: a query may hold a credential.
  throw new ConfigurationError(
    "Cannot use the option url as it must be an absolute http or https URL: pass the URL of the request",
  );
}

/** Why a list has no candidate at all. */
function noWay({ fields, body, items }: ListAnswer): string {
  if (items.length === 0) return "the list is empty: pass a page that others follow";
  const isPaging = /next|cursor|token|more|truncated|total|count|page|offset|start|skip/i;
  const paging = fields.filter(({ name }) => isPaging.test(name));
  const end = paging.find(({ value }) => value === null || value === "" || value === false);
  if (end !== undefined)
    return `the page may be the last one, as ${shown(end.path)} says: pass a page that others follow`;
  const what = Array.isArray(body)
    ? "a list without fields"
    : "a list, but no field that is known to page it";
  const names = paging.slice(0, 5).map(({ path }) => shown(path));
  return names.length === 0
    ? `the body has ${what}, and no header leads to the next page`
    : `the body has a list, but what ${names.join(", ")} ${names.length === 1 ? "means" : "mean"} is not known`;
}

function nothing(reason: string): Detection {
  return { candidates: [], rejected: [{ name: null, reason }] };
}

/** What all detectors find. Where the API is known, its own names count: a general rule may take others. */
function findings(answer: ListAnswer): Findings {
  if (answer.connections.length > 0) return byRelay(answer);
  const [api, header, link] = [byAPI(answer), byLinkHeader(answer), byNextURL(answer)];
  const others = [byToken, byHeader, byPageNumber, byOffset].flatMap((detect) => detect(answer));
  const general = [...header.proposals, ...link.proposals, ...others];
  return {
    proposals: [...api, ...general.filter(({ family }) => !api.some((one) => one.family === family))],
    refused: [...header.refused, ...link.refused],
  };
}

/**
 * Of several candidates that lead to the same page, only the first one stays certain. Where two lead to different pages, one
 * of them is wrong: all are less sure.
 */
function withoutContradictions(checked: readonly CheckedProposal[]): readonly CheckedProposal[] {
  const [first, ...others] = bySurest(checked);
  if (first === undefined) return [];
  const other = others.find(({ next }) => next?.key !== first.next?.key);
  if (other === undefined)
    return [
      first,
      ...others.map((one) =>
        one.confidence === "certain" ? { ...one, confidence: lowered("certain") } : one,
      ),
    ];
  return [first, ...others].map((one) => {
    const rival = one === first ? other : first;
    const isRival = rival.next?.key !== one.next?.key;
    const evidence = isRival ? [...one.evidence, `but ${rival.name} leads to another page`] : one.evidence;
    return { ...one, confidence: lowered(one.confidence), evidence };
  });
}

function bySurest(proposals: readonly CheckedProposal[]): readonly CheckedProposal[] {
  return proposals.toSorted((one, other) => rank(one.confidence) - rank(other.confidence));
}

function candidate({
  name,
  strategy,
  confidence,
  evidence,
  code,
  module,
}: CheckedProposal): StrategyCandidate {
  return { name, strategy, confidence, evidence, code, module };
}
