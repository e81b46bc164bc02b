import type { WrittenRequest } from "../../pagination/request/page-request.ts";
import type { PaginationStrategy } from "../../pagination/request/strategy.ts";
import { byAPI, byRelay } from "./by-api.ts";
import { byLinkHeader, byNextURL, type Findings } from "./by-link.ts";
import { byOffset, byPageNumber } from "./by-number.ts";
import { byHeader, byToken } from "./by-token.ts";
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
  /** The surest first; empty where the response does not say how its list is paged. */
  readonly candidates: readonly StrategyCandidate[];
  /** What looks like paging and is not proposed, with the reason. `name` is null for the response as a whole. */
  readonly rejected: readonly { readonly name: string | null; readonly reason: string }[];
}

/**
 * Proposes strategies for the list that a response is the first page of, or any page of. Names and values in the body, the
 * headers and the request count, and the host where an API has a ready strategy. It resolves to no candidate rather than to
 * one that could be wrong: nothing is requested or chosen, unless `verify` is set.
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
  const decoded = response instanceof Response ? await decodedResponse(response) : response;
  if (typeof decoded === "string") return nothing(decoded);
  const ownURL = response instanceof Response && response.url !== "" ? response.url : undefined;
  const answer = listAnswer(decoded, { ...options, url: options.url ?? ownURL });
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
  const ranked = bySurest(withoutContradictions(checked));
  if (options.verify === undefined) return { candidates: ranked.map(candidate), rejected };
  const kept = await verifiedProposals(ranked, { send: options.verify, answer });
  return { candidates: bySurest(kept.proposals).map(candidate), rejected: [...rejected, ...kept.rejected] };
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
