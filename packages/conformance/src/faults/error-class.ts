import * as Sdk from "@anthropic-ai/sdk";
import * as Ours from "pageturn";
import type { Failure } from "./fault-case.ts";

/** Says whether an error tells what failed: of a class made for it, with what there is to know. */
export type IsRightClass = (error: unknown, failure: Failure | undefined) => boolean;

/** The errors of pageturn: there is a class for each of these failures. */
export const isRightForPageturn: IsRightClass = (error, failure) => {
  switch (failure) {
    case "connection":
      return error instanceof Ours.APIConnectionError && !(error instanceof Ours.APITimeoutError);
    case "timeout":
      return error instanceof Ours.APITimeoutError;
    case "not a list":
      return error instanceof Ours.APIResponseValidationError;
    case "too large":
      return error instanceof Ours.APIResponseTooLargeError;
    case "expired cursor":
      return error instanceof Ours.CursorExpiredError;
    case "loop":
      return error instanceof Ours.PaginationCycleError;
    case "no progress":
      return error instanceof Ours.PaginationError;
    case undefined:
      return error instanceof Ours.PageturnError;
    default:
      return error instanceof Ours.APIStatusError && error.status === failure.status;
  }
};

/** The errors of the official SDK: for what it has no class, any error of its own counts as right. */
export const isRightForSdk: IsRightClass = (error, failure) => {
  if (failure === "timeout") return error instanceof Sdk.APIConnectionTimeoutError;
  if (failure === "connection") return error instanceof Sdk.APIConnectionError;
  if (typeof failure === "object") return error instanceof Sdk.APIError && error.status === failure.status;
  return error instanceof Sdk.AnthropicError;
};
