import type { StrategyPage } from "../../pagination/request/strategy.ts";
import { linkHeader, parseLinks } from "../link-header.ts";
import { DEFAULT_PARAMETERS, nextURL } from "../next-url.ts";
import { type Field, shown } from "./find-list.ts";
import { countOfItems, hostOf, type ListAnswer, moreField, shortPath } from "./list-answer.ts";
import { type Confidence, called, lowered, type Proposal } from "./proposal.ts";

/** Whether a link leads to the next page of the same list. */
export interface LinkVerdict {
  readonly confidence: Confidence;
  readonly evidence: string;
  /** The query parameters that it sets; undefined where the default of the strategies names them. */
  readonly parameters: readonly string[] | undefined;
  /** The other paths that it may lead to. */
  readonly paths: RegExp | undefined;
  /** `"replace"` where its query stands for the whole one. */
  readonly links: "replace" | undefined;
}

/** Whether a parameter has a name for a place in a list. */
function isPagingName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z]+/);
  return words.some(
    (word) =>
      /^(?:p|start(?:ing)?|after|before|token|marker|from|since|until|last|next|scroll|anchor)$/.test(word) ||
      /^(?:page|pagin|cursor|offset|skip|continu)/.test(word),
  );
}

/** Judges a link against the request; text says why it is not followed. A link in a header may change its path more freely. */
export function judgeLink(answer: ListAnswer, link: string, isHeader = false): LinkVerdict | string {
  const here = answer.request.url;
  if (here === null) return judgeAlone(link);
  if (!URL.canParse(link, here)) return "is not a URL";
  const to = new URL(link, here);
  if (to.origin !== here.origin) return `leads to another origin, ${to.origin.slice(0, 80)}`;
  if (to.pathname === here.pathname && to.search === here.search) return "leads to the same page";
  const changed = [...new Set(to.searchParams.keys())].filter(
    (name) => to.searchParams.get(name) !== here.searchParams.get(name),
  );
  const named = changed.filter((name) => to.searchParams.get(name) !== "");
  const parameters = named.every((name) => DEFAULT_PARAMETERS.includes(name)) ? undefined : named;
  const isPaging = changed.some(isPagingName);
  // A query without values is opaque, and Shopify refuses all parameters but the size together with `page_info`.
  const isWhole = (changed.length > 0 && named.length === 0) || changed.includes("page_info");
  const verdict = { parameters, paths: undefined, links: isWhole ? ("replace" as const) : undefined };
  const [path, samePath] = [trimmed(here.pathname), trimmed(to.pathname) === trimmed(here.pathname)];
  if (samePath && (isPaging || (isHeader && !answer.isResource && changed.length > 0))) {
    const evidence = `it leads to the path of the request, with other values for ${names(changed)}`;
    // The next day of a calendar is no next page of it.
    const isDate = !isHeader && named.every((name) => /^\d{4}-\d\d/.test(to.searchParams.get(name) ?? ""));
    return { ...verdict, evidence, confidence: isDate ? "possible" : "certain" };
  }
  if (samePath) return "changes no parameter that has a name for a page";
  if (path !== "" && to.pathname.startsWith(`${path}/`) && !isHeader && !answer.isResource) {
    return {
      ...verdict,
      links: "replace",
      paths: pathsLike(to.pathname, here.pathname),
      evidence: "it leads to a path below that of the request",
      confidence: "likely",
    };
  }
  const isSibling = last(to.pathname) === last(here.pathname) && isPaging && path !== "";
  if (isHeader && isSibling && !answer.isResource)
    return {
      ...verdict,
      paths: pathsLike(to.pathname, here.pathname),
      evidence: "it leads to another path that ends like that of the request",
      confidence: "likely",
    };
  return "leads to another path, which may be another resource";
}

/** Without a request, only the parameters of a link speak for it. */
function judgeAlone(link: string): LinkVerdict | string {
  if (!URL.canParse(link, "http://host.invalid")) return "is not a URL";
  const { protocol, searchParams } = new URL(link, "http://host.invalid");
  if (!/^https?:$/.test(protocol)) return "is not a link to a page";
  const found = [...new Set(searchParams.keys())].filter(isPagingName);
  if (found.length === 0) return "has no parameter of a page, and the request is not known";
  const parameters = found.every((name) => DEFAULT_PARAMETERS.includes(name)) ? undefined : found;
  return {
    confidence: "possible",
    evidence: `it has the parameters ${names(found)}`,
    parameters,
    paths: undefined,
    links: undefined,
  };
}

/** A segment of a path that is the same in all lists of an API: a word or a version. Others are ids, such as that of a repository. */
const WORD = /^(?:[a-z][a-z_-]*|v\d+(?:\.\d+)*|)$/i;

/**
 * Paths like that of a link, with any ids. A client matches the part of a path that is below its `baseURL`, which may be any part
 * that the link and the request begin with.
 */
function pathsLike(link: string, request: string): RegExp {
  const all = link.split("/").slice(1);
  const others = request.split("/").slice(1);
  const isWord = (segment: string) =>
    WORD.test(segment) && (segment.toLowerCase() === segment || others.includes(segment));
  const patterns = all.map((segment) => (isWord(segment) ? `/${segment.replace(/\W/g, "\\$&")}` : "/[^/]+"));
  const differs = all.findIndex((segment, at) => segment !== others[at] || at === others.length - 1);
  const begin = patterns.slice(0, differs).reduce((outer, segment) => `(?:${outer}${segment})?`, "");
  return new RegExp(`^${begin}${patterns.slice(differs).join("")}$`);
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, "");
}

function last(path: string): string | undefined {
  return trimmed(path).split("/").at(-1);
}

function names(all: readonly string[]): string {
  return all
    .slice(0, 5)
    .map((name) => shown([name]))
    .join(", ");
}

/** The results of a detector: what it proposes, and what it does not although it looks like paging. */
export interface Findings {
  readonly proposals: readonly Proposal[];
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
}

const NEXT =
  /^(?:next|@odata\.nextLink|odata\.nextLink|next_?(?:page|link|url|uri|href|page_?(?:url|uri|link|href)|records_?url))$/i;

/** The link to the next page in the body. */
export function nextLinkField(answer: ListAnswer): (Field & { readonly value: string }) | undefined {
  for (const field of answer.fields) {
    const isIn = /^(?:href|url|uri|link)$/i.test(field.name) && NEXT.test(field.path.at(-2) ?? "");
    const { value } = field;
    if (
      typeof value === "string" &&
      (NEXT.test(field.name) || isIn) &&
      /^(?:[a-z][a-z+.-]*:|\/|\?)|[/?]/i.test(value)
    )
      return { ...field, value };
  }
  return undefined;
}

export function byNextURL(answer: ListAnswer): Findings {
  const field = nextLinkField(answer);
  if (field === undefined) return { proposals: [], refused: [] };
  const verdict = judgeLink(answer, field.value);
  if (typeof verdict === "string")
    return {
      proposals: [],
      refused: [{ name: "nextURL", reason: `the link ${shown(field.path)} ${verdict}` }],
    };
  const { evidence, parameters, paths, links } = verdict;
  // Paths of other resources begin in the same way. Salesforce's `nextRecordsUrl` does not lead to one.
  const isSure = paths === undefined || /records/i.test(field.name);
  const confidence = isSure ? verdict.confidence : lowered(verdict.confidence);
  const more = moreField(answer);
  const options = {
    items: shortPath(answer.itemsPath),
    next: shortPath(field.path),
    previous: previousOf(answer, field),
    // Some APIs send the link on the last page, too.
    hasMore: more && shortPath(more.path),
    parameters,
    paths,
    links,
  };
  const found = `${shown(field.path)} is a link: ${evidence}`;
  return {
    proposals: [{ ...called(nextURL, { name: "nextURL", options }), confidence, evidence: [found] }],
    refused: [],
  };
}

/** The path of the link to the previous page, in the object of the link to the next one; null where there is none. */
function previousOf(answer: ListAnswer, { path }: Field): string | readonly string[] | null {
  const at = path.findLastIndex((key) => NEXT.test(key));
  for (const word of ["previous", "prev"]) {
    const wanted = path.map((key, index) => (index === at ? key.replace(/next/i, word) : key)).join("\n");
    const field = answer.fields.find((other) => other.path.join("\n") === wanted);
    if (field !== undefined && field.path.at(-1) !== path[at - 1]) return shortPath(field.path);
  }
  return null;
}

/** Sentry sends the link on the last page too, and a parameter of the link says whether there are results. */
const resultsInLink = ({ response }: StrategyPage) =>
  /rel="next"; results="(true|false)"/.exec(response.headers.get("link") ?? "")?.[1] ?? null;
const RESULTS_IN_LINK =
  '({ response }) => /rel="next"; results="(true|false)"/.exec(response.headers.get("link") ?? "")?.[1] ?? null';

/** The link with the relation `next` in the `Link` header, and what stands behind it. */
export function nextInHeader({
  headers,
}: ListAnswer): { readonly url: string; readonly rest: string } | undefined {
  const header = headers.get("link") ?? "";
  if (header.length > 16_384) return undefined;
  try {
    const link = parseLinks(header).find(({ rels, anchor }) => rels.includes("next") && anchor === undefined);
    if (link === undefined) return undefined;
    const [, rest = ""] = header.split(`<${link.url}>`);
    return { url: link.url, rest: rest.split(/,\s*</)[0] ?? "" };
  } catch {
    return undefined;
  }
}

export function byLinkHeader(answer: ListAnswer): Findings {
  const link = nextInHeader(answer);
  if (link === undefined) return { proposals: [], refused: [] };
  const isOther = /type="?text\/html/i.test(link.rest);
  const verdict = isOther ? "leads to a document in HTML" : judgeLink(answer, link.url, true);
  if (typeof verdict === "string")
    return {
      proposals: [],
      refused: [{ name: "linkHeader", reason: `the link next of the Link header ${verdict}` }],
    };
  // A number that does not exceed the page although a page follows counts something else.
  const total = answer.fields.find(
    ({ name, value }) =>
      name === "total_count" && Number.isSafeInteger(value) && Number(value) > answer.items.length,
  );
  const options = {
    items: answer.itemsPath.length === 0 ? undefined : shortPath(answer.itemsPath),
    total: total && countOfItems(total),
    parameters: verdict.parameters,
    paths: verdict.paths,
    links: verdict.links,
    hasMore: /;\s*results="(?:true|false)"/.test(link.rest) ? resultsInLink : undefined,
  };
  const evidence = [
    `the Link header has a link next: ${verdict.evidence}`,
    ...(total === undefined ? [] : [`${shown(total.path)} counts the items`]),
  ];
  const isLastPage = /results="false"/.test(link.rest);
  const sources = { hasMore: RESULTS_IN_LINK };
  const proposal = called(linkHeader, { name: "linkHeader", options, sources });
  return {
    proposals: [{ ...proposal, confidence: verdict.confidence, evidence, mayEnd: isLastPage }],
    refused: [],
  };
}

/** Whether the request went to this domain, or to a host below it. */
export function isHost(answer: ListAnswer, ...domains: readonly string[]): boolean {
  const host = hostOf(answer);
  return domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}
