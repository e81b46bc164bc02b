import type { Agent, AgentOptions, RequestOptions } from "node:https";
import type { Duplex } from "node:stream";
import { ConfigurationError } from "../errors/pageturn-error.ts";
import { readVariable } from "./environment-variable.ts";
import { limitConnecting, moduleOf } from "./node-exchange.ts";
import { type HttpRequest, portOf } from "./transport.ts";

/** The proxy for a URL, null for none. */
export type FindProxy = (url: URL) => URL | null;

/**
 * The proxies that `HTTP_PROXY` and `HTTPS_PROXY` name, as curl reads them. `NO_PROXY` is read at each call of the result.
 *
 * @throws {@link ConfigurationError} for a proxy that is not an http or https URL. The message does not show it, since it may
 * hold a password.
 */
export function proxiesOf(): FindProxy {
  const http = proxyIn("http_proxy");
  const https = proxyIn("https_proxy");
  if (http === null && https === null) return () => null;
  return (url) => {
    const proxy = url.protocol === "https:" ? https : http;
    return proxy === null || isExcepted(url, readVariable("no_proxy") ?? readVariable("NO_PROXY") ?? "")
      ? null
      : proxy;
  };
}

/** The proxy in a variable, which may be written in capital letters too. */
function proxyIn(variable: "http_proxy" | "https_proxy"): URL | null {
  const name = readVariable(variable) === undefined ? variable.toUpperCase() : variable;
  const value = readVariable(name);
  if (!value) return null;
  if (/^https?:\/\//i.test(value) && URL.canParse(value)) return new URL(value);
  throw new ConfigurationError(
    `Cannot use the proxy that the environment names in ${name} as it must be a URL such as http://host:3128. ` +
      "Correct the variable or unset it.",
  );
}

/**
 * Whether `NO_PROXY` names the host of a URL: `*`, a host (with its subdomains, as curl and Go read it), `.suffix`,
 * `*.suffix`, an IP address or range (`10.0.0.0/8`), each with a port where only that one is meant.
 */
export function isExcepted(url: URL, noProxy: string): boolean {
  const host = bareHost(url.hostname);
  const port = String(portOf(url));
  return noProxy
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*") return true;
      // An IPv6 address has a port only after brackets.
      const [, name = entry, wanted = port] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
      return wanted === port && isNamed(host, bareHost(name));
    });
}

/** In small letters, without the brackets of IPv6 and the dot that ends a full name. */
function bareHost(name: string): string {
  return name
    .toLowerCase()
    .replace(/^\[(.*)\]/, "$1")
    .replace(/\.$/, "");
}

function isNamed(host: string, name: string): boolean {
  const { BlockList, isIP } = process.getBuiltinModule("node:net");
  const [address = "", bits] = name.split("/");
  const version = isIP(address);
  if (version === 0) {
    const suffix = name.replace(/^\*?\./, "");
    return host === suffix || host.endsWith(`.${suffix}`);
  }
  if (isIP(host) !== version) return false;
  const most = version === 6 ? 128 : 32;
  const prefix = bits === undefined ? most : Number(bits);
  if (!(Number.isInteger(prefix) && prefix >= 0 && prefix <= most)) return false;
  const family = version === 6 ? "ipv6" : "ipv4";
  const range = new BlockList();
  range.addSubnet(address, prefix, family);
  return range.check(host, family);
}

/** What identifies the caller to a proxy; nothing where its URL names no user. */
export function proxyLogin({ username, password }: URL): HttpRequest["headers"] {
  if (username === "" && password === "") return {};
  const login = Buffer.from(decodeEscapes(`${username}:${password}`));
  return { "proxy-authorization": `Basic ${login.toString("base64")}` };
}

/** The text behind its escapes. A `%` that begins none stands for itself, as in curl. */
function decodeEscapes(text: string): string {
  return text.replace(/(?:%[\da-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}

/** Options of a request to a {@link tunnelAgent}. */
interface TunnelledOptions extends RequestOptions {
  /** Ends the tunnel that is being made for the request. Node keeps `signal` from its agents. */
  readonly failure?: AbortSignal | undefined;
}

/**
 * A pool of https connections through tunnels (CONNECT) that a proxy makes.
 *
 * The tunnels of Node itself (since 24.5) and of https-proxy-agent are not used: one of a request that was given up stays
 * until the proxy closes it, an https proxy with a certificate of `ca` is refused, and no TLS session is taken up again.
 */
export function tunnelAgent(proxy: URL, options: AgentOptions): Agent {
  const agent = new (process.getBuiltinModule("node:https").Agent)(options);
  const { createConnection } = agent;
  agent.createConnection = ({ failure, ...target }: TunnelledOptions, done) => {
    const onTunnel = (error: Error | null, socket?: Duplex): void => {
      // The casts: Node takes a socket among the options, and an error without a socket; its types know neither.
      if (error !== null) done?.(error, undefined as unknown as Duplex);
      else done?.(null, createConnection.call(agent, { ...target, socket } as RequestOptions) as Duplex);
    };
    openTunnel(proxy, { host: hostOf(target), ca: options.ca, signal: failure, onTunnel });
    return undefined;
  };
  return agent;
}

interface TunnelOptions extends Pick<RequestOptions, "ca" | "signal"> {
  /** Where it leads to, with the port. */
  readonly host: string;
  readonly onTunnel: (error: Error | null, socket?: Duplex) => void;
}

function openTunnel(proxy: URL, { host, ca, signal, onTunnel }: TunnelOptions): void {
  const options: RequestOptions = {
    method: "CONNECT",
    host: bareHost(proxy.hostname),
    port: proxy.port,
    path: host,
    headers: { host, ...proxyLogin(proxy) },
    agent: false,
    ca,
    signal,
  };
  const request = moduleOf(proxy.protocol).request(options);
  limitConnecting(request, `no tunnel through the proxy ${proxy.host}`);
  request.on("error", onTunnel);
  request.on("connect", ({ statusCode, statusMessage }, socket) => {
    // RFC 9110, 9.3.6: any success makes a tunnel.
    if (statusCode !== undefined && statusCode >= 200 && statusCode < 300) {
      onTunnel(null, socket);
      return;
    }
    socket.destroy();
    // Never its answer: it would pass for that of the server.
    onTunnel(new Error(`the proxy ${proxy.host} made no tunnel to ${host}: ${statusCode} ${statusMessage}`));
  });
  request.end();
}

function hostOf({ host, port }: RequestOptions): string {
  return host?.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
