import { getPagedAsyncIterator, type PagedAsyncIterableIterator } from "@azure/core-paging";
import { createPaginator } from "@smithy/core";
import { type Checkpoint, ConfigurationError, PaginationCycleError } from "pageturn";
import { paginate } from "pageturn/paginate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answer, drained, failingOnce, type PageServer, startPageServer } from "./page-server.ts";

let server: PageServer;

beforeAll(async () => {
  server = await startPageServer();
});
afterAll(() => server.close());

interface Row {
  readonly id: string;
}

/** Pages of two rows under a token. The second page is empty. */
function rows(url: URL): Answer {
  const page = Number(url.searchParams.get("token") ?? 1);
  const all = [{ id: `r${page}a` }, { id: `r${page}b` }];
  return { body: { rows: page === 2 ? [] : all, ...(page < 4 && { token: String(page + 1) }) } };
}

const ids = ["r1a", "r1b", "r3a", "r3b", "r4a", "r4b"];

function idOf({ id }: Row): string {
  return id;
}

async function requestRows(token: string): Promise<{ rows: Row[]; token?: string }> {
  const response = await fetch(`${server.url}/rows${token === "" ? "" : `?token=${token}`}`);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.json();
}

type TablePage = Row[] & { continuationToken?: string };

/** A list as Azure clients make it; with `token`, the pages have it, as those of data-tables do. */
function azureList(withToken: boolean): PagedAsyncIterableIterator<Row, TablePage> {
  return getPagedAsyncIterator<Row, TablePage>({
    firstPageLink: "",
    getPage: async (link) => {
      const { rows: page, token } = await requestRows(link);
      const entities: TablePage = withToken ? Object.assign([...page], { continuationToken: token }) : page;
      return { page: entities, ...(token !== undefined && { nextPageLink: token }) };
    },
    byPage: (settings) => azurePages(settings?.continuationToken, withToken),
  } as Parameters<typeof getPagedAsyncIterator<Row, TablePage>>[0]);
}

async function* azurePages(start: string | undefined, withToken: boolean): AsyncIterableIterator<TablePage> {
  for (let token: string | undefined = start ?? ""; token !== undefined; ) {
    const body = await requestRows(token);
    token = body.token;
    yield withToken ? Object.assign([...body.rows], { continuationToken: token }) : body.rows;
  }
}

for (const withToken of [true, false]) {
  test(`the pages of an Azure list are walked, ${withToken ? "with" : "without"} tokens on them`, async () => {
    server.answer(rows);
    const list = paginate(azureList(withToken));
    const walk = list.items();
    expect((await drained(walk)).values.map(idOf)).toEqual(ids);
    expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true, pages: 4 });
    expect((await list.toArray({ maxItems: 3 })).map(idOf)).toEqual(ids.slice(0, 3));
  });
}

test("a failed page of an Azure list is requested again by its token", async () => {
  server.answer(failingOnce(3, rows));
  const { values, errors } = await drained(paginate(azureList(true)).items(), 1);
  expect(values.map(idOf)).toEqual(ids);
  expect(errors).toHaveLength(1);
});

test("without a token, a failed page of an Azure list stays an error", async () => {
  server.answer(failingOnce(3, rows));
  const { values, errors } = await drained(paginate(azureList(false)).items(), 2);
  expect(values.map(idOf)).toEqual(["r1a", "r1b"]);
  expect(new Set(errors).size).toBe(1);
});

test("an Azure list is resumed at the start of the page where the walk was", async () => {
  server.answer(rows);
  const list = paginate(azureList(true));
  expect(list.resumes).toBe("page");
  const walk = list.items();
  for (let taken = 0; taken < 3; taken++) await walk.next();
  const resumeFrom = JSON.parse(JSON.stringify(walk.checkpoint));
  expect((await list.toArray({ resumeFrom })).map(idOf)).toEqual(["r3a", "r3b", "r4a", "r4b"]);
  const pages = list.pages();
  await pages.next();
  expect((await list.toArray({ resumeFrom: pages.checkpoint })).map(idOf)).toEqual(ids.slice(2));
});

test("an Azure list without tokens has a checkpoint as long as it has one that loses nothing, and then an error", async () => {
  server.answer(rows);
  const list = paginate(azureList(false));
  const walk = list.items();
  let taken = 0;
  for (; taken <= ids.length; taken++) {
    let resumeFrom: Checkpoint;
    try {
      resumeFrom = walk.checkpoint;
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigurationError);
      break;
    }
    const rest = (await list.toArray({ resumeFrom })).map(idOf);
    expect(rest).toEqual(ids.slice(-rest.length));
    expect(rest.length).toBeGreaterThanOrEqual(ids.length - taken);
    await walk.next();
  }
  expect(taken).toBe(3);
});

test("the last page of an Azure list has a checkpoint although it has no token at all", async () => {
  server.answer(rows);
  const client = {
    async *byPage({ continuationToken = "" } = {}): AsyncGenerator<TablePage> {
      for (let token: string | undefined = continuationToken; token !== undefined; ) {
        const body = await requestRows(token);
        token = body.token;
        yield token === undefined ? body.rows : Object.assign(body.rows, { continuationToken: token });
      }
    },
  };
  const list = paginate(client);
  const walk = list.items();
  for (let taken = 0; taken < ids.length; taken++) await walk.next();
  expect((await list.toArray({ resumeFrom: walk.checkpoint })).map(idOf)).toEqual(ids.slice(4));
});

test("an Azure list whose token is read by the package of its client is resumed, too", async () => {
  server.answer(rows);
  const tokens = new WeakMap<object, string | undefined>();
  const client = {
    async *byPage({ continuationToken = "" } = {}): AsyncGenerator<Row[]> {
      for (let token: string | undefined = continuationToken; token !== undefined; ) {
        const body = await requestRows(token);
        token = body.token;
        tokens.set(body.rows, token);
        yield body.rows;
      }
    },
  };
  const list = paginate(client, { cursor: (page) => tokens.get(page) });
  expect((await list.toArray()).map(idOf)).toEqual(ids);
  const pages = list.pages();
  await pages.next();
  expect((await list.toArray({ resumeFrom: pages.checkpoint })).map(idOf)).toEqual(ids.slice(2));
});

test("a token of an Azure list that repeats is an error", async () => {
  server.answer(() => ({ body: { rows: [{ id: "x" }], token: "2" } }));
  await expect(paginate(azureList(true)).toArray()).rejects.toThrow(PaginationCycleError);
});

class Client {
  async send({ input }: Command) {
    const { rows: Items, token } = await requestRows(input.NextToken ?? "");
    return { Items, ...(token !== undefined && { NextToken: token }), $metadata: { httpStatusCode: 200 } };
  }
}

interface Input {
  NextToken?: string | undefined;
}

class Command {
  readonly input: Input;
  constructor(input: Input) {
    this.input = input;
  }
}

interface Output {
  readonly Items?: Row[];
  readonly NextToken?: string;
  readonly $metadata: { readonly httpStatusCode?: number };
}

/** As the packages of the AWS SDK export it. The cast: the types of `@smithy/core` ask for a whole client. */
const paginateRows = createPaginator(Client, Command, "NextToken", "NextToken") as unknown as (
  config: { readonly client: Client; readonly startingToken?: string | undefined },
  input: Input,
) => AsyncGenerator<Output, undefined, unknown>;

test("the pages of an AWS paginator are walked, with the items that the caller names", async () => {
  server.answer(rows);
  const list = paginate(paginateRows({ client: new Client() }, {}), { items: ({ Items }) => Items ?? [] });
  const walk = list.items();
  expect((await drained(walk)).values.map(idOf)).toEqual(ids);
  expect(walk.outcome).toMatchObject({ complete: true, pages: 4 });
});

test("the pages of an AWS paginator without items are refused, not guessed", async () => {
  server.answer(rows);
  await expect(paginate(paginateRows({ client: new Client() }, {})).toArray()).rejects.toThrow(
    /does not say where its items are: it is an object \(Object\) with the keys Items, NextToken, \$metadata/,
  );
});

test("a failed page of an AWS paginator stays an error, where the generator says that it is done", async () => {
  server.answer(failingOnce(3, rows));
  const list = paginate(paginateRows({ client: new Client() }, {}), { items: ({ Items }) => Items ?? [] });
  const { values, errors } = await drained(list.items(), 2);
  expect(values.map(idOf)).toEqual(["r1a", "r1b"]);
  expect(errors).toHaveLength(3);
  expect(new Set(errors).size).toBe(1);
});

test("a function that opens an AWS paginator at a token repeats a failed page, and is resumed at any item", async () => {
  server.answer(failingOnce(3, rows));
  const list = paginate((startingToken) => paginateRows({ client: new Client(), startingToken }, {}), {
    items: ({ Items }) => Items ?? [],
    cursor: ({ NextToken }) => NextToken,
  });
  expect((await drained(list.items(), 1)).values.map(idOf)).toEqual(ids);
  server.answer(rows);
  for (let stop = 0; stop <= ids.length; stop++) {
    const walk = list.items();
    const before: string[] = [];
    for (let taken = 0; taken < stop; taken++) before.push((await walk.next()).value?.id ?? "");
    const resumeFrom = JSON.parse(JSON.stringify(walk.checkpoint));
    expect([...before, ...(await list.toArray({ resumeFrom })).map(idOf)]).toEqual(ids);
  }
});

/** The async iterable of a Google client, reduced to its form: a bare object whose iterator has only `next()`. */
function gaxIterable(): AsyncIterable<Row> {
  return {
    [Symbol.asyncIterator]: () => {
      const cache: Row[] = [];
      let token: string | undefined = "";
      return {
        async next(): Promise<IteratorResult<Row>> {
          while (cache.length === 0 && token !== undefined) {
            const page = await requestRows(token);
            cache.push(...page.rows);
            token = page.token;
          }
          const value = cache.shift();
          return value === undefined ? { done: true, value: undefined } : { done: false, value };
        },
      };
    },
  };
}

test("the items of a Google client are walked, and a failed request is sent again", async () => {
  server.answer(failingOnce(3, rows));
  const { values, errors } = await drained(paginate(gaxIterable()).items(), 1);
  expect(values.map(idOf)).toEqual(ids);
  expect(errors).toHaveLength(1);
});

test("a method of a Google client without autoPaginate is resumed at any item", async () => {
  server.answer(rows);
  const listRows = async (request: {
    pageToken?: string | undefined;
  }): Promise<[Row[], object | null, object]> => {
    const { rows: page, token } = await requestRows(request.pageToken ?? "");
    return [
      page,
      token === undefined ? null : { ...request, pageToken: token },
      { nextPageToken: token ?? "" },
    ];
  };
  const list = paginate((pageToken) => listRows({ pageToken }));
  expect((await list.toArray()).map(idOf)).toEqual(ids);
  const walk = list.items();
  for (let taken = 0; taken < 3; taken++) await walk.next();
  expect((await list.toArray({ resumeFrom: walk.checkpoint })).map(idOf)).toEqual(ids.slice(3));
});

test("any async iterable of items is walked once, equal items in a row too", async () => {
  async function* ones(): AsyncGenerator<number> {
    for (let sent = 0; sent < 1500; sent++) yield 1;
  }
  const list = paginate(ones());
  expect(await list.toArray()).toHaveLength(1500);
  await expect(list.toArray()).rejects.toThrow(/can be read once/);
  expect(await paginate(ones).toArray({ maxItems: 3 })).toEqual([1, 1, 1]);
});

test("a loop that is left closes the generator", async () => {
  let isClosed = false;
  async function* numbers(): AsyncGenerator<number> {
    try {
      for (let number = 0; ; number++) yield number;
    } finally {
      isClosed = true;
    }
  }
  for await (const number of paginate(numbers())) if (number === 2) break;
  await new Promise((resolve) => setImmediate(resolve));
  expect(isClosed).toBe(true);
});

test("a generator that throws is an error for every next(), not the end", async () => {
  async function* broken(): AsyncGenerator<number> {
    yield 1;
    throw new Error("broken");
  }
  const { values, errors } = await drained(paginate(broken()).items(), 2);
  expect(values).toEqual([1]);
  expect(errors.map(String)).toEqual(["Error: broken", "Error: broken", "Error: broken"]);
});

test("a page that the option items cannot read is read again by the next next(), and is not lost", async () => {
  async function* pages(): AsyncGenerator<number[]> {
    yield* [[1], [2], [3]];
  }
  for (const at of [1, 2, 3])
    for (const source of [pages(), pages, (_cursor?: string) => pages()]) {
      let reads = 0;
      const items = (page: number[]) => {
        reads += 1;
        if (reads === at || reads === at + 1) throw new Error("broken");
        return page;
      };
      // The cast: each is a source of the same pages.
      const { values, errors } = await drained(paginate(source as typeof pages, { items }).items(), 2);
      expect(errors.map(String)).toEqual(["Error: broken", "Error: broken"]);
      expect(values).toEqual([1, 2, 3]);
    }
});

test("a page of unknown form stays the same error", async () => {
  server.answer(rows);
  const list = paginate(paginateRows({ client: new Client() }, {}));
  const { errors } = await drained(list.items(), 2);
  expect(errors).toHaveLength(3);
  for (const error of errors) expect(String(error)).toContain("does not say where its items are");
});

test("a walk from a page that is left does not end the walk that the page came from", async () => {
  async function* pages(): AsyncGenerator<number[]> {
    yield [1, 2];
    yield [3, 4];
    yield [5];
  }
  const options = { items: (page: number[]) => page };
  for (const list of [paginate(pages(), options), paginate(pages, options)]) {
    const seen: number[] = [];
    for await (const page of list.pages()) {
      for await (const item of page.items()) {
        seen.push(item);
        break;
      }
    }
    expect(seen).toEqual([1, 3, 5]);
  }
});

test("pages are turned by hand with the iterator of the list, and not with that of a walk", async () => {
  async function* pages(): AsyncGenerator<number[]> {
    yield* [[1], [2], [3]];
  }
  const options = { items: (page: number[]) => page };
  const list = paginate(pages(), options);
  const first = await list;
  const third = await (await first.getNextPage()).getNextPage();
  expect(third.data).toEqual([3]);

  const walk = paginate(pages, options).pages();
  const { value: page } = await walk.next();
  await expect(page?.getNextPage()).rejects.toThrow(/Cannot request a page in the middle/);
  expect((await drained(walk)).values.map(({ data }) => data)).toEqual([[2], [3]]);
});
