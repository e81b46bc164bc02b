import { steps } from "./demo-steps.ts";
import { code, print, title } from "./print.ts";
import { showRequests } from "./show-requests.ts";
import type { Stage } from "./stage.ts";

/** Shows the main job, each step with the requests that it made. */
export async function showDemo(stage: Stage): Promise<void> {
  const where = stage.live ? stage.url : `the mock server, in its own thread, at ${stage.url}`;
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
    print("\nOne resource: npm start -- models --limit 5     The real API: npm start -- --live");
  }
}
