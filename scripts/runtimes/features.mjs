// Runs in every runtime, on the packed library: one check for each feature. Nothing here may need a module of Node.js.
import SDK from "@anthropic-ai/sdk";
import {
  Anthropic,
  APIConnectionError,
  APIStatusError,
  APIUserAbortError,
  AsyncAnthropic,
  ConfigurationError,
  flatMap,
  flatMapSync,
  PageturnError,
  sliceByTime,
  splitAt,
  toReadable,
  toReadableStream,
} from "pageturn";
import { createClient, createSyncClient } from "pageturn/client";
import { paginate } from "pageturn/paginate";
import { pageCursor } from "pageturn/strategies";

function equal(actual, expected, what) {
  const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (found !== wanted) throw new Error(`${what}: expected ${wanted}, found ${found}`);
}

async function thrownBy(call) {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

/** The checks; `sync` is null in a runtime that cannot wait for an answer. `false`: it needs what the runtime does not have. */
function checks({ blocks, startMockServer, readCatalog, tracingChannel, ...options }) {
  const { baseURL } = options;
  const client = new AsyncAnthropic(options);
  const sync = blocks ? new Anthropic(options) : null;
  const list = (limit = 20) => client.models.list({ limit });

  return {
    async "async walk"() {
      const walk = list().items();
      const ids = [];
      for await (const { id } of walk) ids.push(id);
      equal([ids.length, new Set(ids).size, walk.outcome?.complete], [50, 50, true], "items");
      const page = await list();
      equal([page.data.length, page.response.status], [20, 200], "the first page");
    },

    async "sync walk"() {
      if (sync === null) {
        const error = await thrownBy(() => new Anthropic(options));
        equal(
          error instanceof ConfigurationError && /Use AsyncAnthropic/.test(error.message),
          true,
          String(error),
        );
        return;
      }
      const walk = sync.models.list({ limit: 20 }).items();
      equal([[...walk].length, walk.outcome?.complete], [50, true], "items");
      equal(sync.models.list({ limit: 7 }).getNextPage().data.length, 7, "the second page");
    },

    async resume() {
      const walk = list(7).items({ maxItems: 10 });
      const items = [];
      for await (const item of walk) items.push(item);
      const checkpoint = JSON.parse(JSON.stringify(walk.checkpoint));
      const rest = await client.models.list({ limit: 7 }, { resumeFrom: checkpoint }).toArray();
      equal(
        [items.length, rest.length, rest[0]?.id],
        [10, 40, (await list().toArray())[10]?.id],
        "both parts",
      );
      if (sync === null) return;
      equal(sync.models.list({ limit: 7 }, { resumeFrom: checkpoint }).toArray(), rest, "the sync walk");
    },

    async abort() {
      const controller = new AbortController();
      const walk = client.models.list({ limit: 5 }, { signal: controller.signal }).items();
      await walk.next();
      controller.abort();
      const error = await thrownBy(async () => {
        for await (const _ of walk);
      });
      equal([error instanceof APIUserAbortError, walk.outcome?.reason], [true, "aborted"], String(error));
    },

    async prefetch() {
      const walk = list(5).items({ prefetch: 3 });
      let count = 0;
      for await (const _ of walk) count += 1;
      equal(count, 50, "items");
      for await (const _ of list(5).items({ prefetch: 3 })) break;
      if (sync === null) return;
      equal([...sync.models.list({ limit: 5 }).items({ prefetch: 1 })].length, 50, "the sync walk");
    },

    async flatMap() {
      const inner = () => client.models.list({ limit: 50 });
      const outer = client.models.list({ limit: 50 });
      let count = 0;
      for await (const _ of flatMap(outer, inner, { concurrency: 4 })) count += 1;
      equal(count, 2500, "items");
      if (sync === null) return;
      const walk = flatMapSync(sync.models.list({ limit: 2 }), () => sync.models.list({ limit: 50 }));
      let items = 0;
      for (const _ of walk) if (++items === 120) break;
      equal(items, 120, "the sync walk");
    },

    async segments() {
      const places = [];
      const walk = list(5).items();
      for (let count = 1; count <= 50; count += 1) {
        await walk.next();
        if (count % 15 === 0) places.push(walk.checkpoint);
      }
      const again = [];
      for await (const { id } of splitAt(list(5), places)) again.push(id);
      equal(
        again,
        (await list().toArray()).map(({ id }) => id),
        "items",
      );
      equal([again.length, new Set(again).size, places.length], [50, 50, 3], "items and segments");
    },

    async slices() {
      const sessions = client.beta.sessions.list({ "created_at[gte]": "2020-01-01T00:00:00Z", limit: 10 });
      const ids = (await sessions.toArray()).map(({ id }) => id);
      const found = [];
      for await (const { id } of sliceByTime(sessions, { to: "2030-01-01T00:00:00Z", concurrency: 3 }))
        found.push(id);
      equal(found, ids, "items");
      equal([found.length, new Set(found).size], [50, 50], "items");
    },

    async streams() {
      const reader = toReadableStream(list().items()).getReader();
      let count = 0;
      while (!(await reader.read()).done) count += 1;
      equal(count, 50, "items");
    },

    async toReadable() {
      if (globalThis.process?.getBuiltinModule?.("node:stream") === undefined) {
        const error = await thrownBy(() => toReadable(list().items()));
        equal(error instanceof ConfigurationError, true, String(error));
        return false;
      }
      let count = 0;
      for await (const _ of toReadable(list().items())) count += 1;
      equal(count, 50, "items");
    },

    async strategies() {
      const headers = { "x-api-key": options.apiKey, "anthropic-version": "2023-06-01" };
      const strategy = pageCursor({ from: { body: "next_page" }, to: "page", hasMore: "has_more" });
      const own = { baseURL, headers, strategy };
      const query = { limit: 10 };
      const skills = createClient(own).list("/v1/skills", { query });
      equal((await skills.toArray()).length, 50, "items");
      if (blocks)
        equal(
          createSyncClient(own).list("/v1/skills", { query }).toArray().length,
          50,
          "items of the sync walk",
        );
      else {
        const error = await thrownBy(() => createSyncClient(own));
        equal(/Use createClient\(\)/.test(error.message), true, String(error));
      }
    },

    async "foreign SDK"() {
      const { apiKey } = options;
      const sdk = new SDK({
        apiKey,
        // All that it would read from the environment, which Deno permits only if it is asked to.
        authToken: null,
        webhookKey: null,
        baseURL,
        logLevel: "off",
        dangerouslyAllowBrowser: true,
      });
      equal((await paginate(sdk.models.list({ limit: 20 })).toArray()).length, 50, "items");
    },

    async errors() {
      const wrong = await thrownBy(() => new AsyncAnthropic({ ...options, apiKey: "wrong" }).models.list());
      equal([wrong.name, wrong.status], ["AuthenticationError", 401], String(wrong));
      equal([wrong instanceof APIStatusError, wrong instanceof PageturnError], [true, true], "classes");
      const nowhere = { ...options, baseURL: "http://127.0.0.1:1", maxRetries: 0 };
      const lost = await thrownBy(() => new AsyncAnthropic(nowhere).models.list());
      equal(lost instanceof APIConnectionError, true, String(lost));
      if (sync === null) return;
      const refused = await thrownBy(() => new Anthropic({ ...options, apiKey: "wrong" }).models.list());
      equal([refused.name, refused.status], ["AuthenticationError", 401], String(refused));
      const unreachable = await thrownBy(() => new Anthropic(nowhere).models.list());
      equal(unreachable instanceof APIConnectionError, true, String(unreachable));
    },

    async "mock server"() {
      if (startMockServer === undefined) return false;
      const server = await startMockServer({ items: 30 });
      const own = { apiKey: server.apiKey, baseURL: server.url };
      equal((await new AsyncAnthropic(own).models.list().toArray()).length, 30, "items");
      equal([...new Anthropic(own).models.list()].length, 30, "items of the sync walk");
      equal((await server.requests()).length, 4, "requests");
      await server.close();
    },

    async catalog() {
      if (readCatalog === undefined) return false;
      const models = readCatalog().endpoints.find(({ id }) => id === "models");
      equal(models?.path, "/v1/models", "the path of a list");
    },

    async tracing() {
      if (tracingChannel === undefined) return false;
      const names = [];
      const stops = ["walk", "page", "request"].map((name) => {
        const { start, asyncEnd } = tracingChannel(`pageturn:${name}`);
        const [began, ended] = [() => names.push(name), () => names.push(`end of ${name}`)];
        start.subscribe(began);
        asyncEnd.subscribe(ended);
        return () => start.unsubscribe(began) && asyncEnd.unsubscribe(ended);
      });
      const one = ["walk", "page", "request", "end of request", "end of page", "end of walk"];
      await list(50).toArray();
      equal(names.splice(0), one, "events of an async walk");
      for (const _ of sync.models.list({ limit: 25 }).items({ prefetch: 1 })) break;
      equal(names.filter((name) => name.startsWith("end")).length * 2, names.length, "events of a sync walk");
      for (const stop of stops) stop();
    },
  };
}

/**
 * Runs all checks. `blocks` says whether the runtime can wait for an answer; the functions in `node` are there in Node.js, Bun and Deno.
 * Returns, for each feature, null, why its check failed, or `false` where it was not run.
 */
export async function runFeatures({ baseURL, apiKey, blocks, ...node }) {
  const options = { apiKey, baseURL, dangerouslyAllowBrowser: true };
  const failures = {};
  for (const [name, check] of Object.entries(checks({ blocks, ...node, ...options }))) {
    try {
      failures[name] = (await check()) ?? null;
    } catch (error) {
      failures[name] = `${error}`;
    }
  }
  return failures;
}
