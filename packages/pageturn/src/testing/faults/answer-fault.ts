import { type Answer, ApiProblem, encodeText, errorAnswer, errorTypeOf } from "../answer.ts";
import { mixHash } from "../data/position-code.ts";
import type { Fault } from "./fault.ts";

/** Returns the error that a fault sends instead of a page, or `null` if the page is to be sent. */
export function playStatusFault(
  fault: Fault,
  { hasCursor, requestId }: { readonly hasCursor: boolean; readonly requestId: string },
): Answer | null {
  if (fault.fault === "cursorExpired" && hasCursor) {
    return errorAnswer(new ApiProblem(fault.status ?? 400, "Invalid or expired cursor"), requestId);
  }
  if (fault.fault !== "status") return null;
  const { status, headers = {}, message = errorTypeOf(status).replaceAll("_", " "), body } = fault;
  const answer = errorAnswer(new ApiProblem(status, message, headers), requestId);
  return body === undefined ? answer : { ...answer, body: encodeText(body) };
}

/**
 * Returns the answer with the body or the content type that the fault changes. The fault `gzipBomb` is played where the answer
 * is sent, because not every sender can compress.
 */
export function playBodyFault(answer: Answer, fault: Fault): Answer {
  switch (fault.fault) {
    case "contentType": {
      const { "content-type": _, ...others } = answer.headers;
      const headers = fault.value === null ? others : { ...others, "content-type": fault.value };
      return { ...answer, headers };
    }
    case "body":
      return replaced(encodeText(fault.body), fault.contentType);
    case "truncatedJson": {
      const { byteLength } = answer.body;
      const keep = Math.max(0, byteLength - (fault.bytes ?? Math.ceil(byteLength / 2)));
      return { ...answer, body: answer.body.subarray(0, keep) };
    }
    case "garbageBody":
      return replaced(garbage(fault.bytes ?? 512));
    default:
      return answer;
  }
}

/** Returns an answer with status 200 and this body, which is not a page. */
export function replaced(body: Uint8Array, contentType = "application/json"): Answer {
  return { status: 200, headers: { "content-type": contentType }, body, items: null };
}

/** Returns bytes that look random and are the same on every run. They are neither UTF-8 nor HTTP. */
export function garbage(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, at) => (at === 0 ? 0xff : mixHash(at, bytes) % 256));
}

/** The body of the fault `gzipBomb` before it is packed: an empty page with `spaces` spaces between head and tail. */
export function bombText({ bytes = 64 * 2 ** 20 }: Fault<"gzipBomb">): {
  readonly head: Uint8Array<ArrayBuffer>;
  readonly spaces: number;
  readonly tail: Uint8Array<ArrayBuffer>;
} {
  const head = encodeText('{"data":[],');
  const tail = encodeText('"has_more":false}');
  return { head, spaces: Math.max(0, bytes - head.length - tail.length), tail };
}
