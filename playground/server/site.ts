import { readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { type ApiAccess, forward, refuse } from "./api-proxy.ts";

/** A server of the built page on the loopback address. */
export interface Site {
  /** The URL of the page, with a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

export interface SiteOptions {
  /** The folder of the built page. */
  readonly folder: string;
  /** The path under which the page is served. Default: `/`. */
  readonly base?: string;
  /** Default: any free port. */
  readonly port?: number;
  /** `null`: the page offers the mock server alone. */
  readonly access: ApiAccess | null;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

const security = {
  "content-security-policy":
    "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
};

/**
 * Serves the page, and the real API below `api/` if there is access. Requests with another Host are refused, so that no name
 * of another site leads here; so are requests of other sites. Rejects if the port is in use.
 */
export async function startSite({ folder, base = "/", port = 0, access }: SiteOptions): Promise<Site> {
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(security)) response.setHeader(name, value);
    const own = hostsOf(server);
    if (!isOwn(request, own)) return refuse(response, 403, "This server answers its own page alone");
    const { url: target = "/" } = request;
    if (!target.startsWith(base)) return refuse(response, 404, "Not found");
    const path = `/${target.slice(base.length)}`;
    if (!path.startsWith("/api/")) return sendFile(response, { folder, path, access });
    if (access === null)
      return refuse(response, 404, "There is no key: set ANTHROPIC_API_KEY and start again");
    // Browsers send no Origin with a GET that another site's page makes without CORS.
    const site = request.headers["sec-fetch-site"] ?? "same-origin";
    if (site !== "same-origin") return refuse(response, 403, "This server answers its own page alone");
    void forward(request, response, { access, target: path.slice("/api".length) });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://${hostsOf(server)[0]}${base}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function hostsOf(server: Server): readonly string[] {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return [`127.0.0.1:${port}`, `localhost:${port}`];
}

/** Whether a request is for this server, and not of the page of another site. */
function isOwn({ headers: { host = "", origin } }: IncomingMessage, hosts: readonly string[]): boolean {
  return hosts.includes(host) && (origin === undefined || origin === `http://${host}`);
}

interface FileRequest extends Pick<SiteOptions, "folder" | "access"> {
  readonly path: string;
}

function sendFile(response: ServerResponse, { folder, path, access }: FileRequest): void {
  const [name = "/"] = path.split(/[?#]/);
  const file = join(folder, normalize(decodeSafely(name)), name.endsWith("/") ? "index.html" : "");
  const isFile = file.startsWith(folder) && statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  if (!isFile) {
    refuse(response, 404, "Not found");
    return;
  }
  const type = types[extname(file)] ?? "application/octet-stream";
  response.writeHead(200, { "content-type": type, "cache-control": "no-cache" });
  const body = readFileSync(file);
  response.end(type.startsWith("text/html") ? withKeySource(body.toString(), access) : body);
}

function decodeSafely(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return "/";
  }
}

/** Tells the page where the key comes from, and nothing of the key. */
function withKeySource(html: string, access: ApiAccess | null): string {
  const source = (access?.source ?? "").replaceAll(/[&<>"]/g, "");
  return html.replace('name="pageturn-key" content=""', `name="pageturn-key" content="${source}"`);
}
