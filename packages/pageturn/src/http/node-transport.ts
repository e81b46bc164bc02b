import type { Agent, ClientRequest, RequestOptions } from "node:http";
import type { AgentOptions } from "node:https";
import { acceptEncoding } from "./decode-body.ts";
import { moduleOf, NodeExchange } from "./node-exchange.ts";
import { type FindProxy, proxiesOf, proxyLogin, tunnelAgent } from "./proxies.ts";
import {
  type AttemptOptions,
  type ConnectionOptions,
  type HttpRequest,
  type HttpResponse,
  portOf,
  type Transport,
} from "./transport.ts";

/** The pool of connections to the servers of one protocol. */
const POOL_OPTIONS = {
  keepAlive: true,
  // Long enough for the work between two pages. Where the server announces less, Node obeys.
  timeout: 30_000,
  // The last one used is the least likely to be closed by the server.
  scheduling: "lifo",
  maxSockets: 256,
  maxFreeSockets: 32,
} satisfies AgentOptions;

/** Links and cookies beside large tokens exceed the 16 KiB of Node; `--max-http-header-size` may permit more. */
const HEADER_BYTES = 64 * 1024;

type Headers = HttpRequest["headers"];

/** Where the requests to one address go. */
interface Target {
  readonly send: (options: RequestOptions) => ClientRequest;
  readonly options: RequestOptions & { readonly agent: Agent };
  /** What comes before the query. */
  readonly path: string;
  /** What a proxy needs besides the headers of the request. */
  readonly headers: Headers | null;
  /** Whether a proxy makes a tunnel to it first. */
  readonly isTunnel: boolean;
}

/**
 * The transport for Node: `node:http` and `node:https`, with connections that are kept for the next request.
 *
 * The proxy variables of the environment (`HTTP_PROXY`, `HTTPS_PROXY`, in small letters too) are read at the first attempt,
 * `NO_PROXY` at each new address. Idle connections do not keep the process alive.
 *
 * @example
 * ```ts
 * const transport = new NodeTransport();
 * const request = { method: "GET", url: "https://api.example.com/notes", headers: {}, body: null };
 * const response = await transport.attempt(request, { timeout: 60_000, maxResponseBytes: 1_000_000 });
 * ```
 */
export class NodeTransport implements Transport {
  /** The caller's own pool. */
  readonly #own: Agent | undefined;
  readonly #poolOptions: AgentOptions;
  /** By the protocol, or the proxy that makes a tunnel. */
  readonly #agents = new Map<string, Agent>();
  /** Undefined until the environment was read. */
  #findProxy: FindProxy | undefined;
  /** The last URL without its query, and where it leads. */
  #address = "";
  #target: Target | undefined;
  /** Headers as they are sent: a list sends the same object with every page. */
  readonly #wireHeaders = new WeakMap<Headers, Headers>();

  constructor({ agent, tls }: ConnectionOptions = {}) {
    // The cast: the option is described without the types of Node.
    this.#own = agent as Agent | undefined;
    // The cast: Node takes bytes and read-only lists, its types ask for Buffer and Array.
    this.#poolOptions = { ...POOL_OPTIONS, ...(tls as AgentOptions) };
  }

  attempt(request: HttpRequest, options: AttemptOptions): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      const exchange = new NodeExchange(request, { ...options, resolve, reject });
      exchange.start((isFresh) => this.#open(request, { exchange, isFresh }));
    });
  }

  async close(): Promise<void> {
    for (const agent of this.#agents.values()) retire(agent);
    this.#agents.clear();
    this.#findProxy = undefined;
    this.#target = undefined;
  }

  #open(
    request: HttpRequest,
    { exchange, isFresh }: { readonly exchange: NodeExchange; readonly isFresh: boolean },
  ): ClientRequest {
    const mark = request.url.indexOf("?");
    const address = mark < 0 ? request.url : request.url.slice(0, mark);
    // The pages of a list differ in the query only.
    if (this.#target === undefined || address !== this.#address) {
      this.#target = this.#targetOf(new URL(address));
      this.#address = address;
    }
    const { send, options, path, headers, isTunnel } = this.#target;
    if (isFresh) dropIdle(options.agent, `${options.host}:${options.port}:`);
    const wire = this.#toWire(request.headers);
    return send({
      ...options,
      method: request.method,
      path: mark < 0 ? path : path + request.url.slice(mark),
      headers: headers === null ? wire : { ...wire, ...headers },
      ...(isTunnel && { failure: exchange.failure }),
    });
  }

  #targetOf(url: URL): Target {
    this.#findProxy ??= this.#own === undefined ? proxiesOf() : () => null;
    const proxy = this.#findProxy(url);
    return proxy === null ? this.#direct(url) : this.#proxied(url, proxy);
  }

  #direct(url: URL): Target {
    const agent = this.#own ?? this.#agent(url.protocol, () => this.#pool(url.protocol));
    return { ...this.#server(url, agent), path: url.pathname, headers: null, isTunnel: false };
  }

  #proxied(url: URL, proxy: URL): Target {
    if (url.protocol === "https:") {
      const agent = this.#agent(`tunnel ${proxy.href}`, () => tunnelAgent(proxy, this.#poolOptions));
      return { ...this.#server(url, agent), path: url.pathname, headers: null, isTunnel: true };
    }
    // Plain http goes through the proxy without a tunnel, as curl does it: many proxies tunnel to port 443 only.
    const agent = this.#agent(proxy.protocol, () => this.#pool(proxy.protocol));
    const headers = { host: url.host, ...proxyLogin(proxy) };
    return { ...this.#server(proxy, agent), path: url.origin + url.pathname, headers, isTunnel: false };
  }

  /** How the server at the other end of the connection is reached. */
  #server({ protocol, hostname, port }: URL, agent: Agent): Pick<Target, "send" | "options"> {
    const { maxHeaderSize } = process.getBuiltinModule("node:http");
    // Without the brackets of IPv6.
    const host = hostname.replace(/^\[(.*)\]$/, "$1");
    const options = {
      agent,
      host,
      port: portOf({ protocol, port }),
      joinDuplicateHeaders: true,
      maxHeaderSize: Math.max(maxHeaderSize, HEADER_BYTES),
    };
    return { send: moduleOf(protocol).request, options };
  }

  #pool(protocol: string): Agent {
    return new (moduleOf(protocol).Agent)(this.#poolOptions);
  }

  #agent(name: string, make: () => Agent): Agent {
    let agent = this.#agents.get(name);
    if (agent === undefined) {
      agent = make();
      this.#agents.set(name, agent);
    }
    return agent;
  }

  #toWire(headers: Headers): Headers {
    let wire = this.#wireHeaders.get(headers);
    if (wire === undefined) {
      wire = { "accept-encoding": acceptEncoding(), ...headers };
      this.#wireHeaders.set(headers, wire);
    }
    return wire;
  }
}

/** Closes the idle connections of a pool: those to one server, or all. */
function dropIdle({ freeSockets }: Agent, server = ""): void {
  for (const [name, sockets] of Object.entries(freeSockets)) {
    // How Node names the connections of a pool begins with the server.
    if (!name.startsWith(server)) continue;
    for (const socket of sockets ?? []) socket.destroy();
  }
}

/** Closes the idle connections of a pool, and each busy one once its request has ended. */
function retire(agent: Agent): void {
  agent.keepSocketAlive = () => false;
  dropIdle(agent);
}
