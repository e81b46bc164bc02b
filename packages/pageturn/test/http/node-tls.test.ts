import { Agent, type ServerOptions } from "node:https";
import { type AddressInfo, createServer as createPlainServer } from "node:net";
import { inspect } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { APIConnectionError } from "../../src/errors/api-error.ts";
import { NodeTransport } from "../../src/http/node-transport.ts";
import type { TLSOptions } from "../../src/http/transport.ts";
import { AUTHORITY, certificate, LOCKED_KEY, PASSPHRASE, PFX } from "./certificates.ts";
import { failureOf, get } from "./exchange-defaults.ts";
import { type SecureServer, startSecureServer } from "./secure-server.ts";

const BOUNDS = { timeout: 10_000, maxResponseBytes: 1_000_000 };
const MUTUAL = { ca: AUTHORITY, requestCert: true, rejectUnauthorized: true };
const { cert, key } = certificate("client");

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function serverOf(options?: ServerOptions): Promise<SecureServer> {
  const server = await startSecureServer(options);
  cleanUps.push(server.close);
  return server;
}

function transportOf(tls: TLSOptions | undefined): NodeTransport {
  const transport = new NodeTransport({ tls });
  cleanUps.push(() => transport.close());
  return transport;
}

function failure(origin: string, tls?: TLSOptions): Promise<Error> {
  return failureOf(
    transportOf(tls).attempt(get(`${origin}/secret-path`, { "x-api-key": "hunter2" }), BOUNDS),
  );
}

describe("a server is refused, and the error says why,", () => {
  test.each<[string, ServerOptions, TLSOptions | undefined, RegExp]>([
    ["whose authority is unknown", {}, undefined, /unable to verify the first certificate|UNABLE_TO_/],
    [
      "that signed its certificate itself",
      certificate("self-signed"),
      undefined,
      /self-signed certificate.*\(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
    ],
    [
      "whose certificate is for another name",
      certificate("other-name"),
      { ca: AUTHORITY },
      /does not match certificate's altnames: IP: 127\.0\.0\.1 .*\(ERR_TLS_CERT_ALTNAME_INVALID\)/,
    ],
    [
      "whose certificate has expired",
      certificate("expired"),
      { ca: AUTHORITY },
      /certificate has expired \(CERT_HAS_EXPIRED\)/,
    ],
    [
      "that speaks an old TLS only",
      { maxVersion: "TLSv1.1", minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" },
      { ca: AUTHORITY },
      /EPROTO|ERR_SSL|protocol/,
    ],
    [
      "that wants a certificate of the client",
      MUTUAL,
      { ca: AUTHORITY },
      /CERTIFICATE_REQUIRED|certificate required|ECONNRESET/,
    ],
    [
      "that wants a certificate of another authority",
      { ...MUTUAL, ca: certificate("other-name").cert },
      { ca: AUTHORITY, cert, key },
      /UNKNOWN_CA|unknown ca|ECONNRESET/,
    ],
  ])("%s", async (_, options, tls, message) => {
    const { origin, seen } = await serverOf(options);
    const error = await failure(origin, tls);
    expect(error).toBeInstanceOf(APIConnectionError);
    expect(error.message).toMatch(message);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/hunter2|PRIVATE KEY/);
    expect(seen).toEqual([]);
  });

  test("that speaks no TLS", async () => {
    const server = createPlainServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    cleanUps.push(() => server.close());
    const error = await failure(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(error).toBeInstanceOf(APIConnectionError);
    expect(error.message).toMatch(/wrong version number|packet length too long|EPROTO/i);
  });
});

test.each<[string, string | Uint8Array | readonly string[]]>([
  ["text", AUTHORITY],
  ["bytes", Buffer.from(AUTHORITY)],
  ["a list", [certificate("other-name").cert, AUTHORITY]],
])("`tls.ca` as %s names the authorities that are trusted", async (_, ca) => {
  const { origin, seen } = await serverOf();
  const transport = transportOf({ ca });
  for (const host of ["127.0.0.1", "localhost"]) {
    const response = await transport.attempt(get(origin.replace("127.0.0.1", host)), BOUNDS);
    expect(response.status).toBe(200);
  }
  expect(seen.length).toBe(2);
});

test.each<[string, TLSOptions]>([
  ["`cert` and `key`", { cert, key }],
  ["`cert`, an encrypted `key` and `passphrase`", { cert, key: LOCKED_KEY, passphrase: PASSPHRASE }],
  ["`pfx` and `passphrase`", { pfx: PFX, passphrase: PASSPHRASE }],
])("%s identify the client", async (_, tls) => {
  const { origin, seen } = await serverOf(MUTUAL);
  const transport = transportOf({ ca: AUTHORITY, ...tls });
  for (let turn = 0; turn < 2; turn += 1) await transport.attempt(get(`${origin}/close`), BOUNDS);
  expect(seen.map(({ client }) => client)).toEqual(["client", "client"]);
});

test.each<[string, TLSOptions]>([
  ["a wrong passphrase", { cert, key: LOCKED_KEY, passphrase: "hunter2" }],
  ["a wrong passphrase of a pfx", { pfx: PFX, passphrase: "hunter2" }],
  ["a key of another certificate", { cert, key: certificate("server").key }],
  ["a certificate that is none", { cert: "hunter2", key }],
  ["an authority that is none", { ca: "-----BEGIN CERTIFICATE-----\nhunter2" }],
])("%s fails the attempt without showing it", async (_, tls) => {
  const { origin } = await serverOf();
  const error = await failure(origin, tls);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("hunter2");
  expect(error.message).toMatch(/./);
});

test.each(["TLSv1.2", "TLSv1.3"] as const)(
  "with %s a new connection takes up the session of the one before",
  async (version) => {
    const { origin, seen } = await serverOf({ minVersion: version, maxVersion: version });
    const transport = transportOf({ ca: AUTHORITY });
    for (let turn = 0; turn < 4; turn += 1) await transport.attempt(get(`${origin}/close`), BOUNDS);
    expect(seen.map(({ reused }) => reused)).toEqual([false, true, true, true]);
  },
);

test("a session belongs to its transport: another `ca` is checked again", async () => {
  const { origin } = await serverOf();
  await transportOf({ ca: AUTHORITY }).attempt(get(`${origin}/close`), BOUNDS);
  expect((await failure(origin)).message).toMatch(/certificate/);
});

test("the caller's own agent makes the connections, with its certificates", async () => {
  const { origin, seen } = await serverOf(MUTUAL);
  const agent = new Agent({ keepAlive: true, ca: AUTHORITY, cert, key });
  const transport = new NodeTransport({ agent });
  for (let turn = 0; turn < 3; turn += 1) await transport.attempt(get(origin), BOUNDS);
  expect(seen.map(({ client }) => client)).toEqual(["client", "client", "client"]);
  expect(Object.values(agent.freeSockets).flat().length).toBe(1);
  agent.destroy();
});

test("after close() no connection of TLS is left", async () => {
  const { origin, open } = await serverOf();
  const transport = transportOf({ ca: AUTHORITY });
  await Promise.all(Array.from({ length: 5 }, () => transport.attempt(get(origin), BOUNDS)));
  await transport.close();
  await expect.poll(open, { interval: 1 }).toBe(0);
});
