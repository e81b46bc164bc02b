import { Anthropic, AsyncAnthropic, type PageResponse } from "pageturn";
import { startMockServer } from "pageturn/testing";
import { UsageError } from "./command.ts";

/** One request, as the demo prints it. */
export interface ShownRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly status: number | null;
  readonly items: number | null;
}

/** The members of a page that the record of a live stage uses. */
interface SeenPage {
  readonly response: PageResponse;
  getPaginatedItems(): readonly unknown[];
}

/** The clients, and a record of their requests. */
export interface Stage extends AsyncDisposable {
  readonly live: boolean;
  /** The base URL of the requests. */
  readonly url: string;
  readonly sync: Anthropic;
  readonly async: AsyncAnthropic;
  /** Records a page that was fetched by hand. The pages of walks are recorded without it. */
  saw<P extends SeenPage>(page: P): P;
  /** The requests since the last call. */
  requests(): Promise<readonly ShownRequest[]>;
}

/** Creates the clients. Throws {@link UsageError} if `live` is true and there is no key. */
export function openStage({ live }: { live: boolean }): Promise<Stage> {
  return live ? Promise.resolve(liveStage()) : mockStage();
}

async function mockStage(): Promise<Stage> {
  // Requests to the mock server must not go through a proxy.
  const direct = [process.env["no_proxy"] ?? process.env["NO_PROXY"], "127.0.0.1"].filter(Boolean).join(",");
  Object.assign(process.env, { no_proxy: direct, NO_PROXY: direct });
  const server = await startMockServer();
  const options = { apiKey: server.apiKey, baseURL: server.url };
  return {
    live: false,
    url: server.url,
    sync: new Anthropic(options),
    async: new AsyncAnthropic(options),
    saw: (page) => page,
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

/** The log of the real server cannot be read, so the record is made from the pages. */
function liveStage(): Stage {
  const { ANTHROPIC_API_KEY: key, ANTHROPIC_AUTH_TOKEN: token, ANTHROPIC_BASE_URL: url } = process.env;
  if (!key?.trim() && !token?.trim()) {
    throw new UsageError(
      "Cannot use the real API because there is no key. Set ANTHROPIC_API_KEY, or leave out --live to use the mock server",
    );
  }
  const seen: ShownRequest[] = [];
  const saw = <P extends SeenPage>(page: P): P => {
    const { pathname, search } = new URL(page.response.url);
    const target = decodeURIComponent(pathname + search);
    seen.push({
      method: "GET",
      target,
      status: page.response.status,
      items: page.getPaginatedItems().length,
    });
    return page;
  };
  const walk = { onPage: saw };
  const client = new AsyncAnthropic({ walk });
  return {
    live: true,
    url: url?.trim() || "https://api.anthropic.com",
    sync: new Anthropic({ walk }),
    async: client,
    saw,
    requests: async () => seen.splice(0),
    [Symbol.asyncDispose]: () => client.close(),
  };
}
