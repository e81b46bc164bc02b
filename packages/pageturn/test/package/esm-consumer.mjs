// Runs in an empty project that has the packed library installed: both loops, imported as ESM.
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
// Nothing is closed: that the process ends all the same is part of the test.
console.log(JSON.stringify({ node: process.versions.node, sync, async, isPage }));
