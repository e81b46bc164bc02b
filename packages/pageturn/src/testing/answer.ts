/** A response before it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The number of items in the body; `null` if the body is not a page. */
  readonly items: number | null;
}

const json = { "content-type": "application/json" };

const errorTypes: Readonly<Record<number, string>> = {
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  409: "conflict_error",
  413: "request_too_large",
  429: "rate_limit_error",
  504: "timeout_error",
  529: "overloaded_error",
};

/** A request that the API refuses. It is thrown while a request is read, and sent as the API's error body. */
export class ApiProblem extends Error {
  override name = "ApiProblem";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** Returns a page as an answer with status 200. */
export function pageAnswer(body: Uint8Array, items: number): Answer {
  return { status: 200, headers: json, body, items };
}

/** Returns the API's answer to a request that it refuses. */
export function errorAnswer({ status, message, headers }: ApiProblem, requestId: string): Answer {
  const error = { type: errorTypeOf(status), message };
  const body = JSON.stringify({ type: "error", error, request_id: requestId });
  return { status, headers: { ...json, ...headers }, body: encodeText(body), items: null };
}

/** Returns the error type that the API uses for a status. */
export function errorTypeOf(status: number): string {
  return errorTypes[status] ?? (status >= 500 ? "api_error" : "invalid_request_error");
}

/** Returns a text as the bytes of a body. */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  // Made here, as the module also has to load where the global is missing: in Jest with jsdom.
  return new TextEncoder().encode(text);
}
