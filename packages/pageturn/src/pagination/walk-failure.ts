import { APIUserAbortError } from "../errors/api-user-abort-error.ts";
import { PaginationCycleError } from "../errors/pagination-cycle-error.ts";
import type { OutcomeReason } from "./outcome.ts";

/** Why a walk that failed with `error` ended. */
export function failureReason(error: unknown): OutcomeReason {
  if (error instanceof PaginationCycleError) return "cycle";
  const aborted =
    error instanceof APIUserAbortError || (error instanceof Error && error.name === "AbortError");
  return aborted ? "aborted" : "error";
}

/** The error, which from now on carries the checkpoint. */
export function withCheckpoint(error: unknown, value: unknown): unknown {
  // Not `Object.defineProperty`, which throws for an error that is frozen.
  if (error instanceof Error) {
    Reflect.defineProperty(error, "checkpoint", { value, configurable: true, writable: true });
  }
  return error;
}
