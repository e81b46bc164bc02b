// Runs in an empty project that has the packed library installed: both loops, from CommonJS.
const { Anthropic, AsyncAnthropic } = require("pageturn");
const { SyncPage } = require("pageturn/pagination");
const { startMockServer } = require("pageturn/testing");

async function main() {
  const server = await startMockServer({ items: 50 });
  const options = { baseURL: server.url, apiKey: server.apiKey };
  const sync = [];
  const async = [];
  for (const model of new Anthropic(options).models.list()) sync.push(model.id);
  for await (const model of new AsyncAnthropic(options).models.list()) async.push(model.id);
  const isPage = new Anthropic(options).models.list() instanceof SyncPage;
  // Nothing is closed: that the process ends all the same is part of the test.
  console.log(JSON.stringify({ node: process.versions.node, sync, async, isPage }));
}

void main();
