import { type ClientFamily, VERSION } from "../client/base-client.ts";
import { checkedBaseURL, clientConfig } from "../client/client-config.ts";
import {
  CLIENT_OPTIONS,
  type HeaderOptions,
  type Names,
  type SharedClientOptions,
} from "../client/client-options.ts";
import { ConfigurationError } from "../errors/pageturn-error.ts";
import { API_RULES } from "./api-rules.ts";
import { credentialHeaders, readEnvironment } from "./credentials.ts";

/** Options of a client of the Anthropic API. */
export interface ClientOptions extends SharedClientOptions {
  /** Sent as `x-api-key`. Default: `ANTHROPIC_API_KEY`, unless a credential is set here. `null` or blank: none. */
  readonly apiKey?: string | null | undefined;
  /** Sent as `authorization: Bearer`. Default: `ANTHROPIC_AUTH_TOKEN`, unless a credential is set here. `null` or blank: none. */
  readonly authToken?: string | null | undefined;
  /** Sent as `anthropic-version`. Default `2023-06-01`. */
  readonly apiVersion?: string | undefined;
  /** The URL of the API; a path in it is put in front of every request's. Default: `ANTHROPIC_BASE_URL`, else the API. */
  readonly baseURL?: string | null | undefined;
  /** Headers of every request. `null` removes one that would be sent otherwise. */
  readonly defaultHeaders?: HeaderOptions | undefined;
  /** Query parameters of every request. */
  readonly defaultQuery?: Readonly<Record<string, unknown>> | undefined;
}

const OWN: Names<Omit<ClientOptions, keyof SharedClientOptions>> = {
  apiKey: true,
  authToken: true,
  apiVersion: true,
  defaultHeaders: true,
  defaultQuery: true,
};

const DEFAULT_BASE_URL = "https://api.anthropic.com";

/** The clients of the Anthropic API. */
export const ANTHROPIC_CLIENTS: ClientFamily<ClientOptions> = {
  optionNames: [...Object.keys(OWN), ...CLIENT_OPTIONS],
  overlaid: { headers: "defaultHeaders", query: "defaultQuery" },
  asyncClient: "AsyncAnthropic",
  open: () => {
    const environment = readEnvironment();
    return (options) => {
      const { defaultHeaders, defaultQuery } = options;
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
      return clientConfig(options, { baseURL, headers, defaultHeaders, defaultQuery, rules: API_RULES });
    };
  },
};
