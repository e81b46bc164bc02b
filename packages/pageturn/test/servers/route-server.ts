import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

/** A server on a thread of its own, for callers that block theirs. */
export interface RouteServer {
  readonly url: string;
  close(): Promise<void>;
}

const PURPOSE = "serve routes";

/** Answers each path with its JSON body. What was asked for stands in the header `x-received`, query included. */
export async function startRouteServer(bodies: Readonly<Record<string, string>>): Promise<RouteServer> {
  const worker = new Worker(new URL(import.meta.url), {
    execArgv: [],
    workerData: { purpose: PURPOSE, bodies },
  });
  const [url] = await once(worker, "message");
  return { url, close: async () => void (await worker.terminate()) };
}

function serve(bodies: ReadonlyMap<string, string>): void {
  const server = createServer(({ url = "" }, response) => {
    const body = bodies.get(url.replace(/\?.*$/, ""));
    response.setHeader("content-type", "application/json").setHeader("x-received", url);
    response.writeHead(body === undefined ? 404 : 200).end(body ?? "{}");
  });
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.address() as AddressInfo;
    parentPort?.postMessage(`http://127.0.0.1:${port}`);
  });
}

if (!isMainThread && workerData?.purpose === PURPOSE) serve(new Map(Object.entries(workerData.bodies)));
