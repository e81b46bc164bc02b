import { type ClientFamily, VERSION } from "../client/base-client.ts";
import { checkedBaseURL, clientConfig } from "../client/client-config.ts";
import {
  type AsyncClientOnly,
  CLIENT_OPTIONS,
  defined,
  type HeaderOptions,
  lower,
  type Names,
  type SharedClientOptions,
} from "../client/client-options.ts";
import { checkedLogger, LOG_LEVELS, type LogLevel, logs } from "../client/log-target.ts";
import { ConfigurationError } from "../errors/pageturn-error.ts";
import { API_RULES } from "./api-rules.ts";
import { CREDENTIALS, type Credentials, credentialsOf } from "./credentials.ts";
import { customHeaders, type Environment, isBrowser, readEnvironment } from "./environment.ts";
import { checkedWorkspace, WORKSPACE_HEADER } from "./workspace.ts";

/** The options of both clients of the Anthropic API. `Key` is what a function for the key returns. */
interface AnthropicOptions<Key> extends SharedClientOptions {
  /**
   * Sent as `x-api-key`; from `apiVersion` 2026-10-21 on, as `authorization: Bearer`. Default: `ANTHROPIC_API_KEY`, unless a
   * credential is set here. `null` or blank: none. A function is asked for the key of each attempt. In the async client, its `signal` fires
   * when the request is given up.
   */
  readonly apiKey?:
    | string
    | null
    | ((request: { readonly signal?: AbortSignal | undefined }) => Key)
    | undefined;
  /** Sent as `authorization: Bearer`. Default: `ANTHROPIC_AUTH_TOKEN`, unless a credential is set here. `null` or blank: none. */
  readonly authToken?: string | null | undefined;
  /** Sent as `anthropic-version`. Default `2023-06-01`. */
  readonly apiVersion?: string | undefined;
  /** The workspace of all lists but those of an organization: the header `anthropic-workspace-id`. */
  readonly workspaceId?: string | null | undefined;
  /** The URL of the API; a path in it is put in front of every request's. Default: `ANTHROPIC_BASE_URL`, else the API. */
  readonly baseURL?: string | null | undefined;
  /** Headers of every request, over those in `ANTHROPIC_CUSTOM_HEADERS`. `null` removes one that would be sent otherwise. */
  readonly defaultHeaders?: HeaderOptions | undefined;
  /** Query parameters of every request. */
  readonly defaultQuery?: Readonly<Record<string, unknown>> | undefined;
  /** Permits a credential in the page of a browser, where every visitor can read it. Default `false`. */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
}

/** Options of a client of the Anthropic API. */
export interface ClientOptions extends AnthropicOptions<string> {}

/** Options of the asynchronous client. Its function for the key may return a promise. */
export interface AsyncClientOptions extends AnthropicOptions<string | PromiseLike<string>>, AsyncClientOnly {}

const OWN: Names<Omit<ClientOptions, keyof SharedClientOptions>> = {
  apiKey: true,
  authToken: true,
  apiVersion: true,
  workspaceId: true,
  defaultHeaders: true,
  defaultQuery: true,
  dangerouslyAllowBrowser: true,
};

const DEFAULT_BASE_URL = "https://api.anthropic.com";

/** The clients of the Anthropic API. */
export const ANTHROPIC_CLIENTS: ClientFamily<AnthropicOptions<unknown>> = {
  optionNames: [...Object.keys(OWN), ...CLIENT_OPTIONS],
  overlaid: { headers: "defaultHeaders", query: "defaultQuery" },
  asyncClient: "AsyncAnthropic",
  open: () => {
    const environment = readEnvironment();
    const ownHeaders = customHeaders(environment.customHeaders);
    // Once for a client and its clones.
    const warned = new Set<string>();
    return (options) => {
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
      const credentials = credentialsOf(options, { environment, apiVersion: version });
      const defaultHeaders = { ...ownHeaders, ...defined(options.defaultHeaders, lower) };
      const workspace = checkedWorkspace(options.workspaceId);
      const allowsBrowser: unknown = options.dangerouslyAllowBrowser ?? false;
      if (typeof allowsBrowser !== "boolean") {
        throw new ConfigurationError(
          "Cannot use the option dangerouslyAllowBrowser as it must be true or false",
        );
      }
      if (!allowsBrowser && isBrowser()) refuseCredentials(credentials, defaultHeaders);
      const headers = {
        accept: "application/json",
        "user-agent": `pageturn/${VERSION}`,
        "anthropic-version": version,
        ...(workspace !== undefined && { [WORKSPACE_HEADER]: workspace }),
        ...(allowsBrowser && { "anthropic-dangerous-direct-browser-access": "true" }),
        ...credentials.headers,
      };
      const config = clientConfig(options, {
        baseURL,
        headers,
        defaultHeaders,
        defaultQuery: options.defaultQuery,
        rules: API_RULES,
        keySource: credentials.keySource,
        logLevel: levelOf(environment),
      });
      warn(options, { environment, credentials, warned });
      return config;
    };
  },
};

/** Refuses credentials in a browser; without any, the requests go to a proxy that adds them. */
function refuseCredentials(credentials: Credentials, defaultHeaders: HeaderOptions): void {
  const set = Object.entries({ ...credentials.headers, ...defaultHeaders });
  if (!set.some(([name, value]) => CREDENTIALS.includes(name) && (value ?? "").trim() !== "")) return;
  throw new ConfigurationError(
    "Cannot use a credential in a browser as everyone who opens the page can read it. Set baseURL to a proxy of your own that " +
      'adds it, with defaultHeaders: { "x-api-key": null }; or, if every visitor may have it, dangerouslyAllowBrowser: true',
  );
}

/** The level that the environment names; undefined where it names none that exists. */
function levelOf({ logLevel }: Environment): LogLevel | undefined {
  return LOG_LEVELS.find((level) => level === logLevel);
}

interface Circumstances {
  readonly environment: Environment;
  readonly credentials: Credentials;
  readonly warned: Set<string>;
}

/** Warns of what is ignored, at the level of the client: as the official SDK does. */
function warn(options: AnthropicOptions<unknown>, { environment, credentials, warned }: Circumstances): void {
  const level = options.logLevel ?? levelOf(environment) ?? "warn";
  const isUnknown = environment.logLevel !== undefined && levelOf(environment) === undefined;
  const messages = [
    isUnknown && options.logLevel === undefined
      ? `pageturn: ANTHROPIC_LOG is ignored as it must be one of ${LOG_LEVELS.join(", ")}`
      : "",
    credentials.droppedToken
      ? "pageturn: ANTHROPIC_AUTH_TOKEN is ignored as ANTHROPIC_API_KEY is set too, and this apiVersion sends both as authorization"
      : "",
  ];
  for (const message of messages) {
    if (message === "" || warned.has(message) || !logs(level, "warn")) continue;
    warned.add(message);
    checkedLogger(options.logger).warn(message);
  }
}
