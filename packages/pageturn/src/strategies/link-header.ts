import { PaginationError } from "../errors/pagination-error.ts";
import { ownOptions } from "../pagination/request/own-options.ts";
import { headerText } from "../pagination/request/page-request.ts";
import type { PaginationStrategy, StrategyPage } from "../pagination/request/strategy.ts";
import { byLinks, type LinkOptions } from "./next-url.ts";

/**
 * Pages by the `Link` header (RFC 8288), with the relations `next` and `prev`. The items are the body itself, unless `items`
 * says otherwise. The list ends where there is no link `next`. A link to another origin is refused.
 *
 * @example
 * ```ts
 * const strategy = linkHeader({ parameters: ["page"], pageSize: { in: "per_page" } });
 * ```
 */
export function linkHeader(options: LinkOptions = {}): PaginationStrategy {
  return byLinks(
    { next: linkTo("next"), previous: linkTo("prev", "previous") },
    { items: [], ...ownOptions("linkHeader", options, {}) },
  );
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
    const [url = null, ...others] = new Set(links.map((link) => headerText(link.url)));
    if (others.length === 0) return url;
    throw new PaginationError(
      `Cannot follow the Link header: it has ${others.length + 1} different links with rel="${names[0]}"`,
    );
  };
}

/** One link of a `Link` header. */
interface Link {
  readonly url: string;
  /** Its relations, in lower case. */
  readonly rels: readonly string[];
  readonly anchor: string | undefined;
}

// The parts of a header, each matched where the one before ends, so that the time is linear in the length.
const TARGET = /[\s,]*<([^<>]*)>/y;
/** A name, and a value that is quoted, where it may hold any character, or not. Both may be absent. RFC 8288, section 3. */
const PARAMETER = /\s*;\s*(?:([\w!#$%&'*+.^`|~-]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?)?/sy;
const END_OF_LINK = /\s*(?:,|$)/y;
const END_OF_HEADER = /[\s,]*$/y;

/**
 * The links of a `Link` header, of several headers joined by `,` too.
 *
 * Throws a `PaginationError` for a header that cannot be read: an overlooked link would end the list.
 */
export function parseLinks(header: string): readonly Link[] {
  const links: Link[] = [];
  let at = 0;
  const read = (part: RegExp): RegExpExecArray | null => {
    part.lastIndex = at;
    const found = part.exec(header);
    at = found === null ? at : part.lastIndex;
    return found;
  };
  while (read(END_OF_HEADER) === null) {
    const target = read(TARGET);
    const parameters = new Map<string, string>();
    for (let found = target && read(PARAMETER); found !== null; found = read(PARAMETER)) {
      const [, name = "", quoted, plain = ""] = found;
      const key = name.toLowerCase();
      // Of a repeated parameter the first one counts (section 3.3).
      if (!parameters.has(key)) parameters.set(key, quoted?.replace(/\\(.)/gs, "$1") ?? plain);
    }
    if (target === null || read(END_OF_LINK) === null) throw unreadable(header, at);
    const rels = (parameters.get("rel") ?? "").toLowerCase().split(/\s+/);
    links.push({ url: target[1] ?? "", rels, anchor: parameters.get("anchor") });
  }
  return links;
}

function unreadable(header: string, at: number): PaginationError {
  const excerpt = JSON.stringify(header.slice(at, at + 100));
  return new PaginationError(
    `Cannot read the Link header of the response: it does not follow RFC 8288 at character ${at}, ${excerpt}`,
  );
}
