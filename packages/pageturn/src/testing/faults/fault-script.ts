import { ConfigurationError } from "../../errors/pageturn-error.ts";
import type { Fault, FaultName } from "./fault.ts";

/** When a step of a script is played. */
export interface FaultCondition {
  /** Only on the n-th request since the script was set, from 1. */
  readonly request?: number;
  /** Only on the n-th page of a list, from 1, counted by place in the direction of the walk. */
  readonly page?: number;
  /** Only on this path, as it is sent: `"/v1/models"`. */
  readonly path?: string;
  /** The number of requests that the step is played on, or `"always"`. Default: 1. */
  readonly times?: number | "always";
}

/** One step of a script: a fault and when to play it. */
export type FaultStep = Fault & FaultCondition;

/**
 * The faults of a mock server, as plain JSON. Each request plays the first step that matches it and is not used
 * up, so steps without a condition are played one request after the other. `{ fault: "none" }` lets a request
 * pass. The same requests always meet the same faults.
 *
 * @example
 * ```ts
 * import type { FaultScript } from "pageturn/testing";
 *
 * const script: FaultScript = [
 *   { fault: "status", status: 529, times: 2 },         // requests 1 and 2
 *   { fault: "reset", at: "insideBody", page: 3 },      // page 3, the first time it is requested
 *   { fault: "emptyPage", path: "/v1/models" },         // the next request for models
 * ];
 * ```
 */
export type FaultScript = readonly FaultStep[];

/** All faults with their fields; `?` marks optional ones. The type makes the compiler require new faults. */
const faults: Readonly<Record<FaultName, string>> = {
  none: "",
  delay: "ms",
  status: "status headers? message? body?",
  cursorExpired: "status?",
  itemsInserted: "count?",
  itemsDeleted: "count?",
  dropFilters: "",
  repeatCursor: "",
  cycle: "length offset?",
  endless: "items",
  offByOne: "by",
  emptyPage: "",
  duplicateItems: "count?",
  hasMore: "value",
  setFields: "fields",
  dropFields: "names",
  setItemFields: "fields",
  dropItemFields: "names",
  contentType: "value",
  body: "body contentType?",
  truncatedJson: "bytes?",
  garbageBody: "bytes?",
  gzipBomb: "bytes?",
  reset: "at",
  cutOff: "framing",
  trickle: "chunkBytes? everyMs?",
  never: "after?",
  garbageHttp: "",
};

/** The fields of `FaultCondition`, which every step can have. */
const conditions = "request? page? path? times?";

/** The ranges of the numbers in a step. */
const ranges: Readonly<Record<string, readonly [min: number, max: number]>> = {
  request: [1, Number.MAX_SAFE_INTEGER],
  page: [1, Number.MAX_SAFE_INTEGER],
  times: [0, Number.MAX_SAFE_INTEGER],
  status: [200, 599],
  ms: [0, 2 ** 31 - 1],
  everyMs: [0, 2 ** 31 - 1],
  count: [0, 1_000_000],
  length: [1, 1_000_000],
  offset: [1, 1_000_000],
  by: [-1, 1],
  chunkBytes: [1, 2 ** 30],
  bytes: [0, 2 ** 32 - 1],
};

/**
 * Throws `ConfigurationError` for a step with an unknown fault, a missing or unknown field, or a number out of
 * range.
 */
export function checkScript(script: FaultScript): void {
  if (!Array.isArray(script))
    throw new ConfigurationError("Cannot play the script because it must be an array of steps");
  for (const [at, step] of script.entries()) {
    const problem = problemOf(step);
    if (problem !== null)
      throw new ConfigurationError(`Cannot play step ${at} of the script because ${problem}`);
  }
}

/** Returns what is wrong with a step, or `null`. */
function problemOf(step: FaultStep): string | null {
  if (!Object.hasOwn(faults, step?.fault)) {
    return `"${step?.fault}" is not a fault: use one of ${Object.keys(faults).join(", ")}`;
  }
  const own = faults[step.fault].split(" ").filter(Boolean);
  const missing = own.find((field) => !field.endsWith("?") && Reflect.get(step, field) === undefined);
  if (missing !== undefined) return `the fault ${step.fault} requires "${missing}"`;
  const fields = [...own, ...conditions.split(" ")].map((field) => field.replace("?", ""));
  const unknown = Object.keys(step).find((name) => name !== "fault" && !fields.includes(name));
  if (unknown !== undefined) {
    return `the fault ${step.fault} has no field "${unknown}": its fields are ${fields.join(", ")}`;
  }
  for (const [name, [min, max]] of Object.entries(ranges)) {
    const value: unknown = Reflect.get(step, name);
    if (value === undefined || (name === "times" && value === "always")) continue;
    if (!Number.isInteger(value) || Number(value) < min || Number(value) > max) {
      return `"${name}" must be a whole number from ${min} to ${max}: current value is ${value}`;
    }
  }
  return null;
}

/** The properties of a request that select a step. */
export interface ScriptCue {
  readonly path: string;
  /** `null` if the request is not for a page. */
  readonly page: number | null;
}

/** Plays a script, request by request. */
export class ScriptPlayer {
  readonly #steps: { readonly step: FaultStep; left: number }[];
  #requests = 0;

  constructor(script: FaultScript) {
    this.#steps = script.map((step) => ({ step, left: timesOf(step) }));
  }

  /** Returns the fault for the next request. */
  next(cue: ScriptCue): Fault {
    this.#requests++;
    const entry = this.#steps.find(({ step, left }) => left > 0 && this.#matches(step, cue));
    if (entry === undefined) return { fault: "none" };
    entry.left--;
    return entry.step;
  }

  #matches({ request, page, path }: FaultStep, cue: ScriptCue): boolean {
    if (request !== undefined && request !== this.#requests) return false;
    if (page !== undefined && page !== cue.page) return false;
    return path === undefined || path === cue.path;
  }
}

function timesOf({ times = 1 }: FaultStep): number {
  return times === "always" ? Number.POSITIVE_INFINITY : times;
}
