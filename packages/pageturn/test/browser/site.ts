import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** A site that uses the library in its page and stands, as a proxy, before the API: pages may not ask the API itself. */
export interface Site {
  readonly origin: string;
  /** Paths under `/api` whose answers the page has given up. */
  readonly abandoned: readonly string[];
  /** How many redirects it has answered. */
  readonly redirects: () => number;
  close(): Promise<void>;
}

async function program(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./checks.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

async function forward(request: IncomingMessage, response: ServerResponse, to: string): Promise<void> {
  const left = new AbortController();
  response.on("close", () => left.abort());
  const headers: Record<string, string> = {};
  for (const name of ["accept", "x-api-key", "anthropic-version", "anthropic-beta"]) {
    const value = request.headers[name];
    if (typeof value === "string") headers[name] = value;
  }
  const answer = await fetch(to, { headers, signal: left.signal });
  const body = Buffer.from(await answer.arrayBuffer());
  const type = answer.headers.get("content-type") ?? "application/json";
  response
    .writeHead(answer.status, {
      "content-type": type,
      "request-id": answer.headers.get("request-id") ?? "",
    })
    .end(body);
}

/** Starts a site whose `/api` leads to `api`. */
export async function startSite(api: string): Promise<Site> {
  const script = await program();
  const abandoned: string[] = [];
  let redirects = 0;
  const server = createServer((request, response) => {
    const url = request.url ?? "";
    if (url === "/api/redirect") {
      redirects += 1;
      response.writeHead(302, { location: "/api/v1/models" }).end();
    } else if (url.startsWith("/api/")) {
      response.on("close", () => {
        if (!response.writableFinished) abandoned.push(url.slice(4));
      });
      // As a proxy does it that knows the key.
      if (url.startsWith("/api/keyed/")) request.headers["x-api-key"] = "test-key";
      forward(request, response, api + url.replace(/^\/api(?:\/keyed)?/, "")).catch(() => response.destroy());
    } else if (url === "/checks.js") {
      response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    } else {
      response
        .writeHead(url === "/" ? 200 : 404, { "content-type": "text/html" })
        .end(
          '<!doctype html><meta charset="utf-8"><title>pageturn</title><script type="module" src="/checks.js"></script>',
        );
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // The cast: a server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    abandoned,
    redirects: () => redirects,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
