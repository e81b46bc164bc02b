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
