import { Anthropic as Sdk } from "@anthropic-ai/sdk";
import { Anthropic, AsyncAnthropic } from "pageturn";
import { type MockServer, type ServedEndpoint, startMockServer } from "pageturn/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readFullCatalog } from "../../../pageturn/src/testing/served-endpoints.ts";
import {
  allParams,
  type Params,
  pageturnArguments,
  sdkArguments,
  walkParams,
} from "../../src/requests/list-arguments.ts";
import { asyncList, syncList } from "../../src/requests/pageturn-list.ts";
import { sdkLists } from "../../src/requests/sdk-lists.ts";
import { differences, type RecordedWalk } from "../../src/requests/sent-request.ts";
import { knownDifferences } from "./known-differences.ts";
import { isOnlyOurs, ownId } from "./twin.ts";

const ids = [...sdkLists(new Sdk({ apiKey: "none" })).keys()];
const catalog = new Map<string, ServedEndpoint>(readFullCatalog().map((endpoint) => [endpoint.id, endpoint]));

function twinOf(id: string): ServedEndpoint {
  const endpoint = catalog.get(ownId(id));
  if (endpoint === undefined) throw new Error(`pageturn has no ${ownId(id)}, which the SDK lists as ${id}`);
  return endpoint;
}

describe("requests, pageturn beside the official SDK", () => {
  let server: MockServer;
  let lists: ReturnType<typeof sdkLists>;
  let client: AsyncAnthropic;
  let blocking: Anthropic;
  beforeAll(async () => {
    server = await startMockServer({ items: 25 });
    const options = { apiKey: server.apiKey, baseURL: server.url, maxRetries: 0 };
    lists = sdkLists(new Sdk({ ...options, logLevel: "off" }));
    client = new AsyncAnthropic(options);
    blocking = new Anthropic(options);
  });
  afterAll(() => server.close());
  beforeEach(() => server.clearRequests());

  async function recorded(walk: () => Promise<readonly unknown[]>): Promise<RecordedWalk> {
    await server.clearRequests();
    const items = await walk();
    return { items, sent: await server.requests() };
  }

  /** The items of a list in each of the clients, and what they asked the server for them. */
  async function walks(id: string, params: Params) {
    const endpoint = twinOf(id);
    const args = pageturnArguments(endpoint, params);
    const sdk = lists.get(id);
    if (sdk === undefined) throw new Error(`The SDK has no ${id}.list()`);
    return {
      sdk: await recorded(() => itemsOf(() => sdk(...sdkArguments(endpoint, params)))),
      own: await recorded(() => itemsOf(() => asyncList(client, endpoint.id)(...args))),
      sync: await recorded(() => itemsOf(() => syncList(blocking, endpoint.id)(...args))),
    };
  }

  it("finds a twin for every list of the SDK, and names every list that only pageturn has", () => {
    expect(ids.length).toBeGreaterThanOrEqual(108);
    for (const id of ids) expect(catalog.has(ownId(id)), id).toBe(true);
    const shared = new Set(ids.map(ownId));
    const rest = [...catalog.keys()].filter((id) => !shared.has(id));
    expect(rest.filter((id) => !isOnlyOurs(id))).toEqual([]);
    expect(rest.length + shared.size).toBe(catalog.size);
  });

  it("names no difference of a list that the SDK does not have", () => {
    const named = knownDifferences.map(({ endpoint }) => endpoint).filter((id) => id !== "all");
    expect(named.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it.each(ids)("gives the same items for the same requests: %s", async (id) => {
    const { sdk, own, sync } = await walks(id, walkParams(twinOf(id), 10));
    expect(own.items).toHaveLength(25);
    expect(own.sent).toHaveLength(3);
    expect(differences(own, sync)).toEqual([]);
    expect(differences(sdk, own)).toEqual(expectedFor(id));
  });

  it.each(ids)("writes every parameter alike: %s", async (id) => {
    const { sdk, own, sync } = await walks(id, { ...allParams(twinOf(id)), ...betasFor(id) });
    expect(differences(own, sync)).toEqual([]);
    // What is found is not compared: of the two shapes of files, only ours has a filter.
    const known = [...expectedFor(id), ...(id === "beta.files" ? ["items", "status"] : [])];
    expect(differences(sdk, own).filter((difference) => !known.includes(difference))).toEqual([]);
  });
});

/** A beta of the caller's own, where the list takes such. */
function betasFor(id: string): Params {
  return id.startsWith("beta.") && !id.startsWith("beta.organization.") ? { betas: ["mine-2026-01-01"] } : {};
}

/** The items of a list, or the status that the server refused it with. */
async function itemsOf(list: () => AsyncIterable<unknown> | Iterable<unknown>): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  try {
    for await (const item of list()) items.push(item);
  } catch (error) {
    if (!(error instanceof Error) || !("status" in error)) throw error;
    items.push(`status ${error.status}`);
  }
  return items;
}

function expectedFor(id: string): readonly string[] {
  const known = knownDifferences.filter(({ endpoint }) => endpoint === "all" || endpoint === id);
  return known.map(({ differs }) => differs).sort();
}
