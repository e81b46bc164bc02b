import { once } from "node:events";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { type FaultServer, startFaultServer } from "./fault-server.ts";

/** A fault server on a thread of its own, for callers that block theirs. */
export interface ThreadedFaultServer extends Pick<FaultServer, "origin"> {
  close(): Promise<void>;
}

/** Starts a fault server on a thread of its own. */
export async function startFaultServerThread(): Promise<ThreadedFaultServer> {
  const worker = new Worker(new URL(import.meta.url), { execArgv: [], argv: ["serve"] });
  const [origin] = await once(worker, "message");
  return { origin, close: async () => void (await worker.terminate()) };
}

if (!isMainThread && process.argv.includes("serve")) {
  const server = await startFaultServer();
  parentPort?.postMessage(server.origin);
}
