import {
  Anthropic,
  AsyncAnthropic,
  AsyncPageCursor,
  ConfigurationError,
  createClient,
  SyncPageCursor,
} from "pageturn";
import { pageCursor } from "pageturn/strategies";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type RecordingServer, startRecordingServer } from "../servers/recording-server.ts";

let server: RecordingServer;
beforeAll(async () => {
  server = await startRecordingServer();
});
beforeEach(() => server.play());
afterAll(() => server.close());

const clients = (options: object = {}) => {
  const all = { apiKey: "key", baseURL: server.url, ...options };
  return [new Anthropic(all), new AsyncAnthropic(all)];
};

/** The workspaces of the requests so far. */
async function workspaces(): Promise<(string | undefined)[]> {
  return (await server.requests()).map(({ headers }) => headers["anthropic-workspace-id"]);
}

test("the workspace of the client goes with all lists but those of an organization", async () => {
  for (const client of clients({ workspaceId: "wrkspc_1" })) {
    await client.models.list();
    await client.beta.agents.list();
    await client.organization.users.list();
    await client.compliance.activities.list();
  }
  const each = ["wrkspc_1", "wrkspc_1", undefined, undefined];
  expect(await workspaces()).toEqual([...each, ...each]);
});

test("that of a request replaces it, and null leaves it out", async () => {
  for (const client of clients({ workspaceId: "wrkspc_1" })) {
    await client.models.list({}, { workspaceId: "wrkspc_2" });
    await client.models.list({}, { workspaceId: null });
    await client.withOptions({ workspaceId: null }).models.list();
    await client.models.list({}, { headers: { "Anthropic-Workspace-Id": "by-header" } });
  }
  const each = ["wrkspc_2", undefined, undefined, "by-header"];
  expect(await workspaces()).toEqual([...each, ...each]);
});

test("getAPIList() follows the same rule, by its path", async () => {
  const [sync, async] = [new Anthropic({ apiKey: "key", baseURL: server.url }), clients()[1]];
  sync.getAPIList("/v1/files", SyncPageCursor, { workspaceId: "wrkspc_3" });
  expect(() =>
    sync.getAPIList("/v1/organizations/users", SyncPageCursor, { workspaceId: "wrkspc_3" }),
  ).toThrow(ConfigurationError);
  if (!(async instanceof AsyncAnthropic)) throw new TypeError("the second one is asynchronous");
  await async.getAPIList("/v1/files", AsyncPageCursor, { workspaceId: "wrkspc_3" });
  expect(await workspaces()).toEqual(["wrkspc_3", "wrkspc_3"]);
});

test("one that is named for a list of an organization is refused, unless it is a header", async () => {
  for (const client of clients()) {
    const list = () => client.organization.users.list({}, { workspaceId: "wrkspc_1" });
    expect(list).toThrow(ConfigurationError);
    expect(list).toThrow(/workspaceId for \/v1\/organizations\/users .* Leave it out/);
    await client.organization.users.list({}, { workspaceId: null });
    await client.organization.users.list({}, { headers: { "anthropic-workspace-id": "w" } });
  }
  expect(await workspaces()).toEqual([undefined, "w", undefined, "w"]);
});

test("what is no id is refused, also among the parameters", () => {
  expect(() => clients({ workspaceId: " " })).toThrow(
    /option workspaceId as it must be the id of a workspace/,
  );
  expect(() => clients({ workspaceId: 7 })).toThrow(ConfigurationError);
  for (const client of clients()) {
    expect(() => client.models.list({}, { workspaceId: "" })).toThrow(/option workspaceId/);
    expect(() => client.models.list({ workspaceId: "w" } as object)).toThrow(/workspaceId is an option/);
  }
});

test("clients of other APIs have no such option", () => {
  const client = createClient({ baseURL: server.url, strategy: pageCursor() });
  expect(() => client.list("/x", { workspaceId: "w" } as object)).toThrow(
    /"workspaceId" as it does not exist/,
  );
});
