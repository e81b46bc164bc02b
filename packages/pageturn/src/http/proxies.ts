import type { Agent, AgentOptions } from "node:https";
import { ConfigurationError } from "../errors/pageturn-error.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy for a URL, null for none. */
export type FindProxy = (url: URL) => URL | null;

/** Of each pair the first one that is set. */
const VARIABLES = {
  "http:": ["http_proxy", "HTTP_PROXY"],
  "https:": ["https_proxy", "HTTPS_PROXY"],
} as const;

/**
 * The proxies that `HTTP_PROXY` and `HTTPS_PROXY` name, as curl reads them. `NO_PROXY` is read at each call of the result.
 *
 * @throws {@link ConfigurationError} for a proxy that is not an http or https URL. The message does not show it, since it may
 * hold a password.
 */
export function proxiesOf(env: Environment): FindProxy {
  const http = proxyIn(env, VARIABLES["http:"]);
  const https = proxyIn(env, VARIABLES["https:"]);
  if (http === null && https === null) return () => null;
  return (url) => {
    const proxy = url.protocol === "https:" ? https : http;
    return proxy === null || isExcepted(url, env["no_proxy"] ?? env["NO_PROXY"] ?? "") ? null : proxy;
  };
}

function proxyIn(env: Environment, [small, large]: readonly [string, string]): URL | null {
  const name = env[small] === undefined ? large : small;
  const value = env[name];
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
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
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

/** Node makes tunnels itself since 24.5, and in 22.21. */
function hasOwnTunnels(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);
}

/** A pool of https connections through tunnels (CONNECT) that a proxy makes. */
export async function tunnelAgent(
  proxy: URL,
  options: AgentOptions,
  version: string = process.versions.node,
): Promise<Agent> {
  if (hasOwnTunnels(version)) {
    const { Agent } = process.getBuiltinModule("node:https");
    return new Agent({ ...options, proxyEnv: { https_proxy: proxy.href } });
  }
  const { HttpsProxyAgent } = await import("https-proxy-agent");
  return new HttpsProxyAgent(proxy, options);
}
