import { PaginationError } from "../errors/pagination-error.ts";
import type { PaginationStrategy, StrategyPage } from "../pagination/request/strategy.ts";
import { byLinks, type LinkOptions } from "./next-url.ts";

/**
 * Pages by the `Link` header (RFC 8288), with the relations `next` and `prev`. The items are the body itself, unless `items`
 * says otherwise. The list ends where there is no link `next`. A link to another origin is refused.
 */
export function linkHeader(options: LinkOptions = {}): PaginationStrategy {
  return byLinks({ next: linkTo("next"), previous: linkTo("prev", "previous") }, { items: [], ...options });
}

/** Reads the link of one relation. Several links of it that lead to different pages are a `PaginationError`. */
function linkTo(...names: readonly string[]) {
  return ({ response }: StrategyPage): string | null => {
    const header = response.headers.get("link");
    if (header === null) return null;
    const links = parseLinks(header).filter(
      // A link with an anchor is about another resource than this page.
      ({ rels, anchor }) => anchor === undefined && rels.some((rel) => names.includes(rel)),
    );
    const [url = null, ...others] = new Set(links.map((link) => link.url));
    if (others.length === 0) return url;
    throw new PaginationError(`Cannot follow the Link header: it has several links ${names[0]}`);
  };
}

/** One link of a `Link` header. */
interface Link {
  readonly url: string;
  /** Its relations, in lower case. */
  readonly rels: readonly string[];
  readonly anchor: string | undefined;
}

/** A name, and a value with the blanks around it: quoted, where it may hold any character, or not. RFC 8288, section 3. */
const PARAMETER = /;\s*(?:([\w!#$%&'*+.^`|~-]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]+))\s*)?)?/.source;
/** `<url>` and its parameters, which may have no value. */
const LINK = new RegExp(`[\\s,]*<([^<>]*)>\\s*((?:${PARAMETER.replace(/\((?!\?)/g, "(?:")})*)(?=,|$)`, "sy");

/**
 * The links of a `Link` header, of several headers joined by `,` too.
 *
 * Throws a `PaginationError` for a header that cannot be read: an overlooked link would end the list.
 */
export function parseLinks(header: string): readonly Link[] {
  const links: Link[] = [];
  const end = header.replace(/[\s,]+$/, "").length;
  for (LINK.lastIndex = 0; LINK.lastIndex < end; ) {
    const found = LINK.exec(header);
    if (found === null) {
      throw new PaginationError(
        `Cannot read the Link header of the response: ${JSON.stringify(header.slice(0, 200))} does not follow RFC 8288`,
      );
    }
    const [, url = "", text = ""] = found;
    const parameters = new Map<string, string>();
    for (const [, name = "", quoted, plain] of text.matchAll(new RegExp(PARAMETER, "gs"))) {
      const key = name.toLowerCase();
      // Of a repeated parameter the first one counts (section 3.3).
      if (!parameters.has(key)) parameters.set(key, quoted?.replace(/\\(.)/gs, "$1") ?? plain ?? "");
    }
    const rels = (parameters.get("rel") ?? "").toLowerCase().split(/\s+/);
    links.push({ url, rels, anchor: parameters.get("anchor") });
  }
  return links;
}
