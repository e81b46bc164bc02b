import { Agent } from "node:https";
import { Worker } from "node:worker_threads";
import { ConfigurationError } from "pageturn";
import { createClient, createSyncClient } from "pageturn/client";
import { pageCursor } from "pageturn/strategies";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AUTHORITY, certificate } from "../http/certificates.ts";

/** A server that asks for a certificate, on a thread of its own: a sync client blocks this one. */
const SERVER = `
  const { parentPort, workerData } = require("node:worker_threads");
  const server = require("node:https").createServer({ ...workerData, requestCert: true, rejectUnauthorized: true }, (request, response) => {
    const cursor = new URL(request.url, "https://x").searchParams.get("cursor");
    response.end(JSON.stringify(cursor ? { data: [2] } : { data: [1], next_cursor: "2" }));
  });
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

let server: Worker;
let baseURL = "";
beforeAll(async () => {
  server = new Worker(SERVER, { eval: true, workerData: { ca: AUTHORITY, ...certificate("server") } });
  const port = await new Promise((resolve) => server.once("message", resolve));
  baseURL = `https://localhost:${port}`;
});
afterAll(async () => {
  await server.terminate();
});

const tls = { ca: AUTHORITY, ...certificate("client") };
const strategy = pageCursor();

test("both clients reach a server of a private authority that asks for a certificate", async () => {
  const client = createClient({ baseURL, strategy, tls, maxRetries: 0 });
  expect(await client.list("/x").toArray()).toEqual([1, 2]);
  await client.close();
  const agent = new Agent({ ...tls, keepAlive: true });
  const pooled = createClient({ baseURL, strategy, agent, maxRetries: 0 });
  expect(await pooled.list("/x").toArray()).toEqual([1, 2]);
  // The pool is the caller's: the client leaves its connections open.
  await pooled.close();
  expect(Object.keys(agent.freeSockets)).toHaveLength(1);
  agent.destroy();
  const sync = createSyncClient({ baseURL, strategy, tls: { ...tls, ca: [AUTHORITY] }, maxRetries: 0 });
  expect(sync.list("/x").toArray()).toEqual([1, 2]);
  sync.close();
});

test("without the authority, or the certificate, the error says what is wrong, and a clone has its own connections", async () => {
  const client = createClient({ baseURL, strategy, maxRetries: 0 });
  await expect(client.list("/x").toArray()).rejects.toThrow(/certificate.*NODE_EXTRA_CA_CERTS/s);
  expect(await client.withOptions({ tls }).list("/x").toArray()).toEqual([1, 2]);
  const sync = createSyncClient({ baseURL, strategy, tls: { ca: AUTHORITY }, maxRetries: 0 });
  expect(() => sync.list("/x").toArray()).toThrow(/certificate required|handshake|ECONNRESET/i);
  expect(sync.withOptions({ tls }).list("/x").toArray()).toEqual([1, 2]);
});

test("options of connections that cannot be used are refused, without their values", () => {
  const wrong = (options: object) => () => createClient({ baseURL, ...options });
  expect(wrong({ tls: { cert: 5 } })).toThrow(
    /option tls.cert as it must be text or bytes: the content of a file/,
  );
  expect(wrong({ tls: { keys: "SECRET" } })).toThrow(/"keys".*key/);
  expect(wrong({ tls: "ca.pem" })).toThrow(ConfigurationError);
  expect(wrong({ agent: {} })).toThrow(/option agent as it must be an http.Agent or https.Agent/);
  expect(wrong({ agent: new Agent(), tls })).toThrow(/options agent and tls together/);
  expect(wrong({ fetch, tls })).toThrow(/options fetch and tls together/);
  const sync = (): unknown => createSyncClient(Object({ baseURL, agent: new Agent() }));
  expect(sync).toThrow(/option agent in the sync client.*or the option tls/);
});
