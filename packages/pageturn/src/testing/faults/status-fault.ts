import { type Answer, errorAnswer } from "../answer.ts";
import { ApiProblem, errorTypeOf } from "../api-problem.ts";
import type { Fault } from "./fault.ts";

/** Faults that answer with a status instead of a page. */
export type StatusFault =
  | {
      /** Any status, by default with the API's error body. */
      readonly fault: "status";
      /** 200 to 599. */
      readonly status: number;
      /** Added to the answer: `retry-after`, `x-should-retry`, `location`. */
      readonly headers?: Readonly<Record<string, string>>;
      /** Takes the place of the API's message. */
      readonly message?: string;
      /** Takes the place of the API's error body. */
      readonly body?: string;
    }
  | {
      /** The cursor of the request is known no more. A first page is answered normally. */
      readonly fault: "cursorExpired";
      /** 400 where it is left out. */
      readonly status?: 400 | 404 | 410;
    };

/** What a fault needs to know of the request it is played on. */
export interface StatusContext {
  readonly hasCursor: boolean;
  readonly requestId: string;
}

/** The answer a fault gives instead of a page; null where it gives none. */
export function playStatusFault(fault: Fault, { hasCursor, requestId }: StatusContext): Answer | null {
  if (fault.fault === "cursorExpired" && hasCursor) {
    return errorAnswer(new ApiProblem(fault.status ?? 400, "Invalid or expired cursor"), requestId);
  }
  if (fault.fault !== "status") return null;
  const { status, headers = {}, message = errorTypeOf(status).replaceAll("_", " "), body } = fault;
  const answer = errorAnswer(new ApiProblem(status, message, headers), requestId);
  return body === undefined ? answer : { ...answer, body: Buffer.from(body) };
}
