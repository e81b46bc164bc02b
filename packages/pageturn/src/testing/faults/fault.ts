import type { BodyFault } from "./body-fault.ts";
import type { ConnectionFault } from "./connection-fault.ts";
import type { CursorFault } from "./cursor-fault.ts";
import type { EnvelopeFault } from "./envelope-fault.ts";
import type { ItemFault } from "./item-fault.ts";
import type { PageFault } from "./page-fault.ts";
import type { StatusFault } from "./status-fault.ts";

/** A plain answer (`none`) or one that is late (`delay`). */
export type TimeFault = { readonly fault: "none" } | { readonly fault: "delay"; readonly ms: number };

/** One thing that can go wrong with one answer, as plain JSON. */
export type Fault =
  | TimeFault
  | StatusFault
  | PageFault
  | CursorFault
  | ItemFault
  | EnvelopeFault
  | BodyFault
  | ConnectionFault;

/** The names of all faults. */
export type FaultName = Fault["fault"];
