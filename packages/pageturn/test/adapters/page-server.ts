import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What the server answers. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A loopback server whose answers are a function of the request and of its number, from 1. */
export interface PageServer {
  readonly url: string;
  /** The path and query of every request, in order. */
  readonly requests: string[];
  /** Replaces the answers, and forgets the requests. */
  answer(script: (url: URL, number: number, body: string) => Answer): void;
  close(): Promise<void>;
}

export async function startPageServer(): Promise<PageServer> {
  const requests: string[] = [];
  let script: (url: URL, number: number, body: string) => Answer = () => ({ body: {} });
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    requests.push(request.url ?? "");
    const url = new URL(request.url ?? "", "http://127.0.0.1");
    const { status = 200, headers, body } = script(url, requests.length, text);
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    answer(next) {
      script = next;
      requests.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Lets the `at`th request fail once, with status 500. */
export function failingOnce(at: number, script: (url: URL) => Answer): (url: URL, number: number) => Answer {
  return (url, number) =>
    number === at ? { status: 500, body: { error: { type: "api_error", message: "broken" } } } : script(url);
}

/** All values of an iterator until it is done; a failed `next()` is called again, up to `retries` times. */
export async function drained<V>(
  iterator: AsyncIterator<V>,
  retries = 0,
): Promise<{ values: V[]; errors: unknown[] }> {
  const values: V[] = [];
  const errors: unknown[] = [];
  for (;;) {
    try {
      const result = await iterator.next();
      if (result.done === true) return { values, errors };
      values.push(result.value);
    } catch (error) {
      errors.push(error);
      if (errors.length > retries) return { values, errors };
    }
  }
}
