import type { PageRequest } from "./page-request.ts";
import type { PageResponse } from "./page-response.ts";

/** The answer to one {@link PageRequest}: a decoded body, not yet checked, and what is known of the response. */
export interface FetchedPage {
  readonly body: unknown;
  readonly response: PageResponse;
}

/** What a page wants to know of its list. */
export interface PageSource {
  /** Where bodies keep their items; default: what the page class says, else `"data"`. */
  readonly itemsKey?: string | undefined;
  readonly walk?: { readonly emptyPages?: "continue" | "stop" | undefined } | undefined;
}

/** What a page is made of. */
export interface PageInit<S extends PageSource> {
  readonly source: S;
  readonly request: PageRequest;
  readonly fetched: FetchedPage;
  readonly resumption?: Resumption | undefined;
}

/** What an earlier walk has already handed out of the page that a resumed walk begins with. */
export interface Resumption {
  /** How many items. */
  readonly offset: number;
  /** The key of the last of them. */
  readonly last: string;
  /** Whether they were handed out in the opposite order of the page. */
  readonly reversed: boolean;
}
