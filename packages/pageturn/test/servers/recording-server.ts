import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

/** What a request looked like, credentials included. */
export interface RecordedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** An answer of the script; without one, an empty list. */
export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Nothing is ever answered. */
  readonly never?: true;
}

/** A server on a thread of its own, for callers that block theirs, that tells what it was sent. */
export interface RecordingServer {
  readonly url: string;
  /** The next answers, in order. Forgets what was recorded. */
  play(...answers: readonly ScriptedAnswer[]): Promise<void>;
  requests(): Promise<readonly RecordedRequest[]>;
  close(): Promise<void>;
}

const PURPOSE = "record requests";

/** Starts the server; with `tls`, on https. */
export async function startRecordingServer(tls?: object): Promise<RecordingServer> {
  const worker = new Worker(new URL(import.meta.url), {
    execArgv: [],
    workerData: { purpose: PURPOSE, tls },
  });
  const [url] = await once(worker, "message");
  const ask = async (message: unknown): Promise<readonly RecordedRequest[]> => {
    const answer = once(worker, "message");
    worker.postMessage(message);
    return (await answer)[0];
  };
  return {
    url,
    play: async (...answers) => void (await ask(answers)),
    requests: () => ask("requests"),
    close: async () => void (await worker.terminate()),
  };
}

function serve(tls: object | undefined): void {
  let recorded: RecordedRequest[] = [];
  let script: ScriptedAnswer[] = [];
  const listener: Parameters<typeof createServer>[1] = (request, response) => {
    // The cast: no request of the tests repeats a header.
    recorded.push({ url: request.url ?? "", headers: request.headers as Record<string, string> });
    const { status = 200, headers = {}, body = { data: [], has_more: false }, never } = script.shift() ?? {};
    if (never) return;
    response.writeHead(status, { "content-type": "application/json", "request-id": "req_1", ...headers });
    response.end(JSON.stringify(body));
  };
  const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  server.listen(0, "127.0.0.1", () => {
    // The cast: a server that listens on a port has such an address.
    const { port } = server.address() as AddressInfo;
    parentPort?.postMessage(tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`);
  });
  parentPort?.on("message", (message: unknown) => {
    if (Array.isArray(message)) [script, recorded] = [message, []];
    parentPort?.postMessage(recorded);
  });
}

if (!isMainThread && workerData?.purpose === PURPOSE) serve(workerData.tls);
