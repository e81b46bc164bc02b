import {
  type Anthropic,
  type AsyncAnthropic,
  AsyncBidirectionalPageCursor,
  AsyncPage,
  AsyncPageCursor,
  AsyncPaginator,
  AsyncTokenPage,
  type AsyncWalk,
  type Checkpoint,
  definePages,
  type FetchedPage,
  type Outcome,
  type PageInfo,
  SyncBidirectionalPageCursor,
  SyncPage,
  SyncPageCursor,
  SyncPaginator,
  SyncTokenPage,
  type SyncWalk,
} from "pageturn";
import { expectTypeOf, test } from "vitest";

interface Item {
  readonly id: string;
}

declare const fetched: FetchedPage;
declare const sync: Anthropic;
declare const async: AsyncAnthropic;

test("getAPIList of the sync client gives a page of the class", () => {
  expectTypeOf(sync.getAPIList("/x", SyncPage<Item>)).toEqualTypeOf<SyncPage<Item>>();
  expectTypeOf(sync.getAPIList("/x", SyncTokenPage<Item>)).toEqualTypeOf<SyncTokenPage<Item>>();
  expectTypeOf(sync.getAPIList("/x", SyncPageCursor<Item>)).toEqualTypeOf<SyncPageCursor<Item>>();
  const page = sync.getAPIList("/x", SyncBidirectionalPageCursor<Item>);
  expectTypeOf(page).toEqualTypeOf<SyncBidirectionalPageCursor<Item>>();
});

test("getAPIList of the async client gives a paginator of items and pages", () => {
  const list = async.getAPIList("/x", AsyncPage<Item>);
  expectTypeOf(list).toEqualTypeOf<AsyncPaginator<Item, AsyncPage<Item>>>();
  const tokens = async.getAPIList("/x", AsyncTokenPage<Item>);
  expectTypeOf(tokens).toEqualTypeOf<AsyncPaginator<Item, AsyncTokenPage<Item>>>();
  const cursors = async.getAPIList("/x", AsyncPageCursor<Item>);
  expectTypeOf(cursors).toEqualTypeOf<AsyncPaginator<Item, AsyncPageCursor<Item>>>();
  const bothWays = async.getAPIList("/x", AsyncBidirectionalPageCursor<Item>);
  expectTypeOf(bothWays).toEqualTypeOf<AsyncPaginator<Item, AsyncBidirectionalPageCursor<Item>>>();
});

test("a page class of the other twin is refused", () => {
  // @ts-expect-error: its neighbours are promised.
  sync.getAPIList("/x", SyncPage<Item>).getNextPage().then;
  // @ts-expect-error: the async client cannot give a page that blocks.
  async.getAPIList("/x", SyncPage<Item>);
});

test("a paginator is awaited for its first page, and walked", () => {
  const list = async.getAPIList("/x", AsyncPage<Item>);
  expectTypeOf<Awaited<typeof list>>().toEqualTypeOf<AsyncPage<Item>>();
  expectTypeOf(list.items()).toEqualTypeOf<AsyncWalk<AsyncPage<Item>, Item>>();
  expectTypeOf(list.pages()).toEqualTypeOf<AsyncWalk<AsyncPage<Item>, AsyncPage<Item>>>();
  expectTypeOf(list.toArray()).resolves.toEqualTypeOf<Item[]>();
  expectTypeOf(list.withResponse()).resolves.toHaveProperty("page").toEqualTypeOf<AsyncPage<Item>>();
  expectTypeOf(list.then((page) => page.last_id)).resolves.toEqualTypeOf<string | null>();
  expectTypeOf(list.catch(() => 0)).resolves.toEqualTypeOf<AsyncPage<Item> | number>();
});

test("turning a page keeps its class", () => {
  const page = sync.getAPIList("/x", SyncPage<Item>);
  expectTypeOf(page.getNextPage()).toEqualTypeOf<SyncPage<Item>>();
  expectTypeOf(page.getPreviousPage()).toEqualTypeOf<SyncPage<Item>>();
  expectTypeOf(page.iterPages()).toEqualTypeOf<SyncWalk<SyncPage<Item>, SyncPage<Item>>>();
  class Own extends AsyncTokenPage<Item> {}
  const own = async.getAPIList("/x", Own);
  expectTypeOf<Awaited<typeof own>>().toEqualTypeOf<Own>();
  expectTypeOf<ReturnType<Own["getNextPage"]>>().resolves.toEqualTypeOf<Own>();
});

test("the fields of a page, and what it says of its neighbours", () => {
  const page = sync.getAPIList("/x", SyncPage<Item>);
  expectTypeOf(page.data).toEqualTypeOf<Item[]>();
  expectTypeOf(page.has_more).toEqualTypeOf<boolean | null>();
  expectTypeOf(page.first_id).toEqualTypeOf<string | null>();
  expectTypeOf(page.last_id).toEqualTypeOf<string | null>();
  expectTypeOf(page.getPaginatedItems()).toEqualTypeOf<Item[]>();
  expectTypeOf(page.nextPageInfo()).toEqualTypeOf<PageInfo | null>();
  expectTypeOf(page.hasPreviousPage()).toEqualTypeOf<boolean | null>();
  expectTypeOf(page.toArray()).toEqualTypeOf<Item[]>();
});

test("a walk knows where it stands and how it ended", () => {
  const walk = sync.getAPIList("/x", SyncPage<Item>).items();
  expectTypeOf(walk).toEqualTypeOf<SyncWalk<SyncPage<Item>, Item>>();
  expectTypeOf(walk.checkpoint).toEqualTypeOf<Checkpoint>();
  expectTypeOf(walk.outcome).toEqualTypeOf<Outcome | null>();
  expectTypeOf(walk.next()).toEqualTypeOf<IteratorResult<Item, undefined>>();
});

test("items are typed in both clients without an annotation", async () => {
  for (const model of sync.models.list()) expectTypeOf(model.id).toEqualTypeOf<string>();
  for await (const model of async.models.list()) expectTypeOf(model.id).toEqualTypeOf<string>();
  for (const model of sync.models.list().items({ maxItems: 3 })) expectTypeOf(model.id).toBeString();
  for await (const page of async.models.list().pages())
    expectTypeOf(page.data[0]?.id).toEqualTypeOf<string | undefined>();
  // @ts-expect-error: a model has no such field.
  for (const model of sync.models.list()) model.nonsense;
});

test("walk options are typed by the item", () => {
  const page = sync.getAPIList("/x", SyncPage<Item>);
  page.items({ distinctBy: (item) => expectTypeOf(item).toEqualTypeOf<Item>() });
  page.items({ onPage: ({ data }) => expectTypeOf(data).toEqualTypeOf<Item[]>() });
  // @ts-expect-error: not one of the values.
  page.items({ order: "reverse" });
});

test("a PageInfo is exactly one of three", () => {
  expectTypeOf<{ params: { page: 1 } }>().toExtend<PageInfo>();
  expectTypeOf<{ url: string }>().toExtend<PageInfo>();
  expectTypeOf<{ json: { page: 1 } }>().toExtend<PageInfo>();
  expectTypeOf<{ url: string; params: { page: 1 } }>().not.toExtend<PageInfo>();
  expectTypeOf<Record<never, never>>().not.toExtend<PageInfo>();
});

test("definePages() gives a pair of classes, typed in the item and in the fields", () => {
  const pages = definePages<{ next: string | null }>({ next: { from: { body: "next" }, to: "page" } });
  const list = new SyncPaginator(pages.SyncPage<Item>, {
    request: { path: "/x", query: {} },
    fetch: () => fetched,
  });
  expectTypeOf(list.toArray()).toEqualTypeOf<Item[]>();
  expectTypeOf(list.firstPage().next).toEqualTypeOf<string | null>();
  expectTypeOf(list.firstPage().getNextPage().data).toEqualTypeOf<Item[]>();
  const later = new AsyncPaginator(pages.AsyncPage<Item>, {
    request: { path: "/x", query: {} },
    fetch: async () => fetched,
  });
  expectTypeOf(later.toArray()).resolves.toEqualTypeOf<Item[]>();
  class NotePage extends pages.AsyncPage<Item> {}
  expectTypeOf<NotePage["next"]>().toEqualTypeOf<string | null>();
});

test("a strategy names its members and their values", () => {
  // @ts-expect-error: there is no such member.
  definePages({ next: () => null, cursors: [], itemsKey: "rows" });
  // @ts-expect-error: "stop" is no value of emptyPage.
  definePages({ next: () => null, cursors: [], emptyPage: "stop" });
  // @ts-expect-error: a PageInfo has exactly one member.
  definePages({ next: () => ({ params: {}, json: {} }), cursors: [] });
});
