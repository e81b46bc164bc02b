import type { Anthropic, AsyncAnthropic } from "pageturn";
import type { MessagesUsageResult, ModelsListParams, ModelsResource } from "pageturn/named-types";
import type * as types from "pageturn/types";
import type { Beta, Compliance, ModelInfo, Models, Organization, Skills } from "pageturn/types";
import { expectTypeOf, test } from "vitest";

test("the types of a list are grouped by the names that lead to it in the client", () => {
  expectTypeOf<Models.Item>().toEqualTypeOf<ModelInfo>();
  expectTypeOf<Skills.Versions.Item["id"]>().toEqualTypeOf<string>();
  expectTypeOf<Beta.Sessions.Threads.Events.Item>().toEqualTypeOf<Beta.Sessions.Events.Item>();
  expectTypeOf<
    Organization.UsageReport.Messages.Item["results"][number]
  >().toEqualTypeOf<MessagesUsageResult>();
  expectTypeOf<Compliance.Apps.Chats.Messages.PageFields["name"]>().toEqualTypeOf<string>();
});

test("they are the types that the clients use", () => {
  type List<Client extends { models: { list: unknown } }> = Client["models"]["list"];
  expectTypeOf<Parameters<List<Anthropic>>[0]>().toEqualTypeOf<Models.ListParams | null | undefined>();
  expectTypeOf<Parameters<List<AsyncAnthropic>>[0]>().toEqualTypeOf<Models.ListParams | null | undefined>();
  expectTypeOf<Organization.CostReport.ListParams>().toExtend<{ starting_at: string | Date }>();
});

test("pageturn/types has item types and the tree, but no names of nested types, parameters and resources", () => {
  // @ts-expect-error a type inside of items
  expectTypeOf<types.MessagesUsageResult>().not.toBeAny();
  // @ts-expect-error parameters are Models.ListParams
  expectTypeOf<types.ModelsListParams>().not.toBeAny();
  // @ts-expect-error resources are Anthropic["models"]
  expectTypeOf<types.ModelsResource<"sync">>().not.toBeAny();
  // @ts-expect-error no such list
  expectTypeOf<types.Models.Versions.Item>().not.toBeAny();
});

test("pageturn/named-types has the names that editors show", () => {
  expectTypeOf<ModelsListParams>().toEqualTypeOf<Models.ListParams>();
  expectTypeOf<ModelsResource<"sync">>().toEqualTypeOf<Anthropic["models"]>();
  expectTypeOf<ModelsResource<"async">>().toEqualTypeOf<AsyncAnthropic["models"]>();
});
