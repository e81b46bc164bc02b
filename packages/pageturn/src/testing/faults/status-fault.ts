import { type Answer, errorAnswer } from "../answer.ts";
import { ApiProblem, errorTypeOf } from "../api-problem.ts";
import type { Fault } from "./fault.ts";

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
