import { ConfigurationError, PaginationError } from "pageturn";
import { paginate } from "pageturn/paginate";
import { expect, test } from "vitest";
import { drained } from "./page-server.ts";

/** A page as openai 4 makes it, with `nextPageInfo()` instead of the options of the next request. */
class OldPage {
  readonly at: number;
  readonly #byUrl: boolean;

  constructor(at: number, byUrl: boolean) {
    this.at = at;
    this.#byUrl = byUrl;
  }

  getPaginatedItems(): string[] {
    return [`item${this.at}`];
  }

  hasNextPage(): boolean {
    return this.nextPageInfo() !== null;
  }

  nextPageInfo(): object | null {
    if (this.at === 3) return null;
    const page = this.at + 1;
    return this.#byUrl ? { url: new URL(`https://api.example.com/x?page=${page}`) } : { params: { page } };
  }

  async getNextPage(): Promise<OldPage> {
    return new OldPage(this.at + 1, this.#byUrl);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    yield* this.getPaginatedItems();
  }
}

test("pages of older Stainless SDKs are walked, by parameters and by links", async () => {
  for (const byUrl of [true, false]) {
    expect(await paginate(new OldPage(1, byUrl)).toArray()).toEqual(["item1", "item2", "item3"]);
    expect(await paginate(Promise.resolve(new OldPage(1, byUrl))).toArray()).toHaveLength(3);
  }
});

test("a function that returns pages of an older Stainless SDK is resumed", async () => {
  const list = paginate(async (cursor?: { page: number }) => new OldPage(cursor?.page ?? 1, false));
  const walk = list.items();
  await walk.next();
  expect(await list.toArray({ resumeFrom: walk.checkpoint })).toEqual(["item2", "item3"]);
});

test("a Stainless page whose cursor is in the body of the request, or in its path, is walked", async () => {
  const pageAt = (at: number, part: "body" | "path"): object => {
    const options = (page: number) => ({
      path: part === "path" ? `/x/${page}` : "/x",
      body: part === "body" ? { page } : undefined,
    });
    return {
      options: options(at),
      response: new Response("{}", { status: 203, headers: { "x-request-id": "r" } }),
      getPaginatedItems: () => [at],
      hasNextPage: () => at < 3,
      nextPageRequestOptions: () => (at < 3 ? options(at + 1) : null),
      getNextPage: async () => pageAt(at + 1, part),
    };
  };
  for (const part of ["body", "path"] as const) {
    // The cast: only the members that are read.
    const list = paginate(Promise.resolve(pageAt(1, part) as OldPage));
    expect(await list.toArray()).toEqual([1, 2, 3]);
    expect((await list.withResponse()).response).toMatchObject({ status: 203, requestId: "r" });
  }
});

test("a promise of anything but a page is refused, and a failed promise is its error", async () => {
  // The cast: what JavaScript may pass.
  const none = paginate(Promise.resolve({ data: [] }) as unknown as Promise<OldPage>);
  await expect(none.toArray()).rejects.toThrow(/Cannot read a page of the list/);
  const failed = paginate(Promise.reject<OldPage>(new Error("broken")));
  await expect(failed.toArray()).rejects.toThrow("broken");
});

test("the second version of the Stripe API goes on with the token of its link", async () => {
  const asked: unknown[] = [];
  const list = paginate(async (page) => {
    asked.push(page);
    const next_page_url = page === undefined ? "/v2/core/events?limit=1&page=abc" : null;
    return { data: [{ id: asked.length }], next_page_url, previous_page_url: null };
  });
  expect(await list.toArray()).toEqual([{ id: 1 }, { id: 2 }]);
  expect(asked).toEqual([undefined, "abc"]);
});

test("the token of a Google client is read from the response, where it makes no next request", async () => {
  const list = paginate(async (pageToken) => {
    const items = pageToken === undefined ? [1] : [2];
    return [items, null, { nextPageToken: pageToken === undefined ? "t" : "" }] as const;
  });
  expect(await list.toArray()).toEqual([1, 2]);
});

test("an answer of another form is refused with its keys, never its values", async () => {
  for (const [page, shown] of [
    [null, "null"],
    ["text", "of type string"],
    [[1, 2], "an array of 2"],
    [{ data: ["secret"] }, "an object (Object) with the keys data"],
    [{ tools: [], prompts: ["secret"] }, "an object (Object) with the keys tools, prompts"],
    [Object.create(null), "an object (Object) with no keys"],
    [() => 1, "a function"],
  ] as const) {
    // The cast: what JavaScript may return.
    const list = paginate(async () => page as { items: unknown[]; next: null });
    const error = await list.toArray().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(String(error)).toContain(`it is ${shown}`);
    expect(String(error)).not.toContain("secret");
  }
});

test("items of an unknown page need a cursor, too, and what the functions return is checked", async () => {
  const rows = async () => ({ rows: [1], after: null });
  const items = (page: { rows: number[] }) => page.rows;
  // @ts-expect-error: it must say where the list goes on.
  await expect(paginate(rows, { items }).toArray()).rejects.toThrow(/pass the option cursor/);
  const options = {
    items: (page: { rows: number[] }) => page.rows,
    cursor: (page: { after: null }) => page.after,
  };
  expect(await paginate(rows, options).toArray()).toEqual([1]);
  // The cast: what JavaScript may return.
  const wrong = { ...options, items: () => "rows" as unknown as number[] };
  await expect(paginate(rows, wrong).toArray()).rejects.toThrow(/pass the option items/);
});

test("a list of an Azure client whose pages are objects needs items", async () => {
  const client = {
    async *byPage() {
      yield { blobs: [1, 2], continuationToken: "" };
    },
  };
  await expect(paginate(client).toArray()).rejects.toThrow(/pass the option items/);
  expect(await paginate(client, { items: ({ blobs }) => blobs }).toArray()).toEqual([1, 2]);
});

test("an iterable without values is an empty list, and its end has no next page", async () => {
  async function* nothing(): AsyncGenerator<number> {}
  const walk = paginate(nothing()).items();
  expect(await walk.next()).toMatchObject({ done: true });
  expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true, items: 0 });

  async function* one(): AsyncGenerator<number> {
    yield 1;
  }
  const page = await paginate(one());
  expect(page.hasNextPage()).toBe(true);
  await expect(page.getNextPage()).rejects.toThrow(PaginationError);
  expect(page.hasNextPage()).toBe(false);
  await expect(page.getPreviousPage()).rejects.toThrow(PaginationError);
});

test("a page of an iterator that has been read further is not silently replaced by a later one", async () => {
  async function* numbers(): AsyncGenerator<number> {
    yield* [1, 2, 3, 4];
  }
  const list = paginate(numbers());
  const first = await list;
  expect((await first.getNextPage()).data).toEqual([2]);
  await expect(first.getNextPage()).rejects.toThrow(
    /Cannot request a page in the middle of the list of paginate\(\)/,
  );
  await expect(list.items().next()).rejects.toThrow(/again as its source can be read once/);
});

test("a Stainless page has its items inside its body, or is its body, and may be empty", async () => {
  const pageOf = (body: object, items: number[]): object => ({
    body,
    data: items,
    getPaginatedItems: () => items,
    hasNextPage: () => false,
    nextPageRequestOptions: () => null,
    getNextPage: async () => null,
  });
  for (const items of [[], [1]]) {
    for (const body of [{ result: { items } }, { rows: items }, items]) {
      // The cast: only the members that are read.
      const walk = paginate(Promise.resolve(pageOf(body, items) as OldPage)).items();
      expect((await drained(walk)).values).toEqual(items);
      expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true });
    }
  }
  // The cast: see above. Without a response there is nothing to name.
  const list = paginate(Promise.resolve(pageOf([1, 2], []) as OldPage));
  await expect(list.toArray()).rejects.toThrow(/pass the option items/);
});
