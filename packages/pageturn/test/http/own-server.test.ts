import { createServer, type Server } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { refuseOwnServer } from "../../src/http/sync/own-server.ts";

const servers: Server[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function listen(host: string): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

const check = (url: string) => () => refuseOwnServer(url, { asyncClient: "TheOtherClient" });

test.each<[host: string, refused: string[], fine: string[]]>([
  [
    "127.0.0.1",
    ["127.0.0.1", "localhost", "LOCALHOST", "0.0.0.0", "[::ffff:127.0.0.1]", "[::FFFF:7f00:1]"],
    ["[::1]", "127.0.0.2", "api.test"],
  ],
  ["0.0.0.0", ["127.0.0.1", "127.8.0.1", "localhost"], ["[::1]"]],
  [
    "::",
    ["127.0.0.1", "[::1]", "localhost", "[::ffff:127.0.0.1]"],
    ["10.0.0.1", "localhost.test", "127.0.0.1.test"],
  ],
  ["::1", ["[::1]", "localhost"], ["127.0.0.1", "0.0.0.0"]],
])("a server on %s of this thread is found at %j, not at %j", async (host, refused, fine) => {
  const port = await listen(host);
  for (const name of refused) {
    expect(check(`http://${name}:${port}/v1/models`)).toThrow(
      new RegExp(`port ${port} as a server of the same thread .*worker thread .*or use TheOtherClient`),
    );
    expect(check(`https://${name}:${port}`)).toThrow(/blocks the thread/);
    expect(check(`http://${name}:${port === 65_535 ? 1 : port + 1}/`)).not.toThrow();
  }
  for (const name of fine) expect(check(`http://${name}:${port}/`)).not.toThrow();
});

test("a server that has closed is not found", async () => {
  const port = await listen("127.0.0.1");
  const [server] = servers;
  await new Promise((resolve) => server?.close(resolve));
  servers.length = 0;
  expect(check(`http://127.0.0.1:${port}/`)).not.toThrow();
});

test("a worker of a cluster is not refused: another one may answer", async () => {
  const port = await listen("127.0.0.1");
  const { getBuiltinModule } = process;
  vi.spyOn(process, "getBuiltinModule").mockImplementation((id: string) =>
    id === "node:cluster" ? { isWorker: true } : getBuiltinModule(id),
  );
  expect(check(`http://127.0.0.1:${port}/`)).not.toThrow();
});

test("a runtime that does not list its servers is left alone", async () => {
  const port = await listen("127.0.0.1");
  const handles: unknown = Reflect.get(process, "_getActiveHandles");
  Reflect.set(process, "_getActiveHandles", undefined);
  try {
    expect(check(`http://127.0.0.1:${port}/`)).not.toThrow();
  } finally {
    Reflect.set(process, "_getActiveHandles", handles);
  }
});
