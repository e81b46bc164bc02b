import { steps } from "./demo-steps.ts";
import { code, print, title } from "./print.ts";
import { showRequests } from "./show-requests.ts";
import type { Stage } from "./stage.ts";

/** Runs the examples, and prints the requests of each. */
export async function showDemo(stage: Stage): Promise<void> {
  const where = stage.live ? stage.url : `the mock server at ${stage.url}`;
  print(`${title("pageturn")} against ${where}`);
  let number = 0;
  for (const step of steps) {
    if (stage.live && !step.live) continue;
    number += 1;
    print(`\n${title(`${number}. ${step.title}`)}`);
    for (const line of step.code) print(`   ${code(line)}`);
    await step.run(stage, (line) => print(`   ${line}`));
    await showRequests(stage);
  }
  if (!stage.live) {
    print(
      "\nTo list one resource: npm start -- models --limit 5     To use the real API: npm start -- --live",
    );
  }
}
