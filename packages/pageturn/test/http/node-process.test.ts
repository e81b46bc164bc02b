import { afterAll, beforeAll, expect, test } from "vitest";
import { startFaultServerThread, type ThreadedFaultServer } from "./fault-server-thread.ts";
import { runProgram } from "./run-program.ts";

const MODULE = new URL("../../src/http/node-transport.ts", import.meta.url).href;
const BOUNDS = "{ timeout: 60_000, maxResponseBytes: 1e6 }";

let server: ThreadedFaultServer;
beforeAll(async () => {
  server = await startFaultServerThread();
});
afterAll(() => server.close());

async function run(program: string): Promise<string> {
  const prelude = `
    const { NodeTransport } = await import(${JSON.stringify(MODULE)});
    const transport = new NodeTransport();
    const get = (path) => ({ method: "GET", url: ${JSON.stringify(server.origin)} + path, headers: {}, body: null });`;
  const { code, stdout, stderr } = await runProgram(program, { prelude });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

test("a program ends by itself with a connection kept and nothing closed", async () => {
  expect(await run(`console.log((await transport.attempt(get("/ok"), ${BOUNDS})).status);`)).toBe("200");
});

test("an attempt that was given up does not keep the program alive", async () => {
  const program = `
    const signal = AbortSignal.timeout(50);
    await transport.attempt(get("/never"), { ...${BOUNDS}, signal }).catch((error) => console.log(error.name));`;
  expect(await run(program)).toBe("APIUserAbortError");
});

test("a request loads neither https nor the fetch of Node", async () => {
  // An import of node:http would load undici, which Node keeps inside: ten times the time that http takes.
  const program = `
    await transport.attempt(get("/ok"), ${BOUNDS});
    const loaded = process.moduleLoadList.filter((name) => / (?:https|internal\\/deps\\/undici\\/undici|zlib)$/.test(name));
    console.log(JSON.stringify(loaded));`;
  expect(await run(program)).toBe("[]");
});

test("neither does a walk of a client, which reads no header of a page for itself", async () => {
  const program = `
    const { AsyncAnthropic, AsyncPage } = await import(${JSON.stringify(new URL("../../src/pageturn.ts", import.meta.url).href)});
    const client = new AsyncAnthropic({ apiKey: "key", baseURL: ${JSON.stringify(server.origin)} });
    const items = await client.getAPIList("/ok", AsyncPage).toArray();
    const loaded = process.moduleLoadList.filter((name) => / (?:https|internal\\/deps\\/undici\\/undici|zlib)$/.test(name));
    console.log(items.length, JSON.stringify(loaded));`;
  expect(await run(program)).toBe("2 []");
});
