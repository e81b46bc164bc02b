import { Anthropic, AsyncAnthropic } from "pageturn";
import { startMockServer } from "pageturn/testing";

/** One request, as the demo prints it. */
export interface ShownRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly status: number | null;
  readonly items: number | null;
}

/** The clients, and a record of their requests. */
export interface Stage extends AsyncDisposable {
  /** The base URL of the requests. */
  readonly url: string;
  readonly sync: Anthropic;
  readonly async: AsyncAnthropic;
  /** The requests since the last call. */
  requests(): Promise<readonly ShownRequest[]>;
}

/** Starts a mock server, and creates clients for it. */
export async function openStage(): Promise<Stage> {
  // Requests to the mock server must not go through a proxy.
  const direct = [process.env["no_proxy"] ?? process.env["NO_PROXY"], "127.0.0.1"].filter(Boolean).join(",");
  Object.assign(process.env, { no_proxy: direct, NO_PROXY: direct });
  const server = await startMockServer();
  const options = { apiKey: server.apiKey, baseURL: server.url };
  return {
    url: server.url,
    sync: new Anthropic(options),
    async: new AsyncAnthropic(options),
    requests: async () => {
      const log = await server.requests();
      await server.clearRequests();
      return log.map(({ method, path, query, status, items }) => {
        const text = query.map(([name, value]) => `${name}=${value}`).join("&");
        return { method, target: text === "" ? path : `${path}?${text}`, status, items };
      });
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}
