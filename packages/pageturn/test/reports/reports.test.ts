// What users reported, each entry with the answers of the server and the right outcome.
import {
  Anthropic,
  APIResponseValidationError,
  AsyncAnthropic,
  BadRequestError,
  CursorExpiredError,
  IncompleteListError,
  OverloadedError,
} from "pageturn";
import { AsyncPageCursor, type Checkpoint, SyncPageCursor } from "pageturn/pagination";
import { type Fault, type MockServer, startMockServer } from "pageturn/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import reports from "./reports.json" with { type: "json" };

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

let server: MockServer;
let sync: Anthropic;
let async: AsyncAnthropic;
beforeAll(async () => {
  server = await startMockServer();
  const options = { baseURL: server.url, apiKey: server.apiKey, maxRetries: 1 };
  sync = new Anthropic(options);
  async = new AsyncAnthropic(options);
});
afterAll(() => server.close());

/** Plays the answers of a report: each once, the last one for ever. */
async function play(answers: readonly Answer[]): Promise<void> {
  const script = answers.map(
    ({ status = 200, headers = {}, body }, index): Fault & { times: number | "always" } => ({
      fault: "status",
      status,
      headers: { "content-type": "application/json", "retry-after-ms": "1", ...headers },
      body: JSON.stringify(body),
      times: index === answers.length - 1 ? "always" : 1,
    }),
  );
  await server.setScript(script);
  await server.clearRequests();
}

/** What both clients return and throw when they walk a list of these answers. */
async function walks(
  answers: readonly Answer[],
  query = {},
  path: "/v1/models" | "/v1/files" = "/v1/models",
) {
  const isIds = path === "/v1/models";
  const ends: { ids: unknown[]; error: unknown; checkpoint: Checkpoint; requests: number }[] = [];
  await play(answers);
  const one: unknown[] = [];
  const syncWalk = () =>
    isIds
      ? sync.models.list(query).items()
      : sync.getAPIList(path, SyncPageCursor<{ id: string }>, { query }).items();
  let error: unknown = null;
  let checkpoint: Checkpoint = { v: 0 };
  try {
    const walk = syncWalk();
    try {
      for (const { id } of walk) one.push(id);
    } finally {
      checkpoint = walk.checkpoint;
    }
  } catch (thrown) {
    error = thrown;
  }
  ends.push({ ids: one, error, checkpoint, requests: (await server.requests()).length });
  await play(answers);
  const other: unknown[] = [];
  const list = isIds
    ? async.models.list(query)
    : async.getAPIList(path, AsyncPageCursor<{ id: string }>, { query });
  const walk = list.items();
  error = null;
  try {
    for await (const { id } of walk) other.push(id);
  } catch (thrown) {
    error = thrown;
  }
  ends.push({ ids: other, error, checkpoint: walk.checkpoint, requests: (await server.requests()).length });
  return ends;
}

type Report = (typeof reports)[number];

function answersOf({ answers }: Report): Answer[] {
  return (answers ?? []) as Answer[];
}

/** The right outcome of each report. Those that need no server answers have a test of their own elsewhere. */
const outcomes: Readonly<Record<string, (report: Report) => Promise<void>>> = {
  "newest-first feed polled backward: items that appeared in front of the checkpoint are lost": async (
    report,
  ) => {
    const [first, again] = answersOf(report);
    if (first === undefined || again === undefined) throw new Error("two answers are needed");
    const query = { before_id: "ev10", limit: 100 };
    for (const { ids, checkpoint } of await walks([first], query)) {
      expect(ids).toEqual(["ev13", "ev12", "ev11"]);
      // The feed as it is later: only what is newer than the cursor of the request.
      await play([
        {
          body: {
            data: [17, 16, 15, 14].map((n) => ({ id: `ev${n}` })),
            has_more: false,
            first_id: "ev17",
            last_id: "ev14",
          },
        },
      ]);
      const rest = sync.models.list(query, { resumeFrom: checkpoint }).toArray();
      expect(rest.map(({ id }) => id)).toEqual(["ev17", "ev16", "ev15", "ev14"]);
      expect((await server.requests()).map(({ params }) => params)).toEqual([
        { before_id: "ev13", limit: "100" },
      ]);
    }
  },
  "a 400 on a later page that does not speak of the cursor": async (report) => {
    for (const { ids, error } of await walks(answersOf(report), {}, "/v1/files")) {
      expect(ids).toEqual(["a"]);
      expect(error).toBeInstanceOf(BadRequestError);
      expect(error).not.toBeInstanceOf(CursorExpiredError);
      expect(error).toHaveProperty("checkpoint.v", 2);
    }
  },
  "an error envelope under status 200": async (report) => {
    for (const { ids, error, requests } of await walks(answersOf(report))) {
      expect(ids).toEqual(["a"]);
      expect(error).toBeInstanceOf(OverloadedError);
      expect(error).toHaveProperty("checkpoint.v", 2);
      // One page, and the failing one with its retry.
      expect(requests).toBe(3);
    }
  },
  "more is announced, no way to go on": async (report) => {
    for (const { ids, error } of await walks(answersOf(report))) {
      expect(ids).toEqual(["a", "b"]);
      expect(error).toBeInstanceOf(IncompleteListError);
      expect(error).toHaveProperty("checkpoint.v", 2);
    }
  },
  "content-encoding says gzip, the body is plain JSON": async (report) => {
    for (const { error, requests } of await walks(answersOf(report))) {
      expect(error).toBeInstanceOf(APIResponseValidationError);
      expect(error).toHaveProperty(
        "message",
        expect.stringMatching(/GET .*content-encoding says "gzip".*proxy/),
      );
      expect(requests).toBe(1);
    }
  },
  "a base URL that ends in /v1": async () => {
    const options = { baseURL: `${server.url}/v1`, apiKey: server.apiKey };
    await server.setScript([]);
    expect(() => new Anthropic(options).models.list()).toThrow(/baseURL/);
    await expect(new AsyncAnthropic(options).models.list()).rejects.toThrow(/baseURL/);
  },
};

/** Reports whose test is elsewhere. */
const elsewhere: Readonly<Record<string, string>> = {
  "splitAt with fewer workers than places": "pagination/segments/segment-requests.test.ts",
  "for await over the synchronous client": "pagination/list/sync-paginator.test.ts",
};

test.each(reports)("$name", async (report) => {
  const outcome = outcomes[report.name];
  if (outcome === undefined) expect(elsewhere).toHaveProperty([report.name]);
  else await outcome(report);
});
