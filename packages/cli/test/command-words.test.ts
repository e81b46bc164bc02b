import { AsyncAnthropic, PageturnError, sliceByTime } from "pageturn";
import { type AsyncListOptions, createClient } from "pageturn/client";
import { pageToken } from "pageturn/strategies";
import { beforeEach, describe, expect, test } from "vitest";
import {
  checkpointProblem,
  commandWords,
  exportWords,
  failureWords,
  incompleteness,
  nameSources,
  nameURL,
} from "../src/command-words.ts";
import { namedStrategy } from "../src/url/strategy-options.ts";

const SOURCES = { baseURL: "--base-url", key: "the key of ANTHROPIC_API_KEY" };
beforeEach(() => nameSources(SOURCES));

type Fetch = typeof globalThis.fetch;
type ClientOptions = ConstructorParameters<typeof AsyncAnthropic>[0];

const answer =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Fetch =>
  async () =>
    new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });
const apiError = (status: number, message = "no") =>
  answer({ type: "error", error: { type: "some_error", message } }, status);

/** What the library throws. A test whose library throws nothing, or an error that is not its own, fails. */
async function thrown(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    if (error instanceof PageturnError) return error.message;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** What `pageturn list models` throws where the server answers so. */
const models = (fetch: Fetch, options: ClientOptions = {}) =>
  thrown(() =>
    new AsyncAnthropic({
      apiKey: "key",
      baseURL: "https://api.test",
      maxRetries: 0,
      fetch,
      ...options,
    }).models
      .list()
      .toArray(),
  );

/** What `pageturn url` throws where the server answers so. */
async function url(fetch: Fetch, path = "/notes", options: AsyncListOptions = {}): Promise<string> {
  nameURL();
  const strategy = pageToken({ from: { body: "next" }, to: "page", items: "notes" });
  return thrown(() =>
    createClient({ baseURL: "https://api.test", fetch, strategy, maxRetries: 0 })
      .list(path, options)
      .toArray(),
  );
}

const strategy = (name: string, ...params: readonly string[]) => {
  nameURL();
  const client = createClient({ baseURL: "https://api.test", fetch: answer({ data: [] }) });
  return thrown(async () =>
    client.list("/notes", await namedStrategy(name, { params, items: undefined })).toArray(),
  );
};

function slices(query: Record<string, unknown>, items: readonly object[] = []): Promise<string> {
  const fetch = answer({ data: items, has_more: false });
  const client = new AsyncAnthropic({ apiKey: "key", fetch });
  return thrown(async () => {
    for await (const _ of sliceByTime(client.beta.sessions.list(query), { slices: 1 }));
  });
}

/** An answer that never comes. */
const never: Fetch = (_, init) =>
  new Promise((_resolve, reject) =>
    init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)),
  );

function connectionError(code: string): Fetch {
  return () =>
    Promise.reject(new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) }));
}

/** Names of options of the library. */
const OPTION =
  /onCycle|onIncomplete|emptyPages|maxEmptyPages|maxRetries|maxResponseBytes|baseURL|apiKey|authToken|apiVersion|workspaceId|defaultHeaders|sliceByTime|timeOf|resumeFrom|withOptions|pace:|tls:|"accept-encoding": |`(?:items|limit|timeout|headers|base)`/;

const page = { data: [{ id: "a" }], has_more: true, first_id: "a", last_id: "a" };
const since = { "created_at[gte]": "2026-11-01T00:00:00Z" };

describe("what the command says of an error of the library", () => {
  const rows: readonly (readonly [() => Promise<string>, string])[] = [
    [() => models(answer({ ...page, last_id: null })), "sends no cursor"],
    [() => models(answer({ has_more: false })), "no field `data` for items"],
    [() => models(answer(page)), "already requested"],
    [
      () => models(async () => Response.json({ ...page, data: [], last_id: String(Math.random()) })),
      "1000 pages in a row without new items",
    ],
    [
      () => models(never, { timeout: 20 }),
      "20 ms. Raise --timeout, or request smaller pages with --page-size",
    ],
    [
      () => models(answer("x".repeat(200)), { maxResponseBytes: 100 }),
      "decompression. Request smaller pages with --page-size",
    ],
    [
      () => models(answer({}), { apiKey: null }),
      "Set ANTHROPIC_API_KEY, or keep a key in a profile: pageturn login",
    ],
    [
      () => models(answer({}), { apiKey: "a\nb" }),
      "Cannot send the key of ANTHROPIC_API_KEY as it must be Latin-1 text without control characters",
    ],
    [
      () => models(answer({}), { workspaceId: " " }),
      "Cannot use --workspace as it must be the id of a workspace",
    ],
    [
      () => models(answer({}), { authToken: "token", apiVersion: "2026-10-21" }),
      'together with --api-version "2026-10-21" as both',
    ],
    [() => models(answer({}), { baseURL: "api.test" }), "Cannot use --base-url as it must be an http"],
    [() => models(connectionError("ECONNREFUSED")), "Check --base-url, the network and the proxy settings"],
    [() => models(connectionError("CERT_HAS_EXPIRED")), "for a private authority, NODE_EXTRA_CA_CERTS"],
    [() => models(apiError(529)), "Try again later, or raise --max-retries"],
    [() => models(apiError(429)), "Try again later, or raise --max-retries"],
    [
      () => models(answer({ type: "error", error: { type: "overloaded_error", message: "no" } })),
      "Try again later, or raise --max-retries",
    ],
    [() => models(apiError(404)), "Check the ids of the path, and --base-url"],
    [() => models(apiError(401)), "Check the key or token, and --base-url"],
    [
      () => models(apiError(404), { baseURL: "https://api.test/v1" }),
      'repeats "v1": the likely cause is that --base-url ends in it. Leave it out there',
    ],
    [() => models(answer("", 307, { location: "https://other.test/" })), "set --base-url to that origin"],
    [() => models(answer("", 307)), "where else the list is: check --base-url"],
    [() => models(answer("<html>")), "Check --base-url"],
    [() => models(answer({ results: [] })), "Check --base-url"],
    [() => models(answer([1])), "Check --base-url"],
    [() => models(answer({ models: [{ id: "a" }] })), "but a list under `models`. Check --base-url"],
    [
      () => slices({ ...since, page: "p2" }),
      "Cannot use --parallel as the list of /v1/sessions must begin at its start: leave out",
    ],
    [
      () => slices({ "created_at[gte]": "2999-01-01T00:00:00Z" }),
      "--parallel as the range ends before it starts",
    ],
    [() => slices(since, [{ id: "a" }]), "an item has no time. Leave out --parallel"],
    [
      () => slices(since, [{ id: "a", created_at: "2020-01-01T00:00:00Z" }]),
      "does not apply the range. Leave out --parallel",
    ],
    [
      () =>
        slices(since, [
          { id: "a", created_at: "2026-11-02T00:00:00Z" },
          { id: "b", created_at: "2026-11-03T00:00:00Z" },
        ]),
      "by their time. Leave out --parallel",
    ],
    [
      () =>
        thrown(() => new AsyncAnthropic({ apiKey: "key" }).models.list({}, { resumeFrom: { v: 1 } }).items()),
      "Cannot resume from this checkpoint: its version is 1, not 2",
    ],
    [() => url(apiError(403)), "Check the credentials in --header-env or --header-file"],
    [() => url(answer({ data: [{ id: 1 }] })), "State where the items are with --items"],
    [() => url(answer({ error: 1 })), "Check the URL and --strategy"],
    [() => url(answer("<html>")), "Check the URL"],
    [() => url(connectionError("ENOTFOUND")), "Check the URL, the network"],
    [() => url(answer({}), "//notes"), 'Cannot list the path "//notes" of the URL'],
    [() => strategy("pageToken", "frm=x"), "Cannot use --param frm as it does not exist: known are"],
    [
      () => strategy("pageToken", "shortPage=x"),
      'Cannot use --param shortPage as it must be one of "continue", "end"',
    ],
    [() => strategy("relayConnection"), "Cannot use --strategy relayConnection without --param connection=…"],
    [() => strategy("stripe", "items=3"), "Cannot use --items as it must be a key"],
    [
      () => strategy("pageToken", "from=next"),
      "Cannot use --strategy with these --param: from must be an object",
    ],
  ];

  test.each(rows)("%s", async (throws, expected) => {
    const message = await throws();
    const said = commandWords(message);
    expect(said).toContain(expected);
    expect(said).not.toMatch(OPTION);
    expect(said).not.toMatch(/\s$|\.\.|\. \./);
  });

  test("it names what has named the URL: an option, a variable or a profile", async () => {
    for (const source of ["--base-url", "ANTHROPIC_BASE_URL", 'the base URL of the profile "ci"']) {
      nameSources({ ...SOURCES, baseURL: source });
      expect(commandWords(await models(connectionError("ECONNREFUSED")))).toContain(
        `Check ${source}, the network`,
      );
      expect(commandWords(await models(answer({}), { baseURL: "api.test" }))).toContain(
        `Cannot use ${source} as it must be an http`,
      );
    }
  });

  test("words of a server stay as they are", async () => {
    const theirs =
      'set maxRetries, baseURL and the option timeout. Check the base URL. onCycle: "stop" ends the walk without an error. Try again later, or raise maxRetries';
    for (const status of [400, 401, 403, 404, 429, 500, 529])
      expect(commandWords(await models(apiError(status, theirs)))).toContain(theirs);
    expect(commandWords(await models(answer(theirs, 400)))).toContain(theirs);
    expect(commandWords(await models(answer(theirs)))).toContain(theirs.slice(0, 60));
  });

  test.each(["moreAnnounced", "cursorAfterEnd", "emptyPageStop", "totalNotReached", "noItems"])(
    "the message for an incomplete list explains %s",
    (incompleteBecause) => {
      const why = incompleteness({ complete: false, reason: "exhausted", incompleteBecause });
      expect(why).not.toContain(incompleteBecause);
      expect(why).toMatch(/ .* /);
    },
  );

  test("the message for a cycle explains it, and a list that was cut by --max-items is not incomplete", () => {
    expect(incompleteness({ complete: false, reason: "cycle", incompleteBecause: null })).toContain(
      "led back",
    );
    expect(incompleteness({ complete: false, reason: "maxItems", incompleteBecause: null })).toBeNull();
    expect(incompleteness({ complete: true, reason: "exhausted", incompleteBecause: null })).toBeNull();
  });
});

test("an export is not told to skip items, and a damaged checkpoint is named by its rule", async () => {
  const expired = await models(
    async (input) =>
      String(input).includes("after_id")
        ? new Response('{"type":"error","error":{"type":"e","message":"after_id: No item with the id"}}', {
            status: 404,
          })
        : Response.json({ data: [{ id: "a" }], has_more: true, first_id: "a", last_id: "a" }),
    {},
  );
  expect(commandWords(expired)).toContain("Start the list again");
  expect(exportWords(expired)).not.toContain("Start the list again");
  expect(exportWords(expired)).toContain("Cannot continue the list of /v1/models: its cursor has expired");
  const client = new AsyncAnthropic({ apiKey: "key" });
  const damaged = await thrown(() =>
    client.models
      .list()
      .items({ resumeFrom: Object({}) })
      .next(),
  );
  expect(checkpointProblem(damaged)).toBe("its version is undefined, not 2");
});

test("a failure that a mirror has kept is one line, in words of the command, without the name of an error", () => {
  expect(failureWords("The walk did not see everything: moreAnnounced")).toBe(
    "the server says that there is more, and sends no cursor",
  );
  expect(
    failureWords(
      "NotFoundError: GET https://api.example.com/v1/x answered 404: no\nthing. Check the path, its ids and the beta header",
    ),
  ).toBe(
    "GET https://api.example.com/v1/x answered 404: no\u23cething. Check the ids of the path, and --base-url",
  );
});
