import { isPlainObject } from "../../pagination/request/check-option.ts";
import {
  choice,
  headers,
  headerText,
  json,
  listOf,
  optional,
  type Rule,
  type Rules,
  recordOf,
  refused,
  rule,
  shape,
  text,
  whole,
} from "../rule.ts";
import type { Fault, FaultMembers, FaultName } from "./fault.ts";

/** When a step of a script is played. */
export interface FaultCondition {
  /** Only on the n-th request since the script was set, from 1. */
  readonly request?: number;
  /** Only on the n-th page of a list, from 1, counted by place in the direction of the walk. */
  readonly page?: number;
  /** Only on this path, as it is sent: `"/v1/models"`. The server must serve a list there. */
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

const milliseconds = whole(0, 2 ** 31 - 1);
const items = whole(0, 1_000_000);
const pages = whole(1, 1_000_000);
const bytes = optional(whole(0, 2 ** 32 - 1));
const headerOrNull: Rule = (name, value) => {
  if (value !== null) headerText(name, value);
};

/** All faults with the rules of their members. The type makes the compiler require new faults and members. */
const faults: { readonly [Name in FaultName]: Rules<FaultMembers[Name]> } = {
  none: {},
  delay: { ms: milliseconds },
  status: {
    status: whole(200, 599),
    headers: optional(headers),
    message: optional(text),
    body: optional(text),
  },
  cursorExpired: { status: optional(choice(400, 404, 410)) },
  itemsInserted: { count: optional(items) },
  itemsDeleted: { count: optional(items) },
  dropFilters: {},
  repeatCursor: {},
  cycle: { length: pages, offset: optional(pages) },
  endless: { items: choice("same", "none") },
  offByOne: { by: choice(-1, 1) },
  emptyPage: {},
  duplicateItems: { count: optional(items) },
  hasMore: { value: json },
  setFields: { fields: recordOf(json) },
  dropFields: { names: listOf(text) },
  setItemFields: { fields: recordOf(json) },
  dropItemFields: { names: listOf(text) },
  contentType: { value: headerOrNull },
  body: { body: text, contentType: optional(headerText) },
  truncatedJson: { bytes },
  garbageBody: { bytes },
  gzipBomb: { bytes },
  reset: { at: choice("beforeHeaders", "insideHeaders", "afterHeaders", "insideBody") },
  cutOff: { framing: choice("contentLength", "chunked") },
  trickle: { chunkBytes: optional(whole(1, 2 ** 30)), everyMs: optional(milliseconds) },
  never: { after: optional(choice("nothing", "headers", "halfBody")) },
  garbageHttp: {},
};

const faultName = choice(...Object.keys(faults));

/**
 * Throws `ConfigurationError` for a fault or member that does not exist, for a missing member and for a value
 * that is not allowed. `isServed` says whether the server has a list at a path.
 */
export function checkScript(script: FaultScript, isServed: (path: string) => boolean): void {
  const conditions: Rules<FaultCondition> = {
    request: optional(whole(1)),
    page: optional(whole(1)),
    path: optional(
      rule(
        "the path of a list, which can be one of the option endpoints",
        (value) => typeof value === "string" && isServed(value),
      ),
    ),
    times: (name, value) => {
      if (value !== "always") optional(whole(0))(name, value);
    },
  };
  const step = (name: string, value: unknown): void => {
    if (!isPlainObject(value)) throw refused(name, value, 'a step such as { fault: "emptyPage" }');
    faultName(`${name}.fault`, value["fault"]);
    const fault = value["fault"] as FaultName; // a name of the table, as just checked
    shape({ fault: faultName, ...faults[fault], ...conditions })(`${name} (fault "${fault}")`, value);
  };
  if (!Array.isArray(script)) throw refused("script", script, 'an array such as [{ fault: "emptyPage" }]');
  listOf(step)("script", script);
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
    this.#steps = script.map((step) => {
      const { times = 1 } = step;
      return { step, left: times === "always" ? Number.POSITIVE_INFINITY : times };
    });
  }

  /** Returns the fault for the next request. */
  next(cue: ScriptCue): Fault {
    const current = ++this.#requests;
    const entry = this.#steps.find(
      ({ step: { request = current, page = cue.page, path = cue.path }, left }) =>
        left > 0 && request === current && page === cue.page && path === cue.path,
    );
    if (entry === undefined) return { fault: "none" };
    entry.left--;
    return entry.step;
  }
}
