import { ConfigurationError } from "../../errors/configuration-error.ts";
import type { FaultName } from "./fault.ts";
import type { FaultScript } from "./fault-script.ts";

/** The names of all faults. The type makes the compiler ask for the ones that are missing. */
const names: Readonly<Record<FaultName, true>> = {
  none: true,
  delay: true,
  status: true,
  cursorExpired: true,
  itemsInserted: true,
  itemsDeleted: true,
  dropFilters: true,
  repeatCursor: true,
  cycle: true,
  endless: true,
  offByOne: true,
  emptyPage: true,
  duplicateItems: true,
  hasMore: true,
  setFields: true,
  dropFields: true,
  setItemFields: true,
  dropItemFields: true,
  contentType: true,
  body: true,
  truncatedJson: true,
  garbageBody: true,
  gzipBomb: true,
  reset: true,
  cutOff: true,
  trickle: true,
  never: true,
  garbageHttp: true,
};

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

/** Throws `ConfigurationError` where a step has no known fault or a number out of range. */
export function checkScript(script: FaultScript): void {
  for (const [at, step] of script.entries()) {
    if (!Object.hasOwn(names, step.fault)) {
      throw new ConfigurationError(
        `Cannot play step ${at} of the script as "${step.fault}" is no fault: use one of ${Object.keys(names).join(", ")}`,
      );
    }
    for (const [name, value] of Object.entries(step)) {
      const range = ranges[name];
      if (range === undefined || typeof value !== "number") continue;
      const [min, max] = range;
      if (!Number.isInteger(value) || value < min || value > max) {
        throw new ConfigurationError(
          `Cannot play step ${at} of the script as "${name}" must be a whole number from ${min} to ${max}: current value is ${value}`,
        );
      }
    }
  }
}
