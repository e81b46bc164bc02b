// Runs in an empty project that has the packed library installed: both loops, imported as ESM.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import { Anthropic, AsyncAnthropic } from "pageturn";
import { SyncPage } from "pageturn/pagination";
import { startMockServer } from "pageturn/testing";

const server = await startMockServer({ items: 50 });
const options = { baseURL: server.url, apiKey: server.apiKey };
const sync = [];
const async = [];
for (const model of new Anthropic(options).models.list()) sync.push(model.id);
for await (const model of new AsyncAnthropic(options).models.list()) async.push(model.id);
const isPage = new Anthropic(options).models.list() instanceof SyncPage;

// A bound beyond the largest buffer of Node 20, for a body that is decompressed in zlib's thread.
const body = gzipSync(
  JSON.stringify({ data: [{ id: randomBytes(100_000).toString("hex") }], has_more: false }),
);
const gzip = createServer((_, answer) => answer.writeHead(200, { "content-encoding": "gzip" }).end(body));
await new Promise((resolve) => gzip.listen(0, "127.0.0.1", resolve));
const unbounded = { maxResponseBytes: Number.MAX_SAFE_INTEGER, maxRetries: 0, apiKey: "key" };
const baseURL = `http://127.0.0.1:${gzip.address().port}`;
const [large] = await new AsyncAnthropic({ ...unbounded, baseURL }).models.list().toArray();
if (large?.id.length !== 200_000) throw new Error("a gzip body was not decompressed");
gzip.unref();

// Nothing is closed: that the process ends all the same is part of the test.
console.log(JSON.stringify({ node: process.versions.node, sync, async, isPage }));
