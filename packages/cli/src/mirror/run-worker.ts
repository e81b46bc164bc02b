import { once } from "node:events";
import { type Mirror, MirrorWorker, type StatusServer, serveStatus } from "@pageturn/postgres";
import { readCount } from "../catalog/list-options.ts";
import { commandWords } from "../command-words.ts";
import type { WorkerOptions } from "../commands/mirror.ts";
import { UsageError } from "../failure.ts";
import { messages } from "../messages.ts";
import { exitCodeOfSignal, StopRequest } from "../stop-request.ts";
import { withMirror } from "./open-mirror.ts";
import { report } from "./run-lists.ts";

/** Runs every list when it is due, until Ctrl-C or SIGTERM. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const concurrency = readCount("--concurrency", options.concurrency ?? "4");
  const ports = new Set([readPort("--ui", options.ui), readPort("--metrics", options.metrics)]);
  const { info, warn } = messages(options);
  await withMirror(options, async ({ mirror, database }) => {
    const aborts = new AbortController();
    const asked = once(aborts.signal, "abort");
    const stop = new StopRequest(() => {
      info("Ending after this page. Press Ctrl-C again to end at once.");
      aborts.abort();
    });
    const servers: StatusServer[] = [];
    const worker = new MirrorWorker({
      mirror,
      database,
      schema: mirror.schema,
      concurrency,
      onRun: (result) => report(result, options),
      onError: ({ message }) => warn(commandWords(message)),
    });
    try {
      for (const port of ports) if (port !== null) servers.push(await serve(mirror, { port, options }));
      if (stop.asked === null) {
        await worker.start();
        info("The worker runs. Press Ctrl-C to end.");
        await asked;
      }
    } finally {
      await worker.stop();
      for (const server of servers) await server.close();
      stop.dispose();
    }
    if (stop.asked !== null) process.exitCode = exitCodeOfSignal(stop.asked);
  });
}

async function serve(
  mirror: Mirror,
  { port, options }: { readonly port: number; readonly options: WorkerOptions },
): Promise<StatusServer> {
  const server = await serveStatus(mirror, {
    port,
    ...(options.host !== undefined && { host: options.host }),
  });
  messages(options).info(`Status: ${server.url}, for Prometheus: ${server.url}metrics`);
  return server;
}

function readPort(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new UsageError(`Cannot use ${option} ${text}: it must be the number of a port, 0 for any`);
}
