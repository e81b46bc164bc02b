import { Octokit } from "@octokit/core";
import { paginateRest } from "@octokit/plugin-paginate-rest";
import {
  APIResponseValidationError,
  ConfigurationError,
  PaginationCycleError,
  PaginationError,
} from "pageturn";
import { paginate } from "pageturn/paginate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answer, drained, failingOnce, type PageServer, startPageServer } from "./page-server.ts";

let server: PageServer;
const github = () => new (Octokit.plugin(paginateRest))({ baseUrl: server.url });

beforeAll(async () => {
  server = await startPageServer();
});
afterAll(() => server.close());

/** Three pages of issues; the second one is empty. */
function issues(url: URL): Answer {
  const page = Number(url.searchParams.get("page") ?? 1);
  const link = `<${server.url}/repositories/7/issues?page=${page + 1}>; rel="next", <${server.url}/x>; rel="last"`;
  const body = page === 2 ? [] : [{ number: page * 10 }, { number: page * 10 + 1 }];
  return { body, headers: page < 3 ? { link } : {} };
}

const numbers = [10, 11, 30, 31];

function numberOf({ number }: { number: number }): number {
  return number;
}

function iterator() {
  return github().paginate.iterator("GET /repos/{owner}/{repo}/issues", { owner: "o", repo: "r" });
}

test("the pages of an iterator are walked, an empty one too", async () => {
  server.answer(issues);
  const walk = paginate(iterator()).items();
  expect((await drained(walk)).values.map(numberOf)).toEqual(numbers);
  expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true, pages: 3 });
  expect(await paginate(iterator()).toArray({ maxItems: 1 })).toHaveLength(1);
});

test("a page of an iterator that fails is requested again", async () => {
  server.answer(failingOnce(2, issues));
  const { values, errors } = await drained(paginate(iterator()).items(), 1);
  expect(values.map(numberOf)).toEqual(numbers);
  expect(errors).toHaveLength(1);
  expect(server.requests[1]).toBe(server.requests[2]);
});

test("a first page of an iterator that fails is requested again", async () => {
  server.answer(failingOnce(1, issues));
  expect((await drained(paginate(iterator()).items(), 1)).values.map(numberOf)).toEqual(numbers);
});

test("a link that leads back is an error", async () => {
  const link = () => `<${server.url}/issues?page=2>; rel="next"`;
  server.answer((url) => ({
    body: [{ number: url.searchParams.has("page") ? 2 : 1 }],
    headers: { link: link() },
  }));
  await expect(paginate(iterator()).toArray()).rejects.toThrow(PaginationCycleError);
});

test("an iterator is read by one walk only, and cannot be resumed", async () => {
  server.answer(issues);
  const list = paginate(iterator());
  const walk = list.items();
  await walk.next();
  expect(() => walk.checkpoint).toThrow(/Cannot make a checkpoint/);
  await expect(list.toArray()).rejects.toThrow(/again as its source can be read once/);
});

test("a function that opens an iterator at the parameters of a link is resumed at any item", async () => {
  server.answer(issues);
  const list = paginate((cursor?: { page: number }) =>
    github().paginate.iterator("GET /repos/{owner}/{repo}/issues", { owner: "o", repo: "r", ...cursor }),
  );
  expect(list.resumes).toBe("item");
  for (const stop of [0, 1, 2, 3, 4]) {
    const walk = list.items();
    const before: number[] = [];
    for (let taken = 0; taken < stop; taken++) before.push((await walk.next()).value?.number ?? 0);
    const resumeFrom = JSON.parse(JSON.stringify(walk.checkpoint));
    expect([...before, ...(await list.toArray({ resumeFrom })).map(numberOf)]).toEqual(numbers);
  }
  expect((await list.withResponse()).response).toMatchObject({
    status: 200,
    url: `${server.url}/repos/o/r/issues`,
  });
});

test("a function without parameters opens a new iterator for each walk, and cannot be resumed", async () => {
  server.answer(issues);
  const list = paginate(iterator);
  expect((await list.toArray()).map(numberOf)).toEqual(numbers);
  const walk = list.items();
  expect((await drained(walk)).values.map(numberOf)).toEqual(numbers);
  expect(() => walk.checkpoint).toThrow(/Cannot make a checkpoint/);
});

test("a function may return single responses, of a search too", async () => {
  server.answer((url) => {
    const { body, headers = {} } = issues(url);
    return { body: { total_count: 4, incomplete_results: false, items: body }, headers };
  });
  const list = paginate(
    (cursor?: { page: number }) => github().request("GET /search/issues", { q: "x", ...cursor }),
    // The cast: Octokit does not know the body of every path.
    { items: ({ data }) => data.items as { number: number }[] },
  );
  expect((await list.toArray()).map(numberOf)).toEqual(numbers);
});

test("a link to another host does not get into a cursor, and a checkpoint cannot name a host", async () => {
  server.answer(() => ({
    body: [{ number: 1 }],
    headers: { link: '<https://evil.example/x?page=2>; rel="next"' },
  }));
  const list = paginate((cursor?: { page: number }) => github().request("GET /issues", { ...cursor }));
  const walk = list.pages();
  await walk.next();
  expect(JSON.stringify(walk.checkpoint)).not.toContain("evil");
  await walk.next();
  expect(server.requests).toEqual(["/issues", "/issues?page=2"]);
});

/** The ways to pass a list of Octokit. */
const sources = {
  iterator: () => paginate(github().paginate.iterator("GET /x")),
  function: () =>
    paginate((cursor?: { page: number }) => github().paginate.iterator("GET /x", { ...cursor })),
  request: () => paginate((cursor?: { page: number }) => github().request("GET /x", { ...cursor })),
};

test("a body with several lists is refused, and items names the one", async () => {
  const body = { total_commits: 1, url: "u", commits: [{ sha: "a" }], files: [] };
  server.answer(() => ({ body }));
  for (const list of Object.values(sources)) {
    const error = await list()
      .toArray()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(String(error)).toContain("several lists: commits, files. To continue, pass the option items");
  }
  const request = () => github().request("GET /x");
  // The cast: Octokit does not know the body of every path.
  const items = ({ data }: Awaited<ReturnType<typeof request>>) => data.commits as { sha: string }[];
  expect(await paginate(request, { items }).toArray()).toEqual([{ sha: "a" }]);
});

test("a body without a list is never the end of the list", async () => {
  for (const [kind, list] of Object.entries(sources))
    for (const body of [{ message: "busy" }, {}, "<html>"]) {
      const text = typeof body === "string";
      server.answer((url) =>
        url.searchParams.has("page")
          ? { body, headers: text ? { "content-type": "text/html" } : {} }
          : issues(url),
      );
      const walk = list().items();
      const { values, errors } = await drained(walk);
      expect(values).toHaveLength(2);
      // Its iterator itself fails at a text.
      if (!text || kind === "request") expect(errors).toEqual([expect.any(APIResponseValidationError)]);
      expect(walk.outcome).toMatchObject({ reason: "error", complete: false });
    }
});

test("an empty list stays empty: of a search, of a namespace, of a response without content", async () => {
  for (const body of [
    { total_count: 0, incomplete_results: false, items: [] },
    { total_count: 0, runs: [] },
    [],
  ])
    for (const list of Object.values(sources)) {
      server.answer(() => ({ body }));
      const walk = list().items();
      expect((await drained(walk)).values).toEqual([]);
      expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true });
    }
  for (const list of Object.values(sources)) {
    server.answer(() => ({ status: 204, body: null }));
    expect(await list().toArray()).toEqual([]);
  }
});

test("the status 409, which the iterator hides, is an empty repository on the first page only", async () => {
  for (const list of [sources.iterator, sources.function]) {
    server.answer(() => ({ status: 409, body: { message: "Git Repository is empty." } }));
    expect(await list().toArray()).toEqual([]);
    server.answer((url) => (url.searchParams.has("page") ? { status: 409, body: {} } : issues(url)));
    const walk = list().items();
    const { values, errors } = await drained(walk, 1);
    expect(values).toHaveLength(2);
    expect(errors).toEqual([expect.any(PaginationError), expect.any(PaginationError)]);
    expect(walk.outcome).toMatchObject({ reason: "error", complete: false });
  }
});
