import type { Fault } from "./fault.ts";
import type { FaultScript, FaultStep } from "./fault-script.ts";

/** What of a request decides which step it plays. */
export interface ScriptCue {
  readonly path: string;
  /** Null where the request is none for a page. */
  readonly page: number | null;
}

const nothing: Fault = { fault: "none" };

/** Goes through a script, request by request. */
export class ScriptPlayer {
  readonly #steps: { readonly step: FaultStep; left: number }[];
  #requests = 0;

  constructor(script: FaultScript) {
    this.#steps = script.map((step) => ({ step, left: timesOf(step) }));
  }

  /** The fault for the next request. */
  next(cue: ScriptCue): Fault {
    this.#requests++;
    for (const entry of this.#steps) {
      if (entry.left <= 0 || !this.#fits(entry.step, cue)) continue;
      entry.left--;
      return entry.step;
    }
    return nothing;
  }

  #fits({ request, page, path }: FaultStep, cue: ScriptCue): boolean {
    if (request !== undefined && request !== this.#requests) return false;
    if (page !== undefined && page !== cue.page) return false;
    return path === undefined || path === cue.path;
  }
}

function timesOf({ times = 1 }: FaultStep): number {
  return times === "always" ? Number.POSITIVE_INFINITY : times;
}
