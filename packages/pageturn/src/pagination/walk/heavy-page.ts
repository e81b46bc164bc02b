import { APIResponseTooLargeError, APITimeoutError } from "../../errors/api-error.ts";
import { APIStatusError, GatewayTimeoutError, RequestTooLargeError } from "../../errors/api-status-error.ts";
import { valueAt } from "../request/page-request.ts";

/** How many timeouts in a row make the page smaller. A server that is down fails every size, each after its timeout and retries. */
const MAX_TIMEOUTS = 2;

/** How much of the body of an error is examined: a proxy may send a long document. */
const MAX_BODY_LENGTH = 2000;

const SAYS_TOO_LARGE =
  /\b(?:page|response|result|payload|body|limit)\b.{0,60}\btoo (?:large|big|heavy|long|many)\b|\b(?:reduce|lower|decrease|smaller)\b.{0,40}\b(?:limit|page|page_size)\b/is;

/** Decides whether a page is too heavy for the server, from the errors in a row since the last page. */
export class HeavyPages {
  #timeouts = 0;

  /** Whether a page of half the size may succeed where a request failed with `error`. Call it once for each error. */
  isTooHeavy(error: unknown): boolean {
    if (error instanceof APITimeoutError || error instanceof GatewayTimeoutError) {
      this.#timeouts += 1;
      return this.#timeouts <= MAX_TIMEOUTS;
    }
    return (
      error instanceof APIResponseTooLargeError ||
      error instanceof RequestTooLargeError ||
      (error instanceof APIStatusError && error.status >= 500 && SAYS_TOO_LARGE.test(bodyText(error.body)))
    );
  }

  /** Forgets the errors: a page has arrived, or the walk has thrown the last error. */
  reset(): void {
    this.#timeouts = 0;
  }
}

function bodyText(body: unknown): string {
  const message = valueAt(body, ["error", "message"]) ?? valueAt(body, "message") ?? body;
  return String(typeof message === "string" ? message : JSON.stringify(message)).slice(0, MAX_BODY_LENGTH);
}
