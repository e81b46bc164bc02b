import { once } from "node:events";
import { type Mirror, MirrorWorker, reasonOf, type StatusServer, serveStatus } from "@pageturn/postgres";
import { readCount } from "../catalog/list-options.ts";
import { commandWords } from "../command-words.ts";
import type { WorkerOptions } from "../commands/mirror.ts";
import { CommandError, EXIT, UsageError } from "../failure.ts";
import { messages } from "../messages.ts";
import { credential } from "../session.ts";
import { exitCodeOfSignal } from "../stop-request.ts";
import { boundedStop } from "./bounded-stop.ts";
import { withMirror } from "./open-mirror.ts";
import { report } from "./run-lists.ts";

/** The same warning is repeated after this time. */
const REPEATED_MS = 60_000;

/** Runs every list when it is due, until Ctrl-C or SIGTERM. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const concurrency = readCount("--concurrency", options.concurrency ?? "4");
  const ports = new Set([readPort("--ui", options.ui), readPort("--metrics", options.metrics)]);
  const { info, warn } = messages(options);
  if (credential(options).source === null) {
    throw new CommandError(
      "Cannot run a worker without a credential: set ANTHROPIC_API_KEY, or make a profile with: pageturn login",
      EXIT.notAllowed,
    );
  }
  const isNews = newsOf(REPEATED_MS);
  await withMirror(options, async ({ mirror, database }) => {
    const aborts = new AbortController();
    const asked = once(aborts.signal, "abort");
    const stop = boundedStop(() => {
      info("Ending after this page. Press Ctrl-C again to end at once.");
      aborts.abort();
    });
    const servers: StatusServer[] = [];
    const worker = new MirrorWorker({
      mirror,
      database,
      concurrency,
      onRun: (result) => report(result, options),
      onError: (error) => {
        const text = commandWords(reasonOf(error));
        if (isNews(text)) warn(text);
      },
    });
    try {
      for (const port of ports) if (port !== null) servers.push(await serve(mirror, { port, options }));
      if (stop.asked === null) {
        await worker.start();
        // A signal may come while it starts.
        if (stop.asked === null) info("The worker runs. Press Ctrl-C to end.");
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

/** Whether a text was not said in the last milliseconds. A database that is away fails many times a second. */
function newsOf(milliseconds: number): (text: string) => boolean {
  const said = new Map<string, number>();
  return (text) => {
    const now = performance.now();
    for (const [old, time] of said) if (now - time >= milliseconds) said.delete(old);
    if (said.has(text)) return false;
    said.set(text, now);
    return true;
  };
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
