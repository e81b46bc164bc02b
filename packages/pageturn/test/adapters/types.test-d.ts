import type Anthropic from "@anthropic-ai/sdk";
import type { PagedAsyncIterableIterator } from "@azure/core-paging";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { Octokit } from "@octokit/core";
import type { PaginateInterface } from "@octokit/plugin-paginate-rest";
import { type InfiniteData, InfiniteQueryObserver, type QueryClient } from "@tanstack/query-core";
import type OpenAI from "openai";
import type { AsyncAnthropic, AsyncPaginator, AsyncWalk, BaseAsyncPage, Checkpoint } from "pageturn";
import { type ForeignList, type ForeignPage, paginate } from "pageturn/paginate";
import { infiniteQueryOptions, type QueryPage } from "pageturn/tanstack-query";
import type Stripe from "stripe";
import { expectTypeOf, test } from "vitest";

declare const anthropic: Anthropic;
declare const openai: OpenAI;
declare const stripe: Stripe;
declare const octokit: Octokit & { paginate: PaginateInterface };
declare const mcp: Client;
declare const checkpoint: Checkpoint;

type Item<L> = L extends ForeignList<infer T, infer _, infer __> ? T : never;

test("pages of Stainless SDKs, and their promises: items and pages are those of the SDK, nothing is resumed", async () => {
  const models = paginate(anthropic.models.list());
  expectTypeOf<Item<typeof models>>().toEqualTypeOf<Anthropic.ModelInfo>();
  expectTypeOf(models.resumes).toEqualTypeOf<"none">();
  expectTypeOf(models.items().checkpoint).toEqualTypeOf<never>();
  expectTypeOf((await models).raw.last_id).toEqualTypeOf<string | null>();
  const files = paginate(await openai.files.list());
  expectTypeOf<Item<typeof files>>().toEqualTypeOf<OpenAI.FileObject>();
  // @ts-expect-error: it cannot be resumed.
  models.items({ resumeFrom: checkpoint });
  // @ts-expect-error: it cannot be resumed.
  models.toArray({ resumeFrom: checkpoint });
  // @ts-expect-error: it cannot be resumed.
  models.pages({ resumeFrom: checkpoint });
});

test("functions that return pages of an SDK are resumed at any item", () => {
  const models = paginate((cursor?: { after_id: string }) => anthropic.models.list({ ...cursor }));
  expectTypeOf<Item<typeof models>>().toEqualTypeOf<Anthropic.ModelInfo>();
  expectTypeOf(models.resumes).toEqualTypeOf<"item">();
  expectTypeOf(models.items({ resumeFrom: checkpoint }).checkpoint).toEqualTypeOf<Checkpoint>();
  const customers = paginate((cursor) => {
    expectTypeOf(cursor).toEqualTypeOf<string | undefined>();
    return stripe.customers.list(cursor === undefined ? {} : { starting_after: cursor });
  });
  expectTypeOf<Item<typeof customers>>().toEqualTypeOf<Stripe.Customer>();
  expectTypeOf(customers.resumes).toEqualTypeOf<"item">();
  const tools = paginate((cursor, signal) =>
    mcp.listTools(cursor === undefined ? {} : { cursor }, { signal }),
  );
  expectTypeOf<Item<typeof tools>["name"]>().toEqualTypeOf<string>();
  expectTypeOf(tools.resumes).toEqualTypeOf<"item">();
});

test("a Stripe list and an Octokit iterator cannot be resumed; a function that opens one at a link can", () => {
  const customers = paginate(stripe.customers.list());
  expectTypeOf<Item<typeof customers>>().toEqualTypeOf<Stripe.Customer>();
  expectTypeOf(customers.resumes).toEqualTypeOf<"none">();
  const open = () => octokit.paginate.iterator<{ number: number }>("GET /issues");
  const issues = paginate(open());
  expectTypeOf<Item<typeof issues>>().toEqualTypeOf<{ number: number }>();
  expectTypeOf(issues.resumes).toEqualTypeOf<"none">();
  expectTypeOf(paginate(open).resumes).toEqualTypeOf<"none">();
  const linked = paginate((cursor?: { page: number }) =>
    octokit.paginate.iterator<{ number: number }>("GET /issues", { ...cursor }),
  );
  expectTypeOf<Item<typeof linked>>().toEqualTypeOf<{ number: number }>();
  expectTypeOf(linked.resumes).toEqualTypeOf<"item">();
});

interface Entity {
  readonly rowKey: string;
}
declare const entities: PagedAsyncIterableIterator<Entity, Entity[] & { continuationToken?: string }>;
declare const subscriptions: PagedAsyncIterableIterator<Entity>;

test("an Azure list is resumed at the start of a page, where its token can be read", () => {
  const read = paginate(entities);
  expectTypeOf<Item<typeof read>>().toEqualTypeOf<Entity>();
  expectTypeOf(read.resumes).toEqualTypeOf<"page">();
  expectTypeOf(paginate(subscriptions).resumes).toEqualTypeOf<"none">();
  const tokens = paginate(subscriptions, { cursor: (page) => page[0]?.rowKey });
  expectTypeOf<Item<typeof tokens>>().toEqualTypeOf<Entity>();
  expectTypeOf(tokens.resumes).toEqualTypeOf<"page">();
});

interface Output {
  readonly Users?: Entity[];
  readonly NextToken?: string;
  readonly $metadata: object;
}
declare function paginateUsers(config: {
  startingToken?: string | undefined;
}): AsyncGenerator<Output, undefined>;

test("an AWS paginator has the items that the caller names; with its token, a function is resumed at any item", () => {
  const users = paginate(paginateUsers({}), { items: ({ Users }) => Users ?? [] });
  expectTypeOf<Item<typeof users>>().toEqualTypeOf<Entity>();
  expectTypeOf(users.resumes).toEqualTypeOf<"none">();
  const items = ({ Users }: Output) => Users ?? [];
  const opened = paginate((startingToken) => paginateUsers({ startingToken }), {
    items,
    cursor: ({ NextToken }) => NextToken,
  });
  expectTypeOf<Item<typeof opened>>().toEqualTypeOf<Entity>();
  expectTypeOf(opened.resumes).toEqualTypeOf<"item">();
  expectTypeOf(
    paginate((token) => paginateUsers({ startingToken: token }), { items }).resumes,
  ).toEqualTypeOf<"none">();
  // Without `items`, nothing is guessed.
  expectTypeOf<Item<ReturnType<typeof unnamed>>>().toEqualTypeOf<never>();
});

function unnamed() {
  return paginate(paginateUsers({}));
}

declare const gaxItems: AsyncIterable<Entity>;
declare function listGax(request: {
  pageToken?: string | undefined;
}): Promise<[Entity[], object | null, object]>;

test("Google clients: their iterable is not resumed, their method is", () => {
  const iterated = paginate(gaxItems);
  expectTypeOf<Item<typeof iterated>>().toEqualTypeOf<Entity>();
  expectTypeOf(iterated.resumes).toEqualTypeOf<"none">();
  const called = paginate((pageToken) => listGax({ pageToken }));
  expectTypeOf<Item<typeof called>>().toEqualTypeOf<Entity>();
  expectTypeOf(called.resumes).toEqualTypeOf<"item">();
});

test("a plain function says its items and its cursor", () => {
  const list = paginate(async (cursor?: number) => ({ items: [{ at: cursor }], next: 2 as number | null }));
  expectTypeOf<Item<typeof list>>().toEqualTypeOf<{ at: number | undefined }>();
  expectTypeOf(list.resumes).toEqualTypeOf<"item">();
  type Page = ForeignPage<
    { at: number | undefined },
    { items: { at: number | undefined }[]; next: number | null }
  >;
  expectTypeOf(list.items()).toExtend<AsyncWalk<Page, { at: number | undefined }>>();
  expectTypeOf(list).toExtend<AsyncPaginator<{ at: number | undefined }, Page>>();
  // @ts-expect-error: it is not a list.
  paginate({ data: [] });
  // @ts-expect-error: it is not a list.
  paginate("/v1/models");
});

test("withResponse() is there where the SDK shows its response", () => {
  void paginate(anthropic.models.list()).withResponse();
  void paginate(octokit.paginate.iterator("GET /issues")).withResponse();
  void paginate(() => stripe.customers.list()).withResponse();
  // @ts-expect-error: the items of the list have no response.
  void paginate(stripe.customers.list()).withResponse();
  // @ts-expect-error: an item has none.
  void paginate(gaxItems).withResponse();
});

declare const queries: QueryClient;
declare const own: AsyncAnthropic;

test("an infinite query has the items of its list", () => {
  const options = infiniteQueryOptions(own.models.list(), { queryKey: ["models", 1] });
  expectTypeOf(options.queryKey).toEqualTypeOf<readonly ["models", 1]>();
  const observer = new InfiniteQueryObserver(queries, options);
  const { data } = observer.getCurrentResult();
  type Model = Awaited<ReturnType<ReturnType<typeof own.models.list>["toArray"]>>[number];
  expectTypeOf(data).toEqualTypeOf<InfiniteData<QueryPage<Model>, unknown> | undefined>();
  // @ts-expect-error: it cannot be resumed.
  infiniteQueryOptions(paginate(anthropic.models.list()), { queryKey: [] });
  infiniteQueryOptions(paginate(entities), { queryKey: [] });
  expectTypeOf<ForeignPage<number>>().toExtend<BaseAsyncPage<number>>();
});
