import { isError } from "./instance-of.ts";

/** Names of query parameters that are credentials in every API. `key` or `token` alone may be a filter. */
const SECRET =
  /^(?:x[-_])?(?:(?:api|access|auth|private|client|session|refresh|subscription)[-_]?(?:key|token|secret)|secret|jwt|password|authorization)$/i;

/**
 * Names of parameters that sign a link, such as those of Amazon S3, Google Cloud Storage and Azure Storage: who has the link
 * has access.
 */
const SIGNED =
  /^(?:x-[a-z]+-|q-|oss)(?:signature|security-?token|credential|access-?key-?id)$|^(?:sig|hmac|googleaccessid|awsaccesskeyid|key-pair-id)$/i;

/** Names that are credentials with some servers and filters with others. */
const AMBIGUOUS =
  /(?:key|token|secret|password|passphrase|signature|credentials?)$|(?:^|[-_])(?:auth|oauth|pass|passwd|pwd|pw|sig|sign|jwt|hmac|otp)$|^(?:(?:(?:auth|authorization|access|device)[-_]?)?code|bearer|session|sid|appid)$/i;

/** Names that end in the same way, and are cursors or orders: an error that hides them cannot be understood. */
const PLACE =
  /(?:page|pagination|next|prev|previous|continue|continuation|cursor|start|starting|skip|sync|scroll|marker|sort|order|group|partition)[-_]?(?:key|token)$/i;

/**
 * Whether a query parameter holds a credential, so that its value must not be shown or stored. `written` is its name, also
 * percent-encoded.
 */
export function isSecretParameter(written: string): boolean {
  const name = plainName(written);
  return SECRET.test(name) || SIGNED.test(name);
}

/** Whether the value of a parameter is shown nowhere: a checkpoint needs a filter, an error or a log does not. */
export function isMaskedParameter(written: string): boolean {
  const name = plainName(written);
  return isSecretParameter(name) || (AMBIGUOUS.test(name) && !PLACE.test(name));
}

/** A name without the mark of an array. Only ASCII letters and signs matter: one that is not well formed stays as it is. */
function plainName(written: string): string {
  return written.replace(/%[2-7][\da-f]/gi, decodeURIComponent).replace(/\[\d*\]$/, "");
}

/**
 * Returns a URL as errors show it: a login, and the values of parameters that hold credentials or may hold one, are
 * `[redacted]`. Their names decide: `token` and `key` may hold one, and `page_token` does not.
 *
 * @example
 * ```ts
 * import { maskedURL } from "pageturn/client";
 *
 * console.log(maskedURL("https://api.example.com/notes?token=abc&limit=5"));
 * // https://api.example.com/notes?token=[redacted]&limit=5
 * ```
 */
export function maskedURL(url: string): string {
  return url
    .replace(/(:\/\/)[^/?#\s]*@/g, "$1[redacted]@")
    .replace(/([?&])([^=&#]+)=([^&#]*)/g, (all, mark: string, name: string) =>
      isMaskedParameter(name) ? `${mark}${name}=[redacted]` : all,
    );
}

/** The value of a header as HTTP sends it: without blanks at its ends. */
export function withoutBlanks(value: string): string {
  return value.replace(/^[ \t]+|[ \t]+$/g, "");
}

/** Deeper than any library nests causes, and an end for causes that go in a circle. */
export const MAX_CAUSES = 8;

/** Masks credentials in the message and the stack of an error and of its causes. Returns the error. */
export function maskError(error: Error, mask: (text: string) => string): Error {
  let current: unknown = error;
  for (let depth = 0; depth <= MAX_CAUSES && isError(current); depth += 1) {
    for (const name of ["message", "stack", "cause"]) {
      const text: unknown = Reflect.get(current, name);
      if (typeof text !== "string" || mask(text) === text) continue;
      Reflect.defineProperty(current, name, { value: mask(text), configurable: true, writable: true });
    }
    current = current.cause;
  }
  return error;
}
