/** Names of query parameters that are credentials in every API. `key` or `token` alone may be a filter. */
const SECRET =
  /^(?:x[-_])?(?:(?:api|access|auth|private|client|session|refresh)[-_]?(?:key|token|secret)|password|authorization)$/i;

/** Whether a query parameter of this name holds a credential, so that it must not be shown or stored. */
export function isSecretParameter(name: string): boolean {
  return SECRET.test(name);
}

/** A URL for errors: the values of parameters that hold credentials are masked. */
export function maskedURL(url: string): string {
  return url.replace(/([?&])([^=&#]+)=([^&#]*)/g, (all, mark: string, name: string) =>
    isSecretParameter(name) ? `${mark}${name}=[redacted]` : all,
  );
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
