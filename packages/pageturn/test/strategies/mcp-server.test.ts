import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { createClient } from "pageturn/client";
import { mcp } from "pageturn/strategies";
import { expect, test } from "vitest";

const pages: Readonly<Record<string, { readonly names: readonly string[]; readonly nextCursor?: string }>> = {
  "": { names: ["a", "b"], nextCursor: "c2" },
  c2: { names: [], nextCursor: "c3" },
  c3: { names: ["c"] },
};

/** The server of the SDK without sessions, which is made for each request. */
async function answer(request: IncomingMessage, response: ServerResponse, enableJsonResponse: boolean) {
  const server = new Server(
    { name: "tools", version: "1.0.0" },
    { capabilities: { tools: {}, logging: {} } },
  );
  server.setRequestHandler(ListToolsRequestSchema, async ({ params }, { sendNotification }) => {
    await sendNotification({
      method: "notifications/message",
      params: { level: "info", data: { error: 1 } },
    });
    const page = pages[params?.cursor ?? ""];
    if (page === undefined) throw new Error("no such page");
    const { names, ...rest } = page;
    return { ...rest, tools: names.map((name) => ({ name, inputSchema: { type: "object" as const } })) };
  });
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse });
  // The cast: its types say that each member may be undefined, where those of the SDK's own interface do not.
  await server.connect(transport as Parameters<Server["connect"]>[0]);
  await transport.handleRequest(request, response);
}

test.each([
  ["an event stream", false],
  ["JSON", true],
])("a server of the MCP SDK that answers with %s is listed to its end", async (_, enableJsonResponse) => {
  const listener = createServer((request, response) => void answer(request, response, enableJsonResponse));
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  // The cast: a server that listens on a port has such an address.
  const { port } = listener.address() as AddressInfo;
  const client = createClient({
    baseURL: `http://127.0.0.1:${port}`,
    headers: { accept: "application/json, text/event-stream" },
    maxRetries: 0,
  });
  const tools = (cursor?: string) =>
    client.list<{ name: string }>("/mcp", {
      strategy: mcp({ list: "tools" }),
      json: {
        jsonrpc: "2.0",
        id: 1,
        method: "tools/list",
        params: { ...(cursor !== undefined && { cursor }) },
      },
    });
  expect((await tools().toArray()).map(({ name }) => name)).toEqual(["a", "b", "c"]);
  await expect(tools("gone").toArray()).rejects.toThrow(
    /answered 200, but with an error that stands for status 500: no such page/,
  );
  await client.close();
  listener.close();
});
