import { AsyncTokenPage, SyncTokenPage } from "pageturn";
import type { Stage } from "./stage.ts";

/** One example. */
export interface Step {
  readonly title: string;
  /** The main lines of the code that runs. */
  readonly code: readonly string[];
  run(stage: Stage, say: (line: string) => void): Promise<void> | void;
}

/** More than the mock server has. */
const maxItems = 60;

function idOf(item: unknown): string {
  return typeof item === "object" && item !== null && "id" in item ? String(item.id) : JSON.stringify(item);
}

function ends(items: readonly unknown[], what: string): string {
  const [first] = items;
  if (first === undefined) return `no ${what}`;
  return `${items.length} ${what}, from ${idOf(first)} to ${idOf(items.at(-1))}`;
}

function field(value: unknown): string {
  return JSON.stringify(value) ?? "undefined";
}

const loops: readonly Step[] = [
  {
    title: "The synchronous client: the loop blocks, as in Python",
    code: ["for (const model of new Anthropic().models.list()) …"],
    run: ({ sync }, say) => say(ends([...sync.models.list()], "models")),
  },
  {
    title: "The asynchronous client",
    code: [
      `for await (const batch of new AsyncAnthropic().messages.batches.list().items({ maxItems: ${maxItems} })) …`,
    ],
    run: async ({ async: client }, say) => {
      const walk = client.messages.batches.list().items({ maxItems });
      const batches: unknown[] = [];
      for await (const batch of walk) batches.push(batch);
      say(ends(batches, "batches"));
      say(`outcome: ${field(walk.outcome)}`);
    },
  },
];

const pages: readonly Step[] = [
  {
    title: "A page and its fields",
    code: ["const page = new Anthropic().models.list({ limit: 3 });"],
    run: ({ sync }, say) => {
      const page = sync.models.list({ limit: 3 });
      say(`data: ${page.data.length} items, has_more: ${page.has_more}`);
      say(`first_id: ${field(page.first_id)}, last_id: ${field(page.last_id)}`);
      say(`hasNextPage(): ${page.hasNextPage()}, nextPageInfo(): ${field(page.nextPageInfo())}`);
      say(`response: status ${page.response.status}, requestId ${page.response.requestId}`);
    },
  },
  {
    title: "Page by page, by hand",
    code: [
      "let page = await client.models.list({ limit: 20 });",
      "while (page.hasNextPage()) page = await page.getNextPage();",
    ],
    run: async ({ async: client }, say) => {
      let page = await client.models.list({ limit: 20 });
      let pageCount = 1;
      while (page.hasNextPage()) {
        page = await page.getNextPage();
        pageCount += 1;
      }
      say(`${pageCount} pages, the last one has ${page.data.length} models`);
    },
  },
  {
    title: "Backward from an id: the nearest page comes first",
    code: ["for (const page of client.models.list({ before_id, limit: 3 }).iterPages()) …"],
    run: ({ sync }, say) => {
      const page = sync.models.list({ limit: 8 });
      if (page.last_id === null) return;
      const before = sync.models.list({ before_id: page.last_id, limit: 3 });
      const sizes = Array.from(before.iterPages(), ({ data }) => data.length);
      say(`before ${page.last_id}: pages of ${sizes.join(", ")} models`);
    },
  },
];

const otherPagings: readonly Step[] = [
  {
    title: "Any path with any page class: a list with page tokens, synchronous",
    code: ['client.getAPIList("/v1/test/tokens", SyncTokenPage<{ id: string }>)'],
    run: ({ sync }, say) => {
      const page = sync.getAPIList("/v1/test/tokens", SyncTokenPage<{ id: string }>);
      say(`next_page: ${field(page.next_page)}`);
      say(ends(page.toArray(), "items"));
    },
  },
  {
    title: "The same list, asynchronous",
    code: ['client.getAPIList("/v1/test/tokens", AsyncTokenPage<{ id: string }>, { query: { limit: 30 } })'],
    run: async ({ async: client }, say) => {
      const list = client.getAPIList("/v1/test/tokens", AsyncTokenPage<{ id: string }>, {
        query: { limit: 30 },
      });
      say(ends(await list.toArray(), "items"));
    },
  },
  {
    title: "A list with cursors",
    code: ["for (const file of client.files.list({ limit: 25 })) …"],
    run: ({ sync }, say) => say(ends([...sync.files.list({ limit: 25 })], "files")),
  },
];

/** All examples, in order. */
export const steps: readonly Step[] = [...loops, ...pages, ...otherPagings];
