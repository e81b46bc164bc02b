import { type Answer, startPageServer } from "../adapters/page-server.ts";

/** The APIs whose SDKs the documents use, on one local server. */
export interface SdkApis {
  /** What stands for their addresses in the snippets: text is replaced by text. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startSdkApis(): Promise<SdkApis> {
  const server = await startPageServer();
  server.answer((url, _, body) => answer(url, server.url, body));
  const { hostname, port } = new URL(server.url);
  return {
    hosts: {
      'host: "api.stripe.com"': `host: "${hostname}", port: ${port}, protocol: "http"`,
      "https://api.github.com": server.url,
      "https://mcp.example.com": server.url,
      "https://api.shop.example": server.url,
    },
    environment: { OPENAI_BASE_URL: `${server.url}/v1`, OPENAI_API_KEY: "k" },
    close: () => server.close(),
  };
}

/** Seven items each, two on a page; the second page of OpenAI's and of MCP's list is empty. */
const COUNT = 7;

function answer(url: URL, host: string, body: string): Answer {
  const query = (name: string) => url.searchParams.get(name) ?? "";
  if (url.pathname.startsWith("/v1/conversations")) {
    const page = Number(query("after") || 1);
    const data =
      page === 2
        ? []
        : [{ id: `msg_${page}`, type: "message", role: "user", content: [], status: "completed" }];
    return { body: { object: "list", data, has_more: page < 3, last_id: String(page + 1), first_id: "x" } };
  }
  if (url.pathname === "/v1/customers") {
    const start = Number(query("starting_after").replace("cus_", "") || 0);
    return {
      body: { object: "list", data: items("cus_", start), has_more: start + 2 < COUNT, url: url.pathname },
    };
  }
  if (url.pathname.endsWith("/issues")) {
    const page = Number(query("page") || 1);
    const data = items("", page * 2 - 2).map(({ id }) => ({ number: Number(id) }));
    const link = `<${host}/repositories/7/issues?page=${page + 1}>; rel="next"`;
    return { body: data, headers: page * 2 < COUNT ? { link } : {} };
  }
  if (url.pathname === "/orders") {
    const start = Number(query("after") || 0);
    return { body: { orders: items("o", start), after: start + 2 < COUNT ? String(start + 2) : null } };
  }
  return mcp(body);
}

/** Two items after `start`. */
function items(prefix: string, start: number): { id: string }[] {
  const numbers = Array.from({ length: Math.min(2, COUNT - start) }, (_, at) => start + at + 1);
  return numbers.map((number) => ({ id: `${prefix}${number}` }));
}

function mcp(body: string): Answer {
  const { id, method, params } = body === "" ? { id: null, method: "", params: {} } : JSON.parse(body);
  const reply = (result: object) => ({ body: { jsonrpc: "2.0", id, result } });
  if (method === "initialize") {
    const { protocolVersion } = params;
    return reply({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "s", version: "1" } });
  }
  if (method !== "tools/list") return { status: method === "" ? 405 : 202, body: {} };
  const page = Number(params?.cursor ?? 1);
  const tools = page === 2 ? [] : [{ name: `tool_${page}`, inputSchema: { type: "object" } }];
  return reply({ tools, ...(page < 3 && { nextCursor: String(page + 1) }) });
}
