import { fc, test } from "@fast-check/vitest";
import { type ForeignList, paginate, type Resumes } from "pageturn/paginate";
import { describe, expect } from "vitest";
import { drained } from "./page-server.ts";

/** The pages of a list, some of them empty, and the numbers of the requests that fail. */
interface Script {
  readonly pages: readonly (readonly number[])[];
  readonly failures: readonly number[];
}

const anyScript = fc
  .record({
    sizes: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 6 }),
    failures: fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { maxLength: 3 }),
  })
  .map(({ sizes, failures }): Script => {
    let sent = 0;
    const pages = sizes.map((size) => Array.from({ length: size }, () => sent++));
    return { pages, failures };
  });

/** Requests of one list: they fail as its script says. */
function requester({ pages, failures }: Script) {
  let requests = 0;
  return (at: number) => {
    requests += 1;
    if (failures.includes(requests)) throw new Error(`request ${requests} failed`);
    const items = pages[at] ?? [];
    return { items: [...items], next: at + 1 < pages.length ? at + 1 : null };
  };
}

type List = ForeignList<number, Resumes>;

/** A new list, as each kind of library makes it. */
const kinds: Readonly<Record<string, (script: Script) => List>> = {
  "a function": (script) => {
    const request = requester(script);
    return paginate(async (cursor?: number) => request(cursor ?? 0)) as List;
  },
  "a function that opens a generator": (script) => {
    const request = requester(script);
    async function* from(start: number) {
      for (let at: number | null = start; at !== null; ) {
        const page: { items: number[]; next: number | null } = request(at);
        yield page;
        at = page.next;
      }
    }
    const options = {
      items: (page: { items: number[] }) => page.items,
      cursor: (page: { next: number | null }) => page.next,
    };
    return paginate((cursor?: number) => from(cursor ?? 0), options) as List;
  },
  "an Azure list with tokens": (script) => azure(script, true),
  "an Azure list without tokens": (script) => azure(script, false),
  "a Stainless page": (script) => {
    const request = requester(script);
    const pageOf = (at: number): object => {
      const { items, next } = request(at);
      return {
        options: { query: at === 0 ? {} : { page: at } },
        getPaginatedItems: () => items,
        hasNextPage: () => items.length > 0 && next !== null,
        nextPageRequestOptions: () => (next === null ? null : { query: { page: next } }),
        getNextPage: async () => pageOf(next ?? 0),
      };
    };
    // The cast: the first page is there already.
    return paginate(pageOf(0) as Parameters<typeof paginate>[0] & AsyncIterable<number>) as List;
  },
  "a bare iterable": (script) => {
    const request = requester(script);
    const cache: number[] = [];
    let at: number | null = 0;
    const next = async (): Promise<IteratorResult<number>> => {
      while (cache.length === 0 && at !== null) {
        const page: { items: number[]; next: number | null } = request(at);
        cache.push(...page.items);
        at = page.next;
      }
      const value = cache.shift();
      return value === undefined ? { done: true, value } : { done: false, value };
    };
    return paginate({ [Symbol.asyncIterator]: () => ({ next }) } as AsyncIterable<number>) as List;
  },
  "a generator": (script) => {
    const request = requester(script);
    async function* all() {
      for (let at: number | null = 0; at !== null; ) {
        const page: { items: number[]; next: number | null } = request(at);
        yield* page.items;
        at = page.next;
      }
    }
    return paginate(all()) as List;
  },
};

function azure(script: Script, hasToken: boolean): List {
  const request = requester(script);
  async function* byPage({ continuationToken = "0" } = {}) {
    for (let at: number | null = Number(continuationToken); at !== null; ) {
      const page: { items: number[]; next: number | null } = request(at);
      at = page.next;
      yield hasToken
        ? Object.assign(page.items, { continuationToken: at === null ? undefined : String(at) })
        : page.items;
    }
  }
  return paginate({ byPage }) as List;
}

const repeating = [
  "a function",
  "a function that opens a generator",
  "an Azure list with tokens",
  "a bare iterable",
];

for (const [kind, make] of Object.entries(kinds)) {
  describe(kind, () => {
    test.prop([anyScript, fc.integer({ min: 0, max: 3 })])(
      "a walk has every item once, in order, whatever is fetched ahead",
      async ({ pages }, prefetch) => {
        const walk = make({ pages, failures: [] }).items({ prefetch });
        expect((await drained(walk)).values).toEqual(pages.flat());
        expect(walk.outcome).toMatchObject({
          reason: "exhausted",
          complete: true,
          items: pages.flat().length,
        });
      },
    );

    test.prop([
      anyScript.filter(({ failures }) => kind !== "a Stainless page" || !failures.includes(1)),
      fc.integer({ min: 0, max: 2 }),
    ])(
      repeating.includes(kind) || kind === "a Stainless page"
        ? "after failures, the next next() goes on as if nothing had happened"
        : "after a failure, every next() fails with its error, and none says that the list has ended",
      async (script, prefetch) => {
        const all = script.pages.flat();
        const { values, errors } = await drained(make(script).items({ prefetch }), 4);
        const isOver = errors.length === 5;
        // A bare iterator that is done after a failure may have repeated the request and got an empty last page, or not.
        const isUnclear = kind === "a bare iterable" && script.pages.at(-1)?.length === 0;
        if (isUnclear) expect(values).toEqual(all);
        else if (repeating.includes(kind) || kind === "a Stainless page")
          expect([values, isOver]).toEqual([all, false]);
        else if (isOver)
          expect([values, new Set(errors.slice(2)).size]).toEqual([all.slice(0, values.length), 1]);
        // The first page of an Azure list can be requested again.
        else expect(values).toEqual(all);
      },
    );

    test.prop([anyScript, fc.nat({ max: 12 }), fc.integer({ min: 0, max: 2 })])(
      "a resumed walk goes on where the list says that it can",
      async ({ pages }, stop, prefetch) => {
        const all = pages.flat();
        const script = { pages, failures: [] };
        const walk = make(script).items({ prefetch });
        const before: number[] = [];
        while (before.length < stop) {
          const { value, done } = await walk.next();
          if (done) break;
          before.push(value);
        }
        const list = make(script);
        if (list.resumes === "none") {
          expect(() => walk.checkpoint).toThrow(/Cannot make a checkpoint/);
          return;
        }
        let resumeFrom: typeof walk.checkpoint;
        try {
          resumeFrom = JSON.parse(JSON.stringify(walk.checkpoint));
        } catch {
          expect(kind).toBe("an Azure list without tokens");
          return;
        }
        const after = await list.toArray({ resumeFrom });
        if (list.resumes === "item") expect([...before, ...after]).toEqual(all);
        else {
          // Nothing is missing, and it begins with a page.
          expect(after).toEqual(all.slice(all.length - after.length));
          expect(before.length + after.length).toBeGreaterThanOrEqual(all.length);
          const starts = pages.map((_, at) => pages.slice(0, at).flat().length);
          expect([...starts, all.length]).toContain(all.length - after.length);
        }
      },
    );
  });
}
