import type { ApiProblem } from "./api-problem.ts";
import { errorTypeOf } from "./api-problem.ts";

/** What the server answers, before it is put on the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** How many items the body carries; null where it is no page. */
  readonly items: number | null;
}

const json = { "content-type": "application/json" };

/** An answer with a JSON text. */
export function pageAnswer(body: Uint8Array, items: number): Answer {
  return { status: 200, headers: json, body, items };
}

/** The API's answer to a request it refuses. */
export function errorAnswer({ status, message, headers }: ApiProblem, requestId: string): Answer {
  const body = errorBody({ type: errorTypeOf(status), message, requestId });
  return { status, headers: { ...json, ...headers }, body: Buffer.from(body), items: null };
}

/** The API's error body. */
function errorBody(error: {
  readonly type: string;
  readonly message: string;
  readonly requestId: string;
}): string {
  const { type, message, requestId } = error;
  return JSON.stringify({ type: "error", error: { type, message }, request_id: requestId });
}
