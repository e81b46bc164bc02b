import { dim, fitted, print } from "./print.ts";
import type { Stage } from "./stage.ts";

/** Prints the requests since the last call, one per line. */
export async function showRequests(stage: Stage): Promise<void> {
  for (const { method, target, status, items } of await stage.requests()) {
    const result = `${status ?? "---"}  ${items ?? 0} items`;
    print(dim(`     ${fitted(`${method} ${target}`, 22).padEnd(60)}  ${result}`));
  }
}
