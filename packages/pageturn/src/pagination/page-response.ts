/** What is known of the response that a page came in. */
export interface PageResponse {
  /** The HTTP status. */
  readonly status: number;
  /** The response headers. */
  readonly headers: Headers;
  /** The `request-id` header, null where the server sent none. */
  readonly requestId: string | null;
  /** The absolute URL of the answer, after redirects. */
  readonly url: string;
  /** From the first attempt to the last byte, retries and their waits included, in milliseconds. */
  readonly durationMs: number;
}
