import { EventEmitter, once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";

/** A site whose page runs the checks in a browser and reports what it found. */
export interface Site {
  readonly origin: string;
  /** What the page, or the worker, reports. */
  report(name: "page" | "worker"): Promise<unknown>;
  close(): void;
}

/**
 * Serves `files` by their paths, `/api` as a proxy before the API, and takes the reports at `/report/page` and
 * `/report/worker`. With `ownKey`, the proxy adds it, as a site does that keeps its key.
 */
export async function startSite(
  api: string,
  files: Readonly<Record<string, string>>,
  { ownKey }: { readonly ownKey?: string } = {},
): Promise<Site> {
  const reports = new EventEmitter();
  const reported = { page: once(reports, "page"), worker: once(reports, "worker") };
  const server = createServer((request, response) => {
    const url = request.url ?? "";
    if (url.startsWith("/api/")) {
      const { method } = request;
      const headers = ownKey === undefined ? request.headers : { ...request.headers, "x-api-key": ownKey };
      const asked = httpRequest(new URL(url.slice(4), api), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      asked.on("error", () => response.destroy());
      response.on("close", () => asked.destroy());
      request.pipe(asked);
    } else if (url.startsWith("/report/")) {
      let text = "";
      request.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      request.on("end", () => {
        reports.emit(url.slice("/report/".length), JSON.parse(text));
        response.end();
      });
    } else {
      const file = files[url];
      const type = url.endsWith(".js") ? "text/javascript" : "text/html";
      response.writeHead(file === undefined ? 404 : 200, { "content-type": type }).end(file);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // The cast: a server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    report: async (name) => (await reported[name])[0],
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
