import { checkScript } from "./faults/check-script.ts";
import type { MockServer } from "./mock-server.ts";
import type { MockServerOptions } from "./mock-server-options.ts";
import { serverConfig } from "./server-config.ts";
import { ServerThread } from "./server-thread.ts";

/**
 * Starts a server on 127.0.0.1 that lists what the Anthropic API lists, over real HTTP and by the API's rules.
 * It runs in a thread of its own, so a synchronous client can ask it from the thread that started it, and it does
 * not keep the process alive. What it answers depends only on its options and the request.
 *
 * @throws ConfigurationError where an option cannot be used.
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
      checkScript(script);
      await thread.call({ command: "script", script });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
