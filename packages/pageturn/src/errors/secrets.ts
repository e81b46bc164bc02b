/** Query parameters that hold credentials in some API. A cursor such as `page_token` is none. */
const SECRET =
  /^(?:(?:x[-_])?(?:api|access|auth|private|secret|client|session|refresh|id)[-_]?(?:key|token|secret)|key|secret|token|password|passwd|authorization|signature|sig|jwt)$/i;

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
