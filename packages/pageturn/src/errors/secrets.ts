/** Names of query parameters that are credentials in every API. `key` or `token` alone may be a filter. */
const SECRET =
  /^(?:x[-_])?(?:(?:api|access|auth|private|client|session|refresh)[-_]?(?:key|token|secret)|password|authorization)$/i;

/** Whether a query parameter of this name holds a credential, so that it must not be shown or stored. */
export function isSecretParameter(name: string): boolean {
  return SECRET.test(name);
}

/**
 * Names of parameters that sign a link, such as those of Amazon S3, Google Cloud Storage and Azure Storage: who has the link
 * has access. They belong to one link, not to the caller.
 */
const SIGNATURE =
  /^(?:x-[a-z]+-|q-|oss)?(?:signature|sig|security-?token|credential|access-?key-?id)$|^(?:hmac|googleaccessid|awsaccesskeyid|key-pair-id)$/i;

/** A URL for errors: the values of parameters that hold credentials, or that sign the URL, are masked. */
export function maskedURL(url: string): string {
  return url.replace(/([?&])([^=&#]+)=([^&#]*)/g, (all, mark: string, name: string) =>
    isMaskedParameter(name) ? `${mark}${name}=[redacted]` : all,
  );
}

/** Whether errors mask the value of a parameter. `written` is its name, also percent-encoded. */
export function isMaskedParameter(written: string): boolean {
  // Only ASCII letters and signs matter. A name that is not well formed stays as it is.
  const name = written.replace(/%[2-7][\da-f]/gi, decodeURIComponent);
  return isSecretParameter(name) || SIGNATURE.test(name);
}

/** Deeper than any library nests causes, and an end for causes that go in a circle. */
export const MAX_CAUSES = 8;

/** Masks credentials in the message and the stack of an error and of its causes. Returns the error. */
export function maskError(error: Error, mask: (text: string) => string): Error {
  let current: unknown = error;
  for (let depth = 0; depth <= MAX_CAUSES && current instanceof Error; depth += 1) {
    for (const name of ["message", "stack", "cause"]) {
      const text: unknown = Reflect.get(current, name);
      if (typeof text !== "string" || mask(text) === text) continue;
      Reflect.defineProperty(current, name, { value: mask(text), configurable: true, writable: true });
    }
    current = current.cause;
  }
  return error;
}
