import { ConfigurationError } from "../../errors/pageturn-error.ts";
import type { FaultName } from "./fault.ts";
import type { FaultScript, FaultStep } from "./fault-script.ts";

/** All faults and their fields; a `?` marks those that can be left out. The type makes the compiler ask for new faults. */
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

/** The fields that every step can have: when it is played. */
const conditions = "request? page? path? times?";

/** The ranges of the numbers a step can have. */
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

/** Throws `ConfigurationError` where a step has no known fault, lacks a field, has a strange one or a number out of range. */
export function checkScript(script: FaultScript): void {
  if (!Array.isArray(script))
    throw new ConfigurationError("Cannot play the script as it must be an array of steps");
  for (const [at, step] of script.entries()) {
    const why = flawOf(step);
    if (why !== null) throw new ConfigurationError(`Cannot play step ${at} of the script as ${why}`);
  }
}

/** What is wrong with a step; null where nothing is. */
function flawOf(step: FaultStep): string | null {
  if (!Object.hasOwn(faults, step?.fault)) {
    return `"${step?.fault}" is no fault: use one of ${Object.keys(faults).join(", ")}`;
  }
  const own = faults[step.fault].split(" ").filter(Boolean);
  const missing = own.find((field) => !field.endsWith("?") && Reflect.get(step, field) === undefined);
  if (missing !== undefined) return `the fault ${step.fault} needs "${missing}"`;
  const fields = [...own, ...conditions.split(" ")].map((field) => field.replace("?", ""));
  const strange = Object.keys(step).find((name) => name !== "fault" && !fields.includes(name));
  if (strange !== undefined) {
    return `the fault ${step.fault} has no field "${strange}": it can have ${fields.join(", ")}`;
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
