import { ConfigurationError } from "../errors/pageturn-error.ts";
import { HEADER_VALUE } from "../pagination/request/strategy.ts";
import type { HttpRequest } from "./transport.ts";

const NAME = /^[!#$%&'*+\-.^_`|~\w]+$/;

/** Headers that have passed the check: a list sends the same object with every page. */
const seen = new WeakSet<object>();

/**
 * Throws for a header that HTTP cannot carry.
 *
 * The HTTP libraries check this too, but they quote the value, which may be a key with a line break at its
 * end, and they do it inside the attempt, where it would be taken for a connection failure and retried.
 *
 * @throws {@link ConfigurationError} naming the header, never its value.
 */
export function assertSendable(request: HttpRequest): void {
  if (seen.has(request.headers)) return;
  for (const [name, value] of Object.entries(request.headers)) {
    if (!NAME.test(name)) {
      throw new ConfigurationError(
        `Cannot send a header named ${JSON.stringify(name)} as a name must be letters, digits and -`,
      );
    }
    if (typeof value !== "string" || !HEADER_VALUE.test(value)) {
      throw new ConfigurationError(
        `Cannot send the header "${name}" as its value must be Latin-1 text without control characters. Look for a ` +
          "line break at its end",
      );
    }
  }
  seen.add(request.headers);
}
