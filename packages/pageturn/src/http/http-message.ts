/** One HTTP request, ready to be sent. Every member can be posted to another thread. */
export interface HttpRequest {
  readonly method: string;
  /** Absolute, with its query, without user name or password. */
  readonly url: string;
  /** Names in lower case. Credentials are in here: never log it, never put it into an error. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text, null for none. */
  readonly body: string | null;
}

/** One HTTP response, whole. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case, several values of one name joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes after decompression. */
  readonly body: Uint8Array;
}
