import { utf8 } from "#default-transport";
import { requestName } from "../errors/api-error.ts";
import { type APIStatusError, statusError } from "../errors/api-status-error.ts";
import { isMaskedParameter, withoutBlanks } from "../errors/secrets.ts";
import { MAX_RETRY_AFTER_MS, retryAfter } from "../http/retry-policy.ts";
import { isRedirect, type SendResult } from "../http/send.ts";
import type { HttpRequest, HttpResponse } from "../http/transport.ts";
import { type FetchedPage, notAList } from "../pagination/page/page-body.ts";
import { isJsonObject, type PageResponse } from "../pagination/request/page-request.ts";
import { type QueryParams, wirePairs } from "../pagination/request/query.ts";
import type { ApiRules } from "./client-config.ts";
import type { RequestHeaders } from "./client-options.ts";
import { repeatedSegments } from "./list-path.ts";

/** Headers that hold credentials, in any API. */
const SECRET_HEADER =
  /(?:^|[-_])(?:key|apikey|token|secret|auth|passwd|password|authorization|authentication|cookie|credentials?|signature)$/;
/** Stands for a credential. */
export const MASK = "[redacted]";

/** Whether a header, its name in lower case, holds a credential. */
export function isSecretHeader(name: string): boolean {
  return SECRET_HEADER.test(name);
}

/** Masks credentials in a text. */
export type Redact = (text: string) => string;

/** A function that masks the credentials of a request: a server may send them back anywhere. */
export function redactor(headers: RequestHeaders, query: QueryParams = {}): Redact {
  const values = [
    ...Object.entries(headers).flatMap(([name, value]) => (isSecretHeader(name) ? value : [])),
    ...wirePairs(query).flatMap(([name, text]) => (isMaskedParameter(name) ? text : [])),
  ];
  const plain = values.flatMap((value) => [
    value,
    withoutBlanks(value),
    withoutBlanks(value).replace(/^\w+ /, ""),
  ]);
  // A lone surrogate has no escaped form.
  const escaped = plain.map((value) => encodeURIComponent(value.replace(/\p{Surrogate}/gu, "")));
  const secrets = [...new Set([...plain, ...escaped])]
    .filter((secret) => secret.length > 3)
    // A shorter one may be a part of a longer one, whose rest would stay.
    .sort((one, other) => other.length - one.length);
  return (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
}

/** How the answers of a list are read. */
export interface ReadOptions {
  readonly redact: Redact;
  readonly rules: ApiRules;
}

/**
 * The decoded page in an answer.
 *
 * Throws an `APIStatusError` for a status other than 2xx, and an `APIResponseValidationError` for a 2xx whose body
 * is not JSON.
 */
export function fetchedPage(request: HttpRequest, result: SendResult, options: ReadOptions): FetchedPage {
  const { status, body, undecodable } = result.response;
  const answer = new AnswerInfo(result, options.redact);
  if (status < 200 || status > 299)
    throw statusFailure(request, { result, answer: forErrors(result, options), ...options });
  if (undecodable !== undefined) {
    const response = forErrors(result, options);
    throw notAList(wrongEncoding(response, undecodable), {
      method: request.method,
      response,
      headers: response.headers,
      remedy: ENCODING_REMEDY,
    });
  }
  // A byte-order mark at the front is left out. Bytes that are not UTF-8 become U+FFFD.
  const text = utf8.decode(body);
  try {
    return { body: JSON.parse(jsonIn(text, result.response)), response: answer };
  } catch {
    const response = forErrors(result, options);
    throw notAList(whatItIs(options.redact(text), response), {
      method: request.method,
      response,
      headers: response.headers,
    });
  }
}

/**
 * The JSON in a body. That of a JSON-RPC server (MCP) may be an event stream: it is the message with a result or an error, behind
 * any number of notifications. A text without such a message is returned as it is.
 */
function jsonIn(text: string, { headers }: HttpResponse): string {
  // Not those of the page: the first `Headers` of a program loads the fetch of Node.
  if (!/^text\/event-stream\b/i.test(headers["content-type"] ?? "")) return text;
  let data = "";
  for (const line of [...text.split(/\r\n|\n|\r/), ""]) {
    if (line.startsWith("data:")) data += `${line.slice(5)}\n`;
    if (line !== "") continue;
    if (isReply(data)) return data;
    data = "";
  }
  return text;
}

function isReply(data: string): boolean {
  try {
    const message: unknown = JSON.parse(data);
    return isJsonObject(message) && ("result" in message || "error" in message);
  } catch {
    return false;
  }
}

/** The error for an error body under a 2xx that stands for `status`. */
export function hiddenFailure(
  request: HttpRequest,
  { status, result, ...options }: ReadOptions & { readonly status: number; readonly result: SendResult },
): APIStatusError {
  return statusFailure(request, {
    status,
    result,
    answer: forErrors(result, options),
    ...options,
  });
}

interface StatusFailure extends ReadOptions {
  readonly result: SendResult;
  readonly answer: PageResponse;
  /** The status that an error body under a 2xx stands for. */
  readonly status?: number;
}

/** The error for an answer that is not a page. Credentials that the server sent back are masked. */
function statusFailure(sent: HttpRequest, failure: StatusFailure): APIStatusError {
  const { result, answer, redact, rules, status = answer.status } = failure;
  const { requestId, url, headers } = answer;
  const body = decoded(redact(jsonIn(utf8.decode(result.response.body), result.response)), redact);
  const { type = null, message = null } = rules.readError?.(body) ?? {};
  const request = { method: sent.method, url };
  const ownType = type === String(status) ? null : type;
  const details = [ownType, requestId && `request ${requestId}`].filter(Boolean).join(", ");
  const attempts = result.retries === 0 ? "" : ` after ${result.retries + 1} attempts`;
  const hidden = failure.status === undefined ? "" : `, but with an error that stands for status ${status}`;
  const said = message?.slice(0, 2000) ?? excerpt(body);
  const end = remedies(status, { sent, headers }, rules);
  // A remedy begins with a full stop of its own.
  const text = details !== "" ? `${said} (${details})` : end === "" ? said : said.replace(/\.$/, "");
  return statusError(`${requestName(request)} answered ${answer.status}${attempts}${hidden}: ${text}${end}`, {
    status,
    headers,
    requestId,
    type,
    body,
    request,
  });
}

function decoded(text: string, redact: Redact): unknown {
  try {
    // Once more inside, as a JSON text can spell a character in several ways.
    return JSON.parse(text, (_key, value) => (typeof value === "string" ? redact(value) : value));
  } catch {
    return text;
  }
}

function excerpt(body: unknown): string {
  const text = typeof body === "string" ? body.trim() : JSON.stringify(body);
  return text === "" ? "(no body)" : text.slice(0, 500);
}

interface AnsweredRequest {
  readonly sent: HttpRequest;
  /** The headers of the answer. */
  readonly headers: Headers;
}

/** What to do about a status: sentences, each with a full stop before it. */
function remedies(status: number, answered: AnsweredRequest, { remedy }: ApiRules): string {
  const repeated = status === 404 ? repeatedSegments(answered.sent.url) : null;
  const sentences = [
    waitRemedy(status, answered.headers) ?? remedy?.(status) ?? generalRemedy(status, answered),
    repeated === null
      ? undefined
      : `The path repeats "${repeated}": the likely cause is a baseURL that ends in it. Leave it out of baseURL`,
  ];
  return sentences.map((sentence) => (sentence === undefined ? "" : `. ${sentence}`)).join("");
}

/** What to do where the server asks for a wait that no retry makes; undefined where it does not. */
function waitRemedy(status: number, headers: Headers): string | undefined {
  const wait = retryAfter(Object.fromEntries(headers), { now: Date.now() }) ?? 0;
  if (status >= 400 && wait > MAX_RETRY_AFTER_MS)
    return (
      `The server asks for a wait of ${Math.ceil(wait / 1000)} seconds, and after more than ${MAX_RETRY_AFTER_MS / 1000} no request ` +
      "is sent again: try again after the wait"
    );
  // A rate limit that is answered with 403, as by GitHub, says nothing of the credentials.
  const text = status === 403 ? headers.get("retry-after") : null;
  return text === null ? undefined : `The server asks for a wait (retry-after: ${text.slice(0, 40)})`;
}

function generalRemedy(status: number, { sent, headers }: AnsweredRequest): string | undefined {
  const location = headers.get("location");
  const isLast = headers.get("x-should-retry") === "false";
  if (status >= 500) return isLast ? "Try again later" : "Try again later, or raise maxRetries";
  if (status === 429) return `Send fewer requests (pace: "auto")${isLast ? "" : " or raise maxRetries"}`;
  if (status >= 400 || (status >= 200 && status < 300)) return undefined;
  if (status === 304)
    return "Leave out the headers if-none-match and if-modified-since: they ask for this answer";
  const { url, method } = sent;
  if (status !== 0 && (location === null || !URL.canParse(location, url)))
    return "The answer does not say where else the list is: check baseURL and the path";
  if (location === null || new URL(location, url).origin !== new URL(url).origin)
    return "Redirects to another origin, and in browsers all, are not followed: set baseURL";
  if (!isRedirect(status)) return "The answer leads to another path: list that one";
  return method === "GET"
    ? "More than five redirects in a row are not followed: check baseURL and the path"
    : `A redirect of a ${method} is not followed: list the path that it leads to`;
}

const ENCODING_REMEDY =
  "A proxy between this program and the server is the likely cause: check it, or send the header " +
  '"accept-encoding": "identity"';

function wrongEncoding({ headers }: PageResponse, why: string): string {
  const encoding = JSON.stringify((headers.get("content-encoding") ?? "").slice(0, 60));
  return `the header content-encoding says ${encoding}, but the body cannot be decoded as that (${why})`;
}

function whatItIs(text: string, { headers, status }: PageResponse): string {
  // Not taken for an empty list: a server that lost its items may answer the same.
  if (status === 204 || status === 205) return `status ${status} means that there is no body`;
  if (text.trim() === "") return "the body is empty";
  const kind = /^\s*</.test(text)
    ? "HTML or XML"
    : /^\s*[[{]/.test(text)
      ? "JSON that is cut off or broken"
      : "not JSON";
  const encoding = headers.get("content-encoding");
  const names = `content-type ${headers.get("content-type") ?? "none"}${encoding === null ? "" : `, content-encoding ${encoding}`}`;
  return `the body is ${kind} (${names}) and begins with ${JSON.stringify(text.slice(0, 60))}`;
}

/** An answer as errors show it: a server may send credentials back in its headers. Strategies read the real ones. */
function forErrors(result: SendResult, { redact }: ReadOptions): PageResponse {
  const { status, requestId, url, durationMs } = new AnswerInfo(result, redact);
  const headers = Object.entries(result.response.headers).map(([name, value]) => [name, redact(value)]);
  return { status, requestId, url, durationMs, headers: new Headers(Object.fromEntries(headers)) };
}

/** Holds no more of an answer than it shows: a page that is kept must not keep its bytes. */
class AnswerInfo implements PageResponse {
  readonly status: number;
  readonly requestId: string | null;
  readonly url: string;
  readonly durationMs: number;
  readonly #fields: HttpResponse["headers"];
  readonly #redact: Redact;
  #headers: Headers | undefined;

  constructor({ response, url, durationMs }: SendResult, redact: Redact) {
    this.status = response.status;
    this.requestId = redact(response.headers["request-id"] ?? "") || null;
    this.#redact = redact;
    this.url = redact(url);
    this.durationMs = durationMs;
    this.#fields = response.headers;
  }

  /** Made only when it is read: most pages are walked over without. */
  get headers(): Headers {
    this.#headers ??= new Headers(this.#fields);
    return this.#headers;
  }

  header(name: string): string | null {
    const key = name.toLowerCase();
    return Object.hasOwn(this.#fields, key) ? this.#redact(this.#fields[key] ?? "") : null;
  }
}
