import type { FailedRequest } from "../errors/api-error.ts";
import { isError } from "../errors/instance-of.ts";
import type { PendingPage, WalkObserver } from "../pagination/walk/walk-options.ts";
import type { AttemptLog } from "./attempts.ts";

/** Tells subscribers what the clients do. */
export interface Tracing {
  /** Notes the attempts of a request; `undefined` where nobody listens. `mask` takes credentials out of an error. */
  attempts(mask: (error: unknown) => unknown): AttemptLog | undefined;
  /** Fetches a page, `fetch`, and tells of it. `describe` names its request; it is called where somebody listens. */
  page<R>(describe: () => FailedRequest, fetch: () => R, mask: (error: unknown) => unknown): R;
  /** Fetches a page like {@link page}, in two parts: `start` sends its request, and what it returns waits for the answer. */
  pageAhead(
    describe: () => FailedRequest,
    start: () => PendingPage,
    mask: (error: unknown) => unknown,
  ): PendingPage;
  /** Follows a walk of the list at a path; `undefined` where nobody listens. */
  walk(path: string): WalkObserver | undefined;
}

/** Where the runtime has no channels. */
export const noTracing: Tracing = {
  attempts: () => undefined,
  page: (_, fetch) => fetch(),
  pageAhead: (_, start) => start(),
  walk: () => undefined,
};

/** The error of a context, as it may be shown. */
export function shownError(error: unknown, mask: (error: unknown) => unknown): unknown {
  const shown = mask(error);
  return isError(shown) ? shown : String(shown);
}
