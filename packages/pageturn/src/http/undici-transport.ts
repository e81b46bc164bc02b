import type { Agent, Dispatcher, EnvHttpProxyAgent } from "undici";
import { ConfigurationError } from "../errors/pageturn-error.ts";
import { ACCEPT_ENCODING } from "./decode-body.ts";
import type { AttemptOptions, HttpRequest, HttpResponse, Transport } from "./transport.ts";
import { UndiciExchange } from "./undici-exchange.ts";

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

/** Those that undici reads: of each pair the first one that is set. */
const PROXY_VARIABLES = [
  ["http_proxy", "HTTP_PROXY"],
  ["https_proxy", "HTTPS_PROXY"],
] as const;

/**
 * Loads undici and makes the pool of connections: through a proxy where the environment names one.
 *
 * @throws {@link ConfigurationError} where the environment names a proxy that is not a URL.
 */
export async function createAgent(): Promise<Dispatcher> {
  const undici = await import("undici");
  const variables = PROXY_VARIABLES.map(([small, large]) =>
    process.env[small] === undefined ? large : small,
  ).filter((name) => process.env[name]);
  if (variables.length === 0) return new undici.Agent(AGENT_OPTIONS);
  try {
    return new undici.EnvHttpProxyAgent(PROXY_OPTIONS);
  } catch {
    const isURL = (text = "") => /^https?:\/\//i.test(text) && URL.canParse(text);
    const wrong = variables.find((name) => !isURL(process.env[name]));
    // Without the cause: it quotes the proxy's address, which may hold a password.
    throw new ConfigurationError(
      `Cannot use the proxy that the environment names in ${wrong ?? variables.join(" or ")} as it must be a URL such as http://host:3128. ` +
        "Correct the variable or unset it.",
    );
  }
}

type Headers = HttpRequest["headers"];

/**
 * The transport for Node: undici, with connections that are kept for the next request.
 *
 * undici is loaded at the first attempt. The proxy variables of the environment (`HTTP_PROXY`, `HTTPS_PROXY`,
 * `NO_PROXY`, in small letters too) are read then. Idle connections do not keep the process alive.
 *
 * @example
 * ```ts
 * const transport = new UndiciTransport();
 * const request = { method: "GET", url: "https://api.example.com/notes", headers: {}, body: null };
 * const response = await transport.attempt(request, { timeout: 60_000, maxResponseBytes: 1_000_000 });
 * ```
 */
export class UndiciTransport implements Transport {
  #agent: Dispatcher | undefined;
  #opening: Promise<Dispatcher> | undefined;
  /** The last URL without its query, and what it leads to. */
  #address = "";
  #origin = "";
  #pathname = "";
  /** Headers as they are sent: a list sends the same object with every page. */
  readonly #wireHeaders = new WeakMap<Headers, Headers>();

  attempt(request: HttpRequest, options: AttemptOptions): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      const exchange = new UndiciExchange(request, { ...options, resolve, reject });
      if (this.#agent !== undefined) {
        this.#dispatch(this.#agent, { request, exchange });
        return;
      }
      this.open().then(
        (agent) => this.#dispatch(agent, { request, exchange }),
        (error: unknown) => exchange.onResponseError(undefined, error),
      );
    });
  }

  /** Loads undici ahead of the first attempt. */
  open(): Promise<Dispatcher> {
    if (this.#opening !== undefined) return this.#opening;
    const opening = createAgent();
    this.#opening = opening;
    opening.then(
      (agent) => {
        if (this.#opening === opening) this.#agent = agent;
      },
      () => {
        // The next attempt looks again: the environment may have been corrected.
        if (this.#opening === opening) this.#opening = undefined;
      },
    );
    return opening;
  }

  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    this.#agent = undefined;
    const agent = await opening?.catch(() => undefined);
    await agent?.close();
  }

  #dispatch(agent: Dispatcher, job: { request: HttpRequest; exchange: UndiciExchange }): void {
    const { request, exchange } = job;
    // The attempt may have been aborted while undici was being loaded.
    if (exchange.settled) return;
    try {
      const { method, body } = request;
      const headers = this.#toWire(request.headers);
      agent.dispatch({ method, ...this.#target(request.url), headers, body }, exchange);
    } catch (error) {
      exchange.onResponseError(undefined, error);
    }
  }

  /** Where a URL leads. The pages of a list differ in the query only, which is written for the wire already. */
  #target(url: string): { readonly origin: string; readonly path: string } {
    const mark = url.indexOf("?");
    const address = mark < 0 ? url : url.slice(0, mark);
    if (address !== this.#address) {
      const { origin, pathname } = new URL(address);
      this.#address = address;
      this.#origin = origin;
      this.#pathname = pathname;
    }
    return { origin: this.#origin, path: mark < 0 ? this.#pathname : this.#pathname + url.slice(mark) };
  }

  #toWire(headers: Headers): Headers {
    let wire = this.#wireHeaders.get(headers);
    if (wire === undefined) {
      wire = { "accept-encoding": ACCEPT_ENCODING, ...headers };
      this.#wireHeaders.set(headers, wire);
    }
    return wire;
  }
}
