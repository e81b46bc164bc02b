import type { Agent, Dispatcher, EnvHttpProxyAgent } from "undici";
import { ConfigurationError } from "../errors/configuration-error.ts";

const AGENT_OPTIONS = {
  // A host that does not answer at all shows within seconds; `timeout` is for slow answers.
  connectTimeout: 10_000,
  // Long enough for the work between two pages. Where the server announces less, undici obeys.
  keepAliveTimeout: 30_000,
  // Every exchange has a timer of its own, over the whole attempt.
  headersTimeout: 0,
  bodyTimeout: 0,
} satisfies Agent.Options;

// Plain http goes through the proxy without a tunnel, as curl does it: many proxies tunnel to port 443 only.
const PROXY_OPTIONS = { ...AGENT_OPTIONS, proxyTunnel: false } satisfies Omit<
  EnvHttpProxyAgent.Options,
  "uri"
>;

const PROXY_VARIABLES = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"];

/**
 * Loads undici and makes the pool of connections: through a proxy where the environment names one.
 *
 * @throws {@link ConfigurationError} where the environment names a proxy that is no URL.
 */
export async function createAgent(): Promise<Dispatcher> {
  const undici = await import("undici");
  const variable = PROXY_VARIABLES.find((name) => process.env[name]);
  if (variable === undefined) return new undici.Agent(AGENT_OPTIONS);
  try {
    return new undici.EnvHttpProxyAgent(PROXY_OPTIONS);
  } catch {
    // Without the cause: it quotes the proxy's address, which may hold a password.
    throw new ConfigurationError(
      `Cannot use the proxy that the environment names in ${variable} as it must be a URL such as http://host:3128. ` +
        "Correct the variable or unset it.",
    );
  }
}
