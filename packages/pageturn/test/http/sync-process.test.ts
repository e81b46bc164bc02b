import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startFaultServerThread, type ThreadedFaultServer } from "./fault-server-thread.ts";
import { type ProgramRun, runProgram } from "./run-program.ts";

const MODULE = new URL("../../src/http/sync/sync-transport.ts", import.meta.url).href;

let server: ThreadedFaultServer;
beforeAll(async () => {
  server = await startFaultServerThread();
});
afterAll(() => server.close());

/** Runs a program in a process of its own. One that does not end by itself fails. */
function run(program: string, flags: readonly string[] = [], env: object = {}): Promise<ProgramRun> {
  const prelude = `
    const { SyncTransport } = await import(${JSON.stringify(MODULE)});
    const transport = new SyncTransport();
    const origin = ${JSON.stringify(server.origin)};
    const options = { timeout: 5000, maxRetries: 0, maxResponseBytes: 1e6 };
    const get = (path) => ({ method: "GET", url: origin + path, headers: {}, body: null });`;
  return runProgram(program, { prelude, flags, env });
}

test("a program ends by itself after a synchronous request", async () => {
  const done = await run(`console.log(transport.send(get("/ok"), options).response.status);`);
  expect(done).toEqual({ code: 0, stdout: "200", stderr: "" });
});

test("a program ends by itself while a request is still under way", async () => {
  const done = await run(
    `transport.send(get("/ok"), options); transport.start(get("/never"), options); console.log("end");`,
  );
  expect(done).toEqual({ code: 0, stdout: "end", stderr: "" });
});

test("process.exit() is not held up, and keeps its code", async () => {
  const done = await run(`transport.send(get("/ok"), options); process.exit(7);`);
  expect(done).toEqual({ code: 7, stdout: "", stderr: "" });
});

test("an error that nobody catches ends the program with the caller's line", async () => {
  const done = await run(`function theCaller() { transport.send(get("/reset"), options); } theCaller();`);
  expect(done.code).toBe(1);
  expect(done.stderr).toMatch(/APIConnectionError: GET .*\n +at theCaller/);
});

test("the program's own flags do not reach the worker", async () => {
  const program = `console.log(transport.send(get("/ok"), options).response.status);`;
  const done = await run(program, ["--import", "data:text/javascript,console.log('loaded')"]);
  expect(done).toMatchObject({ code: 0, stdout: "loaded\n200" });
});

describe("flags of the program that concern the network reach the worker", () => {
  const program = `
    try { console.log(transport.send(get("/long-header?bytes=100000"), options).response.status); }
    catch (error) { console.log(error.cause.code); }`;

  test.each<[flags: string[], env: object, printed: string]>([
    [[], {}, "HPE_HEADER_OVERFLOW"],
    [["--max-http-header-size=131072"], {}, "200"],
    [["--max-http-header-size", "131072"], {}, "200"],
    [[], { NODE_OPTIONS: "--max-http-header-size=131072" }, "200"],
    [
      ["--max-http-header-size=131072", "--title=x", "--tls-cipher-list=AES128-SHA", "--use-openssl-ca"],
      {},
      "200",
    ],
  ])("%j and %j", async (flags, env, printed) => {
    expect(await run(program, flags, env)).toMatchObject({ code: 0, stdout: printed });
  });
});

test("a synchronous request works inside a Worker, which ends by itself", async () => {
  const done = await run(`
    const { Worker } = await import("node:worker_threads");
    const code = \`import(\${JSON.stringify(${JSON.stringify(MODULE)})}).then(({ SyncTransport }) => {
      const { status } = new SyncTransport().send(\${JSON.stringify(get("/gzip"))}, \${JSON.stringify(options)}).response;
      console.log(status);
    });\`;
    const worker = new Worker(code, { eval: true, execArgv: [] });
    worker.on("exit", (exitCode) => console.log("exit", exitCode));
  `);
  expect(done).toEqual({ code: 0, stdout: "200\nexit 0", stderr: "" });
});

test("a proxy that the program sets for itself is seen by the worker", async () => {
  const done = await run(`
    process.env.HTTP_PROXY = "http://127.0.0.1:1";
    try { transport.send(get("/ok"), options); } catch (error) { console.log(error.cause.code); }
  `);
  expect(done).toMatchObject({ code: 0, stdout: "ECONNREFUSED" });
});

test("close() without a worker starts none", async () => {
  const done = await run(
    `transport.close(); console.log(process.getActiveResourcesInfo().includes("Worker"));`,
  );
  expect(done).toMatchObject({ code: 0, stdout: "false" });
});

test("a proxy variable that is no URL is a ConfigurationError for a synchronous caller too", async () => {
  const done = await run(`
    process.env.HTTP_PROXY = ":::";
    try { transport.send(get("/ok"), options); } catch (error) { console.log(error.name, error.request); }
    delete process.env.HTTP_PROXY;
    console.log(transport.send(get("/ok"), options).response.status);
  `);
  expect(done).toMatchObject({ code: 0, stdout: "ConfigurationError undefined\n200" });
});
