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

/** One HTTP response with its whole body. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case, several values of one name joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes after decompression. */
  readonly body: Uint8Array;
  /** Why the body cannot be decoded as its `content-encoding` says; `body` is empty then. */
  readonly undecodable?: string | undefined;
}

/** The longest time a timer of JavaScript can run, about 24 days; a longer one fires at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** The bounds of one attempt. */
export interface AttemptOptions {
  /** Milliseconds for the whole attempt, the body included; `0` for no limit. */
  readonly timeout: number;
  /** The most bytes a body may have after decompression. */
  readonly maxResponseBytes: number;
  /** Ends the attempt. */
  readonly signal?: AbortSignal | undefined;
}

/** A pool of connections, as `new http.Agent()` and `new https.Agent()` of Node make it. */
export interface NodeAgent {
  readonly maxSockets: number;
  destroy(): void;
}

/** Certificates for https, PEM as text or bytes, as `tls.connect()` of Node takes them. */
export interface TLSOptions {
  /** The authorities that are trusted, instead of those that Node knows. */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined;
  /** The certificate of the client, for servers that ask for one. */
  readonly cert?: string | Uint8Array | undefined;
  /** The private key of `cert`. */
  readonly key?: string | Uint8Array | undefined;
  /** Certificate and key in one, as PKCS #12. */
  readonly pfx?: Uint8Array | undefined;
  /** The password of `key` or `pfx`. */
  readonly passphrase?: string | undefined;
}

/** How the connections of a transport are made. */
export interface ConnectionOptions {
  /** Makes the connections instead of a pool of the transport. The proxies of the environment are up to it. */
  readonly agent?: NodeAgent | undefined;
  readonly tls?: TLSOptions | undefined;
}

/**
 * Sends one request, once. It follows no redirect and judges no status.
 *
 * It rejects with `APIConnectionError`, `APITimeoutError`, `APIResponseTooLargeError` or, where the signal fired,
 * `APIUserAbortError`; with `ConfigurationError` where the environment cannot be used. A fault in a program, such as a
 * `TypeError` of the caller's own `fetch`, is not a failure of the network: it is passed on as it is.
 */
export interface Transport {
  attempt(request: HttpRequest, options: AttemptOptions): Promise<HttpResponse>;
  /** Closes the connections that are idle and those that become idle. The transport stays usable. */
  close(): Promise<void>;
}

/** The port of a URL, which need not name that of its protocol. */
export function portOf({ protocol, port }: Pick<URL, "protocol" | "port">): number {
  return port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
}
