import type { Fault } from "./fault.ts";

/** Returns how much of an answer reaches the client, for the log. */
export function whatArrives(fault: Fault): "all" | "status" | "nothing" {
  switch (fault.fault) {
    case "reset":
      return fault.at === "beforeHeaders" || fault.at === "insideHeaders" ? "nothing" : "status";
    case "never":
      return (fault.after ?? "nothing") === "nothing" ? "nothing" : "status";
    case "cutOff":
      return "status";
    case "garbageHttp":
      return "nothing";
    default:
      return "all";
  }
}
