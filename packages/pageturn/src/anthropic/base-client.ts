import { type ClientConfig, checkedBaseURL, checkNames, clientConfig } from "../client/client-config.ts";
import {
  type BaseClientOptions,
  CLIENT_OPTIONS,
  copiedOptions,
  withOptions,
} from "../client/client-options.ts";
import { ListCall, type ListCallInit } from "../client/list-call.ts";
import { ConfigurationError } from "../errors/pageturn-error.ts";
import { API_RULES } from "./api-rules.ts";
import type { Endpoint } from "./catalog/endpoint.ts";
import { credentialHeaders, type Environment, readEnvironment, sameCredentials } from "./credentials.ts";
import { resourceTree } from "./resource-tree.ts";

/** The version of this library; a test keeps it equal to the one in package.json. */
export const VERSION = "0.1.0";

/** Options of a client. */
export interface ClientOptions extends BaseClientOptions {
  /** Sent as `x-api-key`. Default: `ANTHROPIC_API_KEY`, unless a credential is set here. `null` or blank: none. */
  readonly apiKey?: string | null | undefined;
  /** Sent as `authorization: Bearer`. Default: `ANTHROPIC_AUTH_TOKEN`, unless a credential is set here. `null` or blank: none. */
  readonly authToken?: string | null | undefined;
  /** Sent as `anthropic-version`. Default `2023-06-01`. */
  readonly apiVersion?: string | undefined;
  /** The URL of the API; a path in it is put in front of every request's. Default: `ANTHROPIC_BASE_URL`, else the API. */
  readonly baseURL?: string | null | undefined;
}

/** Options of the async client. */
export interface AsyncClientOptions extends ClientOptions {
  /** Sends the requests instead of the platform's own transport. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

const OWN_OPTIONS: Readonly<Record<Exclude<keyof AsyncClientOptions, keyof BaseClientOptions>, true>> = {
  apiKey: true,
  authToken: true,
  apiVersion: true,
  fetch: true,
};
const KNOWN_OPTIONS = [...Object.keys(OWN_OPTIONS), ...CLIENT_OPTIONS];

const DEFAULT_BASE_URL = "https://api.anthropic.com";

/** Refuses options that no client has, or this one cannot use. */
function checkOptions(options: unknown, asyncClient: string | undefined): void {
  // `new Anthropic(key)` is what some other libraries take.
  if (typeof options !== "object" || options === null) {
    throw new ConfigurationError("Cannot make a client as its options must be an object: { apiKey }");
  }
  checkNames("client", options, { known: KNOWN_OPTIONS, asyncClient });
}

/** The options of a client, checked, over what the environment and the API say. */
function anthropicConfig(options: AsyncClientOptions, environment: Environment): ClientConfig {
  const baseURL =
    options.baseURL === undefined || options.baseURL === null
      ? checkedBaseURL(environment.baseURL ?? DEFAULT_BASE_URL, "ANTHROPIC_BASE_URL as the baseURL")
      : checkedBaseURL(options.baseURL, "the option baseURL");
  const version: unknown = options.apiVersion ?? "2023-06-01";
  if (typeof version !== "string" || version.trim() === "") {
    throw new ConfigurationError(
      'Cannot use the option apiVersion as it must be a date as text: "2023-06-01"',
    );
  }
  const headers = {
    accept: "application/json",
    "user-agent": `pageturn/${VERSION}`,
    "anthropic-version": version,
    ...credentialHeaders(options, environment),
  };
  return clientConfig({ ...options, baseURL }, { headers, rules: API_RULES });
}

/** What both clients have in common: options, credentials and the tree of resources. */
export abstract class BaseClient<O extends AsyncClientOptions> {
  readonly #options: O;
  /** The name of the client to recommend, where this one blocks. */
  readonly #asyncClient: string | undefined;
  /** As it was when the client was made, also for its clones. */
  #environment: Environment;
  #config: ClientConfig;

  constructor(options: O, { blocks }: { readonly blocks: boolean }) {
    this.#asyncClient = blocks ? API_RULES.asyncClient : undefined;
    checkOptions(options, this.#asyncClient);
    this.#environment = readEnvironment();
    this.#options = copiedOptions(options, KNOWN_OPTIONS);
    this.#config = anthropicConfig(this.#options, this.#environment);
    const tree = resourceTree((endpoint, args) => this.listEndpoint(endpoint, args));
    Object.assign(this, tree);
  }

  /** @internal Lists an endpoint with the arguments of its `list()`. */
  protected abstract listEndpoint(endpoint: Endpoint, args: readonly unknown[]): unknown;

  /** @internal One call of a list, checked. */
  protected listCall(init: ListCallInit): ListCall {
    return new ListCall(this.#config, init, this.#asyncClient);
  }

  /** @internal The options of this client, some of them replaced. */
  protected changedOptions(changes: O): O {
    checkOptions(changes, this.#asyncClient);
    return withOptions(this.#options, changes);
  }

  /**
   * @internal Makes a clone use the environment that this client has read, and wait for the same rate limit, unless it has
   * another one: other credentials, another host.
   */
  protected passOn(clone: BaseClient<O>): void {
    const { baseURL, headers, pacer } = this.#config;
    const config = anthropicConfig(clone.#options, this.#environment);
    const isShared = config.baseURL === baseURL && sameCredentials(config.headers, headers);
    clone.#environment = this.#environment;
    clone.#config = isShared ? { ...config, pacer } : config;
  }
}
