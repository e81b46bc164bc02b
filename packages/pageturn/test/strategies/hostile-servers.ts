import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

/** One request, as a server received it. */
export interface Received {
  readonly server: "api" | "elsewhere";
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
}

/** How the API leads to another page. */
export type Lead = "body" | "header" | "redirect";

/**
 * An API that leads to wherever the test says, over http and https, and a server elsewhere that records all that arrives. They
 * run on a thread of their own, as the sync client blocks that of the test.
 */
export interface HostileServers {
  readonly http: string;
  readonly https: string;
  /** Host and port of the other server. */
  readonly elsewhere: string;
  /** Sets where the API leads to, and forgets what was received. */
  leadTo(target: string): Promise<void>;
  /** What arrived since. */
  received(): Promise<readonly Received[]>;
  close(): Promise<void>;
}

const PURPOSE = "lead elsewhere";

export async function startHostileServers(): Promise<HostileServers> {
  const worker = new Worker(new URL(import.meta.url), { execArgv: [], workerData: { purpose: PURPOSE } });
  const [urls] = await once(worker, "message");
  const ask = async (message: unknown) => {
    worker.postMessage(message);
    const [answer] = await once(worker, "message");
    return answer;
  };
  return {
    ...urls,
    leadTo: (target) => ask({ target }),
    received: () => ask("received"),
    close: async () => void (await worker.terminate()),
  };
}

/** A certificate for 127.0.0.1 that nobody has signed: only these tests trust it. */
const CERTIFICATE = pem(
  "CERTIFICATE",
  "MIIBjTCCATSgAwIBAgIUXHaeAStmpcY1OAsEk5a3gaElrcgwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJMTI3LjAuMC4xMB4XDTI2MTEyNTE4MjcyMVoXDTQ2MTEyMDE4MjcyMVowFDESMBAGA1UEAwwJMTI3LjAuMC4xMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEiIZIzRqUAcNDbfT4meR0HYyq2+xeOQB94iyndLAF3qv0n2ShKYCmaplic/R3mMR+BMXzXKQjtgm5cJPRmnsRI6NkMGIwHQYDVR0OBBYEFBWeMaLZctIZCkBIhppI3sBa2GefMB8GA1UdIwQYMBaAFBWeMaLZctIZCkBIhppI3sBa2GefMA8GA1UdEwEB/wQFMAMBAf8wDwYDVR0RBAgwBocEfwAAATAKBggqhkjOPQQDAgNHADBEAiA/UTVV46pfPL0ZO1oRRrPLUH/EE0I8adtSTrSN2jdQJgIgCgcrmnffuKz6zg/1IDdQJIibAv1zg1fd76mb6khwjLI=",
);
const KEY = pem(
  "PRIVATE KEY",
  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQglBRJj8lBbGqZdrAnjJPzBYfvhUW4eeYtNoUusLEC/MihRANCAASIhkjNGpQBw0Nt9PiZ5HQdjKrb7F45AH3iLKd0sAXeq/SfZKEpgKZqmWJz9HeYxH4ExfNcpCO2Cblwk9GaexEj",
);

function pem(kind: string, base64: string): string {
  return `-----BEGIN ${kind}-----\n${base64.replace(/.{64}/g, "$&\n")}\n-----END ${kind}-----\n`;
}

function serve(): void {
  let target = "";
  let received: Received[] = [];
  const record = (server: Received["server"], { url = "", headers }: IncomingMessage) => {
    received.push({ server, url, headers });
  };
  const api: RequestListener = (request, response) => {
    record("api", request);
    const path = (request.url ?? "").replace(/\?.*$/, "");
    response.setHeader("content-type", "application/json");
    if (path === "/v1/body") response.end(JSON.stringify({ results: [1], next: target }));
    else if (path === "/v1/header") response.setHeader("link", `<${target}>; rel="next"`).end("[1]");
    else if (path === "/v1/redirect") response.writeHead(302, { location: target }).end();
    // What a link within the origin leads to.
    else response.end(path.includes("array") ? "[3]" : JSON.stringify({ results: [3] }));
  };
  const elsewhere: RequestListener = (request, response) => {
    record("elsewhere", request);
    response.setHeader("content-type", "application/json");
    // Leads back to the API, if its own URL says so.
    const next = new URL(request.url ?? "", "http://127.0.0.1").searchParams.get("back");
    response.end(request.url?.includes("array") ? "[2]" : JSON.stringify({ results: [2], next }));
  };
  const start = (server: Server): Promise<number> =>
    new Promise((resolve) => {
      // The cast: a server that listens on a port has such an address.
      server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
    });
  const secure = createSecureServer({ key: KEY, cert: CERTIFICATE }, api);
  // Whoever opens a connection of another protocol has gone too far as well.
  const other = createServer(elsewhere).on("clientError", (_, socket) => {
    received.push({ server: "elsewhere", url: "not HTTP", headers: {} });
    socket.destroy();
  });
  parentPort?.on("message", (message: "received" | { target: string }) => {
    if (message === "received") parentPort?.postMessage(received);
    else {
      target = message.target;
      received = [];
      parentPort?.postMessage(null);
    }
  });
  void Promise.all([start(createServer(api)), start(secure), start(other)]).then(([http, https, port]) => {
    parentPort?.postMessage({
      http: `http://127.0.0.1:${http}`,
      https: `https://127.0.0.1:${https}`,
      elsewhere: `127.0.0.1:${port}`,
    });
  });
}

if (!isMainThread && workerData?.purpose === PURPOSE) serve();
