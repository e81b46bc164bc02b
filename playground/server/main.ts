// Starts the playground: builds what is stale, serves the page on the loopback address, and ends with Ctrl-C.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readAccess } from "./access.ts";
import { startSite } from "./site.ts";

const home = join(import.meta.dirname, "..");
const folder = join(home, "dist");

const { values } = parseArgs({
  options: { port: { type: "string", default: "4810" }, profile: { type: "string" } },
});

const { status } = spawnSync(process.execPath, [join(home, "build.ts"), "--if-stale"], { stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);

const access = readAccess(values.profile);
const site = await startSite({ folder, port: Number(values.port), access }).catch((error: unknown) => {
  console.error(
    `Cannot listen on port ${values.port} because ${error instanceof Error ? error.message : String(error)}: choose another one with --port`,
  );
  process.exit(1);
});
console.log(`Playground: ${site.url}`);
console.log(
  access === null
    ? "Mock server alone. For the real API, set ANTHROPIC_API_KEY or run pageturn login."
    : `Real API: ${access.baseURL}, with the key of ${access.source}. The page does not get the key.`,
);
console.log("Ctrl-C ends it.");

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void site.close().then(() => process.exit(0)));
}
