import { Anthropic, AsyncAnthropic } from "pageturn";
import { type MockServer, startMockServer } from "pageturn/testing";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";

let server: MockServer;

beforeAll(async () => {
  server = await startMockServer({ items: 250 });
});
afterAll(() => server.close());

beforeEach(async () => {
  vi.stubEnv("ANTHROPIC_BASE_URL", server.url);
  vi.stubEnv("ANTHROPIC_API_KEY", server.apiKey);
  await server.clearRequests();
  return () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  };
});

const paths = async () => (await server.requests()).map(({ path, params }) => ({ path, ...params }));

test("the two loops of the design print the same ids and make the same requests", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);

  for (const model of new Anthropic().models.list()) console.log(model.id); // blocks
  const sync = { ids: log.mock.calls.flat(), requests: await paths() };
  log.mockClear();
  await server.clearRequests();
  for await (const model of new AsyncAnthropic().models.list()) console.log(model.id);

  expect(new Set(sync.ids).size).toBe(250);
  expect(log.mock.calls.flat()).toEqual(sync.ids);
  expect(await paths()).toEqual(sync.requests);
  expect(sync.requests).toHaveLength(13);
});

test("a sync list is turned page by page by hand", () => {
  const pages = [];
  let page = new Anthropic().models.list({ limit: 100 }); // a SyncPage
  pages.push([page.data.length, page.has_more, page.first_id === page.data.at(0)?.id]);
  while (page.hasNextPage()) {
    page = page.getNextPage();
    pages.push([page.data.length, page.has_more, page.last_id === page.data.at(-1)?.id]);
  }
  expect(pages).toEqual([
    [100, true, true],
    [100, true, true],
    [50, false, true],
  ]);
});

test("an async list is awaited for its first page", async () => {
  const first = await new AsyncAnthropic().models.list(); // an AsyncPage
  expect(first.data).toHaveLength(20);
  const second = await first.getNextPage();
  expect(second.request.query["after_id"]).toBe(first.last_id);
});

test("the lists of the five resources, the nested one with its path parameter", async () => {
  const sync = new Anthropic();
  const async = new AsyncAnthropic();
  const [skill] = sync.skills.list({ limit: 1 }).data;
  const skillId = skill?.id ?? "";
  const counts = {
    "messages.batches": sync.messages.batches.list({ limit: 1000 }).toArray().length,
    files: (await async.files.list({ limit: 1000 }).toArray()).length,
    skills: sync.skills.list({ limit: 1000 }).toArray().length,
    "skills.versions": (await async.skills.versions.list(skillId, { limit: 1000 }).toArray()).length,
  };
  expect(counts).toEqual({ "messages.batches": 250, files: 250, skills: 250, "skills.versions": 250 });
  expect((await paths()).at(-1)?.path).toBe(`/v1/skills/${skillId}/versions`);
});

test("a walk backward from an id sees what stands before it", () => {
  const client = new Anthropic();
  const all = client.models.list({ limit: 1000 }).toArray();
  const before_id = all[120]?.id;
  const backward = client.models.list({ before_id, limit: 50 });
  const pages = [...backward.iterPages()].map((page) => page.data.map(({ id }) => id));
  expect(pages.toReversed().flat()).toEqual(all.slice(0, 120).map(({ id }) => id));
});
