import type { Fault } from "./fault.ts";

/** When a step of a script is played. */
export interface FaultCondition {
  /** Only on the n-th request since the script was set, from 1. */
  readonly request?: number;
  /** Only on the n-th page of a list, from 1, counted by place in the direction of the walk. */
  readonly page?: number;
  /** Only on this path, as it is sent: `"/v1/models"`. */
  readonly path?: string;
  /** On how many requests it is played: 1 where it is left out, `"always"` for all. */
  readonly times?: number | "always";
}

/** One step of a script: a fault and when to play it. */
export type FaultStep = Fault & FaultCondition;

/**
 * What goes wrong, as plain JSON. Each request plays the first step that fits it and is not used up, so steps
 * without a condition are played one request after the other; `{ fault: "none" }` lets one pass. Any list of
 * steps is a valid script, and the same requests always meet the same faults.
 *
 * @example
 * ```ts
 * import type { FaultScript } from "pageturn/testing";
 *
 * const script: FaultScript = [
 *   { fault: "status", status: 529, times: 2 },         // requests 1 and 2
 *   { fault: "reset", at: "insideBody", page: 3 },      // page 3, the first time it is asked for
 *   { fault: "emptyPage", path: "/v1/models" },         // the next request for models
 * ];
 * ```
 */
export type FaultScript = readonly FaultStep[];
