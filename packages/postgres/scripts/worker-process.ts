/**
 * A worker as a process, for the scripts that kill it. The environment has `DATABASE`, `ANTHROPIC_BASE_URL`, `ANTHROPIC_API_KEY`,
 * `CONCURRENCY` and `TIMEOUT`, in seconds. Prints `ready`, and a line for each run that has ended. SIGTERM ends it.
 */
import { AsyncAnthropic } from "pageturn";
import { MirrorWorker, openDatabase, openMirror } from "../src/index.ts";

const { env } = process;

async function started(): Promise<void> {
  const timeoutSeconds = Number(env["TIMEOUT"] ?? 3600);
  const database = await openDatabase(env["DATABASE"] ?? "", { timeoutSeconds });
  const mirror = await openMirror({ database, client: new AsyncAnthropic({ maxRetries: 8 }) });
  const worker = new MirrorWorker({
    mirror,
    database,
    concurrency: Number(env["CONCURRENCY"] ?? 4),
    heartbeatSeconds: 1,
    onRun: ({ name, outcome }) => console.log(JSON.stringify({ name, outcome })),
    onError: ({ message }) => env["VERBOSE"] && console.error(message),
  });
  await worker.start();
  console.log("ready");
  process.once("SIGTERM", async () => {
    await worker.stop();
    await database.close();
  });
}

// The database may be down at this moment.
for (;;) {
  try {
    await started();
    break;
  } catch (error) {
    if (env["VERBOSE"]) console.error(error);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
