import type { FaultScript } from "./faults/fault-script.ts";
import type { LoggedRequest } from "./request-log.ts";
import { checkScriptFor, type MockServerOptions, serverConfig } from "./server-config.ts";
import { ServerThread } from "./server-thread.ts";

/** A running mock server. */
export interface MockServer extends AsyncDisposable {
  /** The base URL, without a slash at the end: `http://127.0.0.1:40123`. */
  readonly url: string;
  /** The key that the server accepts; an empty string if it accepts any. */
  readonly apiKey: string;
  /**
   * Returns the requests so far, in order of arrival. If the log dropped old ones, the first `number` is above
   * 1.
   */
  requests(): Promise<readonly LoggedRequest[]>;
  /** Removes the requests so far from the log. Their numbers are not used again. */
  clearRequests(): Promise<void>;
  /**
   * Replaces the script: it is played from its first step, beginning with the next request. `[]` stops all
   * faults.
   *
   * @throws ConfigurationError if the script is invalid.
   */
  setScript(script: FaultScript): Promise<void>;
  /** Closes all connections and ends the thread. Further calls have no effect. */
  close(): Promise<void>;
}

/**
 * Starts a mock server on 127.0.0.1. It serves the lists of the Anthropic API over real HTTP and follows the
 * rules of the API. It runs in its own thread, so a sync client can call it from the thread that started it,
 * and it does not keep the process alive. Its responses depend only on its options and the requests.
 *
 * @throws ConfigurationError if an option does not exist or cannot be used.
 *
 * @example
 * ```ts
 * import { startMockServer } from "pageturn/testing";
 *
 * await using server = await startMockServer({ items: { models: 45 } });
 * const response = await fetch(`${server.url}/v1/models?limit=20`, {
 *   headers: { "x-api-key": server.apiKey, "anthropic-version": "2023-06-01" },
 * });
 * const { data, has_more } = await response.json();
 * console.log(data.length, has_more); // 20 true
 *
 * const [request] = await server.requests();
 * console.log(request?.path, request?.params); // /v1/models { limit: "20" }
 * ```
 */
export async function startMockServer(options: MockServerOptions = {}): Promise<MockServer> {
  const config = serverConfig(options);
  const thread = new ServerThread(config);
  const url = await thread.url;
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= thread.close();
    return closed;
  };
  return {
    url,
    apiKey: config.apiKey ?? "",
    requests: () => thread.call({ command: "requests" }),
    clearRequests: async () => {
      await thread.call({ command: "clear" });
    },
    setScript: async (script) => {
      checkScriptFor(config, script);
      await thread.call({ command: "script", script });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
