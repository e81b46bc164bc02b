import { steps } from "./demo-steps.ts";
import { code, print, title } from "./print.ts";
import { showRequests } from "./show-requests.ts";
import type { Stage } from "./stage.ts";

/** Runs the examples, and prints the requests of each. */
export async function showDemo(stage: Stage): Promise<void> {
  print(`${title("pageturn")} against the mock server at ${stage.url}`);
  let number = 0;
  for (const step of steps) {
    number += 1;
    print(`\n${title(`${number}. ${step.title}`)}`);
    for (const line of step.code) print(`   ${code(line)}`);
    await step.run(stage, (line) => print(`   ${line}`));
    await showRequests(stage);
  }
  print("\nTo list something of the real API: npx pageturn list models");
}
